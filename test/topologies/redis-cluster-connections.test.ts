import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RedisStore } from '../../lib/storage/redis/redis-store.ts';
import { newKey } from '../../lib/testing/contract/limiter-contract.ts';
import { IOREDIS_CLIENTS } from '../support/ioredis-clients.ts';
import { ask, info, until } from '../support/redis-ask.ts';
import { startRedisCluster, type RedisCluster } from '../support/redis-cluster.ts';
import type { RedisProcess } from '../support/redis-process.ts';
import { startRedisProxy } from '../support/redis-proxy.ts';
import { randomPrefix } from '../support/redis-url.ts';

const WITHIN_MS = 60_000;
/** As in a deployment: what is lost for good is not waited for. */
const commandTimeoutMs = 2_000;
/** So many that there are some for every server. */
const MANY = 60;

/** Records that there are not. */
async function readMany({ grants }: RedisStore): Promise<void> {
  await Promise.all(Array.from({ length: MANY }, () => grants.find(newKey())));
}

/** What a server has answered itself: not what it has turned away, and not what a script has run. */
async function readsAnsweredBy(node: RedisProcess): Promise<number> {
  const { cmdstat_hgetall: said = 'calls=0' } = await info(node, 'commandstats');
  return Number(/calls=(\d+)/.exec(said)?.[1]);
}

describe.each(IOREDIS_CLIENTS)(
  'a Cluster, on a client of $name whose connections',
  ({ connectCluster }) => {
    let cluster: RedisCluster;
    let opened: { close(): unknown }[];

    beforeAll(async () => {
      opened = [];
      cluster = await startRedisCluster();
    }, WITHIN_MS);
    afterAll(async () => {
      for (const one of opened) await one.close();
      await cluster.stop();
    });

    const open = (client: ReturnType<typeof connectCluster>): RedisStore => {
      const store = new RedisStore({ client, prefix: randomPrefix(), commandTimeoutMs });
      opened.push({ close: () => client.disconnect() }, store);
      return store;
    };

    it(
      'to all masters are lost asks the masters all the same, and no replica (REDIS-11)',
      async () => {
        // The Cluster tells clients of a replica when its master has been written to, or after 10 s.
        await until('clients are told of all replicas', async () => {
          const told = cluster.nodes.map((node) => ask(node, 'CLUSTER', 'SLOTS'));
          return (await Promise.all(told)).every((ranges) =>
            (ranges as unknown[][]).every(([, , ...servers]) => servers.length === 2),
          );
        });
        const addresses = cluster.nodes.map(({ port }) => ({ host: '127.0.0.1', port }));
        const store = open(connectCluster(addresses));
        const masters = await cluster.masters();
        const replicas = cluster.nodes.filter((node) => !masters.includes(node));
        await until('all are read', () => readMany(store).then(() => true));
        for (const master of masters) await ask(master, 'CLIENT', 'KILL', 'TYPE', 'normal');
        await until('all are read again', () => readMany(store).then(() => true));
        expect(await Promise.all(masters.map(readsAnsweredBy))).not.toContain(0);
        expect(await Promise.all(replicas.map(readsAnsweredBy))).toEqual([0, 0, 0]);
      },
      WITHIN_MS,
    );

    it(
      'end one after the other, the last while names are looked up, is there again',
      async () => {
        const proxies = await Promise.all(cluster.nodes.map(({ port }) => startRedisProxy(port)));
        const ports = proxies.map(({ url }) => Number(new URL(url).port));
        const client = connectCluster(
          ports.map((port) => ({ host: 'redis.test', port })),
          {
            lazyConnect: true,
            natMap: Object.fromEntries(
              cluster.nodes.map(({ port }, i) => [
                `127.0.0.1:${String(port)}`,
                { host: '127.0.0.1', port: ports[i] ?? 0 },
              ]),
            ),
            // Longer than a connection that has gone silent is waited for when it is ended.
            dnsLookup: (_name, found) => void setTimeout(found, 300, null, '127.0.0.1', 4),
          },
        );
        // The last question before it is ready, to whichever master.
        const traps = proxies.map((proxy) => proxy.swallow('command', 'INFO'));
        const store = open(client);
        await Promise.race(traps);
        for (const proxy of proxies) void proxy.swallow('command', randomPrefix());
        await until('all are read', () => readMany(store).then(() => true));
        for (const proxy of proxies) await proxy.close();
      },
      WITHIN_MS,
    );
  },
);
