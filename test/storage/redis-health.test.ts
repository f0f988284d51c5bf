import { afterEach, describe, expect, it } from '@jest/globals';
import { RedisStore } from '../../lib/storage/redis/redis-store.ts';
import type { StoreHealth } from '../../lib/storage/store-health.ts';
import { inTime } from '../support/in-time.ts';
import { IOREDIS_CLIENTS } from '../support/ioredis-clients.ts';
import { createRedisBench, recovered, type RedisBench } from '../support/redis-bench.ts';
import { startRedisServer, type RedisServer } from '../support/redis-server.ts';
import { PATIENCE_MS } from '../support/stores.ts';

const PATIENT = { commandTimeoutMs: PATIENCE_MS };
const started: RedisServer[] = [];
const benches: RedisBench[] = [];

async function bench(...options: string[]): Promise<RedisBench & { server: RedisServer }> {
  const server = await startRedisServer(options);
  started.push(server);
  const made = createRedisBench(server.url);
  benches.push(made);
  return { ...made, server };
}

function reasons({ conditions }: StoreHealth): Record<string, string> {
  return Object.fromEntries(
    conditions.map(({ name, status, reason }) => [name, `${status} ${reason}`]),
  );
}

afterEach(async () => {
  for (const server of started) server.resume();
  await Promise.all(benches.splice(0).map((one) => one.close()));
  await Promise.all(started.splice(0).map((server) => server.stop()));
});

const WELL = {
  store: 'ok answers',
  writes: 'ok accepted',
  permissions: 'ok sufficient',
  eviction: 'ok noeviction',
  persistence: 'ok append-only-file',
  memory: 'ok unlimited',
  version: 'ok supported',
};

describe('the health of a Redis server', () => {
  it('says that it evicts and that it keeps nothing (FAULT-06)', async () => {
    const { createStore } = await bench(
      ...['--maxmemory', '100mb', '--maxmemory-policy', 'allkeys-lru'],
    );
    expect(reasons(await createStore().health())).toEqual({
      ...WELL,
      eviction: 'warn evicting',
      persistence: 'warn no-append-only-file',
      memory: 'ok headroom',
    });
  });

  it.each(IOREDIS_CLIENTS)('is well, told through $name', async (kind) => {
    const { server } = await bench('--appendonly', 'yes');
    const through = createRedisBench(server.url, kind);
    benches.push(through);
    const health = await through.createStore().health();
    expect(reasons(health)).toEqual(WELL);
    expect(health.times).toHaveLength(1);
    expect(Math.abs((health.times[0] ?? 0) - Date.now())).toBeLessThan(60_000);
  });

  it('writes nothing to find out whether Redis would', async () => {
    const { createStore, redis } = await bench();
    await createStore().health();
    expect(await redis.dbsize()).toBe(0);
  });

  it('fails on a full server, and is well when there is room', async () => {
    const { createStore, redis } = await bench('--appendonly', 'yes', '--maxmemory', '1mb');
    const store = createStore();
    expect(reasons(await store.health())).toEqual({
      ...WELL,
      writes: 'fail out-of-memory',
      memory: 'warn nearly-full',
    });
    await redis.config('SET', 'maxmemory', '100mb');
    expect(reasons(await store.health())).toEqual({ ...WELL, memory: 'ok headroom' });
  });

  it('fails while there are fewer replicas than Redis must have to write', async () => {
    const { createStore } = await bench('--appendonly', 'yes', '--min-replicas-to-write', '1');
    expect(reasons(await createStore().health())).toEqual({
      ...WELL,
      writes: 'fail too-few-replicas',
    });
  });

  it('fails on a replica', async () => {
    const { server } = await bench();
    const replica = await bench('--replicaof', '127.0.0.1', String(server.port));
    while (!(await replica.redis.info('replication')).includes('master_link_status:up'));
    expect(reasons(await replica.createStore().health())).toMatchObject({
      store: 'fail replica',
    });
  });

  it('warns of what it cannot see when the user may not ask for INFO (REDIS-10)', async () => {
    const { redis, server } = await bench();
    await redis.call('ACL', ['SETUSER', 'app', 'on', '>hunter2', '~*', '+@all', '-info']);
    const as = { username: 'app', password: 'hunter2' };
    const store = new RedisStore({ url: server.url, ...as, ...PATIENT });
    const health = await store.health();
    await store.close();
    expect(reasons(health)).toEqual({
      store: 'ok answers',
      writes: 'ok accepted',
      permissions: 'warn info-missing',
    });
    expect(JSON.stringify(health)).not.toMatch(/hunter2|app|127\.0\.0\.1/);
  });

  it('fails when the user may not run scripts (REDIS-10)', async () => {
    const { redis, server } = await bench();
    await redis.call('ACL', ['SETUSER', 'app', 'on', '>hunter2', '~*', '+@all', '-eval']);
    const as = { username: 'app', password: 'hunter2' };
    const store = new RedisStore({ url: server.url, ...as, ...PATIENT });
    expect(reasons(await store.health())).toMatchObject({ writes: 'fail not-permitted' });
    await store.close();
  });

  it('moves with the clock of the store', async () => {
    const { createStore } = await bench();
    const { times } = await createStore({ clockOffsetMs: () => 3_600_000 }).health();
    expect(Math.abs((times[0] ?? 0) - Date.now() - 3_600_000)).toBeLessThan(60_000);
  });

  it.each([
    { name: 'is gone', fault: (server: RedisServer) => server.kill() },
    { name: 'is frozen', fault: async (server: RedisServer) => server.pause() },
  ])('is told in time when it $name', async ({ fault }) => {
    const { createImpatientStore, server } = await bench();
    const store = createImpatientStore();
    await recovered(store);
    await fault(server);
    expect(await inTime(store.health())).toEqual({
      conditions: [
        {
          name: 'store',
          status: 'fail',
          reason: 'unavailable',
          message: 'Redis does not answer in time.',
        },
      ],
      times: [],
    });
  });
});
