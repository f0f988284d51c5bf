import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { existsSync } from 'node:fs';
import { RedisStore } from '../../lib/storage/redis/redis-store.ts';
import { newRequestId, redeemedGrant, rotateOf } from '../contract/records.ts';
import { IOREDIS_CLIENTS } from '../support/ioredis-clients.ts';
import { ask, info, until } from '../support/redis-ask.ts';
import { recovered } from '../support/redis-bench.ts';
import type { RedisProcess } from '../support/redis-process.ts';
import { startRedisSentinel, type RedisSentinel } from '../support/redis-sentinel.ts';
import { PERSISTENT } from '../support/redis-server.ts';
import { randomPrefix } from '../support/redis-url.ts';
import { PATIENCE_MS } from '../support/stores.ts';
import { isRunning } from '../support/running.ts';

const FAILOVER_WITHIN_MS = 60_000;

describe('a master and its replicas, watched by Sentinels', () => {
  let redis: RedisSentinel;
  let opened: { close(): unknown }[];

  beforeAll(async () => {
    redis = await startRedisSentinel({ options: PERSISTENT });
    opened = [];
  }, FAILOVER_WITHIN_MS);
  afterAll(async () => {
    for (const one of opened) await one.close();
    const all = [...redis.nodes, ...redis.sentinels];
    await redis.stop();
    expect(all.filter(({ pid, folder }) => isRunning(pid) || existsSync(folder))).toEqual([]);
  });

  const sentinels = (): { host: string; port: number }[] =>
    redis.sentinels.map(({ port }) => ({ host: '127.0.0.1', port }));
  const open = (settings: ConstructorParameters<typeof RedisStore>[0]): RedisStore => {
    const store = new RedisStore({ ...settings, commandTimeoutMs: PATIENCE_MS });
    opened.push(store);
    return store;
  };
  const openOurs = (prefix: string): RedisStore =>
    open({
      sentinels: sentinels().map(({ host, port }) => `${host}:${String(port)}`),
      sentinelName: redis.name,
      prefix,
    });
  const role = async (node: RedisProcess): Promise<string | undefined> =>
    (await info(node, 'replication'))['role'];

  /** Both replicas have what the master has by now; `WAIT` would go by what its own connection sent. */
  async function replicated(): Promise<void> {
    const offset = Number((await info(await redis.master(), 'replication'))['master_repl_offset']);
    for (const replica of await redis.replicas()) {
      await until('the replica has it', async () => {
        const known = (await info(replica, 'replication'))['slave_repl_offset'];
        return Number(known) >= offset;
      });
    }
  }

  it('are one master and two replicas that hold what it holds', async () => {
    const master = await redis.master();
    await ask(master, 'SET', 'a-key', 'a value');
    await replicated();
    expect(await role(master)).toBe('master');
    for (const replica of await redis.replicas()) {
      expect(await role(replica)).toBe('slave');
      expect(await ask(replica, 'GET', 'a-key')).toBe('a value');
    }
  });

  it.each(IOREDIS_CLIENTS)(
    "are never asked by a host's client of $name for what its replicas may not know yet (REDIS-11)",
    async ({ connectSentinel }) => {
      const prefix = randomPrefix();
      const client = connectSentinel({
        sentinels: sentinels(),
        name: redis.name,
        role: 'slave',
      });
      opened.push({ close: () => client.disconnect() });
      const [one, other] = [openOurs(prefix), open({ client, prefix })];
      const grantId = await redeemedGrant(one);
      expect(await other.grants.find(grantId)).toBeDefined();
      const replicas = await redis.replicas();
      for (const replica of replicas) replica.pause();
      try {
        await one.grants.revoke(grantId, { requestId: newRequestId() });
        expect(await other.grants.find(grantId)).toBeUndefined();
        expect(await other.grants.rotate(rotateOf(grantId, 1))).toEqual({ outcome: 'gone' });
      } finally {
        for (const replica of replicas) replica.resume();
      }
      await redis.healthy();
    },
    FAILOVER_WITHIN_MS,
  );

  it(
    'change places when they are told to, and the store follows',
    async () => {
      const store = openOurs(randomPrefix());
      const grantId = await redeemedGrant(store);
      const before = await redis.master();
      await replicated();
      await redis.failover();
      expect(await redis.master()).not.toBe(before);
      await redis.healthy();
      await recovered(store);
      expect(await store.grants.rotate(rotateOf(grantId, 1))).toMatchObject({ outcome: 'rotated' });
    },
    FAILOVER_WITHIN_MS,
  );

  it(
    'go on when the master is killed, which comes back as a replica',
    async () => {
      const before = await redis.master();
      const { pid } = before;
      await ask(before, 'SET', 'another-key', 'a value');
      await replicated();
      await before.kill();
      expect(isRunning(pid)).toBe(false);
      await until('a replica takes over', async () => (await redis.master()) !== before);
      await before.restart();
      await redis.healthy();
      expect(await role(before)).toBe('slave');
      expect(await ask(before, 'GET', 'another-key')).toBe('a value');
      const store = openOurs(randomPrefix());
      await redeemedGrant(store);
    },
    FAILOVER_WITHIN_MS,
  );
});
