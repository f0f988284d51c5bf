import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { existsSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { RedisStore } from '../../lib/storage/redis/redis-store.ts';
import { newKey } from '../../lib/testing/contract/limiter-contract.ts';
import { newRequestId, redeemedGrant, rotateOf } from '../contract/records.ts';
import { IOREDIS_CLIENTS } from '../support/ioredis-clients.ts';
import { ask, until } from '../support/redis-ask.ts';
import { startRedisCluster, type RedisCluster } from '../support/redis-cluster.ts';
import { startRedisProxy, type RedisProxy } from '../support/redis-proxy.ts';
import { PERSISTENT } from '../support/redis-server.ts';
import { randomPrefix } from '../support/redis-url.ts';
import { PATIENCE_MS } from '../support/stores.ts';
import { isRunning } from '../support/running.ts';

const FAILOVER_WITHIN_MS = 60_000;
const MANY = 60;

async function storeCondition(store: RedisStore): Promise<string> {
  const { conditions } = await store.health();
  const found = conditions.find(({ name }) => name === 'store');
  return `${String(found?.status)} ${String(found?.reason)}`;
}

describe('three masters and three replicas of a Cluster', () => {
  let cluster: RedisCluster;
  let opened: { close(): unknown }[];

  beforeAll(async () => {
    cluster = await startRedisCluster({ options: PERSISTENT });
    opened = [];
  }, FAILOVER_WITHIN_MS);
  afterAll(async () => {
    for (const one of opened) await one.close();
    const { nodes } = cluster;
    await cluster.stop();
    expect(nodes.filter(({ pid, folder }) => isRunning(pid) || existsSync(folder))).toEqual([]);
  });

  const open = (settings: ConstructorParameters<typeof RedisStore>[0]): RedisStore => {
    const store = new RedisStore({ ...settings, commandTimeoutMs: PATIENCE_MS });
    opened.push(store);
    return store;
  };
  const openOurs = (prefix: string): RedisStore =>
    open({ clusterNodes: cluster.nodes.map(({ port }) => `127.0.0.1:${String(port)}`), prefix });
  const redeemedGrants = (store: RedisStore): Promise<string[]> =>
    Promise.all(Array.from({ length: MANY }, () => redeemedGrant(store)));

  it('serve all slots, each with a replica of its own', async () => {
    const masters = await cluster.masters();
    expect(masters).toHaveLength(3);
    const replicas = await Promise.all(masters.map((master) => cluster.replicaOf(master)));
    expect(new Set([...masters, ...replicas])).toEqual(new Set(cluster.nodes));
    for (const node of cluster.nodes) {
      expect(await ask(node, 'CLUSTER', 'INFO')).toMatch('cluster_slots_ok:16384');
    }
  });

  it.each(IOREDIS_CLIENTS)(
    'are asked once, on a client of $name, also when an answer is lost with its connection',
    async ({ connectCluster }) => {
      const proxies = new Map<number, RedisProxy>();
      for (const { port } of cluster.nodes) proxies.set(port, await startRedisProxy(port));
      const natMap = Object.fromEntries(
        [...proxies].map(([port, { url }]) => [
          `127.0.0.1:${String(port)}`,
          { host: '127.0.0.1', port: Number(new URL(url).port) },
        ]),
      );
      const addresses = Object.values(natMap);
      const client = connectCluster(addresses, { natMap });
      opened.push({ close: () => client.disconnect() });
      const [prefix, quota] = [randomPrefix(), { name: 'register', limit: 99, windowSeconds: 60 }];
      const limiter = open({ client, prefix }).limiter(quota);
      const direct = openOurs(prefix).limiter(quota);
      for (const key of Array.from({ length: 6 }, newKey)) {
        await until('it answers', async () => Boolean(await limiter.consume(key)));
        const before = quota.limit - (await direct.consume(key)).remaining;
        const traps = [...proxies.values()].map((proxy) => proxy.loseAnswer(1));
        await expect(limiter.consume(key)).rejects.toThrow('the store is unavailable');
        expect(traps.filter((isSprung) => isSprung())).not.toEqual([]);
        for (const proxy of proxies.values()) proxy.loseAnswer(Infinity);
        // Nor does anything ask again behind its back.
        await wait(500);
        expect(quota.limit - (await direct.consume(key)).remaining).toBe(before + 2);
      }
      for (const proxy of proxies.values()) await proxy.close();
    },
    FAILOVER_WITHIN_MS,
  );

  it.each(IOREDIS_CLIENTS)(
    "are never asked by a host's client of $name for what their replicas may not know yet (REDIS-11)",
    async ({ connectCluster }) => {
      const prefix = randomPrefix();
      const addresses = cluster.nodes.map(({ port }) => ({ host: '127.0.0.1', port }));
      const client = connectCluster(addresses, { scaleReads: 'slave' });
      opened.push({ close: () => client.disconnect() });
      const [one, other] = [openOurs(prefix), open({ client, prefix })];
      const grantIds = await redeemedGrants(one);
      for (const id of grantIds) expect(await other.grants.find(id)).toBeDefined();
      const masters = await cluster.masters();
      const replicas = cluster.nodes.filter((node) => !masters.includes(node));
      for (const replica of replicas) replica.pause();
      try {
        for (const id of grantIds) {
          await one.grants.revoke(id, { requestId: newRequestId() });
          expect(await other.grants.find(id)).toBeUndefined();
          expect(await other.grants.rotate(rotateOf(id, 1))).toEqual({ outcome: 'gone' });
        }
      } finally {
        for (const replica of replicas) replica.resume();
      }
      await cluster.healthy();
    },
    FAILOVER_WITHIN_MS,
  );

  it(
    'change places when they are told to, and the store follows',
    async () => {
      const store = openOurs(randomPrefix());
      const grantIds = await redeemedGrants(store);
      const [master] = await cluster.masters();
      if (!master) throw new Error('there is no master');
      const next = await cluster.failover(master);
      expect(await cluster.masters()).toContain(next);
      expect(await cluster.masters()).not.toContain(master);
      for (const id of grantIds) {
        expect(await store.grants.rotate(rotateOf(id, 1))).toMatchObject({ outcome: 'rotated' });
      }
    },
    FAILOVER_WITHIN_MS,
  );

  it(
    'hand over slots with what is in them, and the store follows',
    async () => {
      const prefix = randomPrefix();
      const store = openOurs(prefix);
      const grantIds = await redeemedGrants(store);
      const [from, , to] = await cluster.masters();
      if (!from || !to) throw new Error('there are no three masters');
      const keys = grantIds.map((id) => `${prefix}grant:{${id}}`);
      const holders = async () => Promise.all(keys.map((key) => cluster.masterOf(key)));
      const before = await holders();
      await cluster.reshard(from, to, 3_000);
      const moved = (await holders()).filter((holder, i) => holder !== before[i]);
      expect(moved.length).toBeGreaterThan(0);
      expect(new Set(moved)).toEqual(new Set([to]));
      for (const id of grantIds) {
        expect(await store.grants.rotate(rotateOf(id, 1))).toMatchObject({ outcome: 'rotated' });
      }
    },
    FAILOVER_WITHIN_MS,
  );

  it(
    'go on when a master is killed, which comes back as a replica with its data',
    async () => {
      const store = openOurs(randomPrefix());
      const grantIds = await redeemedGrants(store);
      const [, master] = await cluster.masters();
      if (!master) throw new Error('there are no two masters');
      const { pid } = master;
      expect(await storeCondition(store)).toBe('ok answers');
      await master.kill();
      expect(isRunning(pid)).toBe(false);
      await until('the loss is seen', async () => /^(warn|fail)/.test(await storeCondition(store)));
      await until(
        'its replica takes over',
        async () => !(await cluster.masters()).includes(master),
      );
      await master.restart();
      await cluster.healthy();
      expect(await storeCondition(store)).toBe('ok answers');
      for (const id of grantIds) expect(await store.grants.find(id)).toBeDefined();
      expect(Number(await ask(master, 'DBSIZE'))).toBeGreaterThan(0);
    },
    FAILOVER_WITHIN_MS,
  );
});
