import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Redis } from 'ioredis';
import { setTimeout as wait } from 'node:timers/promises';
import type { Limiter, Quota } from '../../lib/storage/limiter.ts';
import { insured } from '../../lib/storage/limiter.ts';
import { RefusalMemory } from '../../lib/storage/redis/refusal-memory.ts';
import { RedisStore } from '../../lib/storage/redis/redis-store.ts';
import { MemoryLimiter } from '../../lib/storage/memory/limiter.ts';
import { newKey } from '../../lib/testing/contract/limiter-contract.ts';
import { IOREDIS_CLIENTS } from '../support/ioredis-clients.ts';
import { createRedisBench, failure, recovered, type RedisBench } from '../support/redis-bench.ts';
import { startRedisServer, type RedisServer } from '../support/redis-server.ts';
import { randomPrefix, redisUrl } from '../support/redis-url.ts';
import { PATIENCE_MS } from '../support/stores.ts';

const QUOTA: Quota = { name: 'register', limit: 2, windowSeconds: 60 };

describe('what a limiter keeps in Redis', () => {
  let bench: RedisBench;

  beforeEach(() => {
    bench = createRedisBench(redisUrl());
  });
  afterEach(async () => {
    await bench.close();
  });

  it('is a number for each caller, gone with its window', async () => {
    const limiter = bench.createStore().limiter(QUOTA);
    const keys = [newKey(), newKey(), newKey()];
    for (const key of keys) for (let i = 0; i < 3; i += 1) await limiter.consume(key);
    const kept = await bench.redis.keys(`${bench.prefix}*`);
    expect(kept.sort()).toEqual(keys.map((key) => `${bench.prefix}limit:register:${key}`).sort());
    for (const name of kept) {
      expect(await bench.redis.get(name)).toBe('3');
      const left = await bench.redis.pttl(name);
      expect(left).toBeGreaterThan(50_000);
      expect(left).toBeLessThanOrEqual(60_000);
    }
  });

  it('gets its end back if somebody took it away', async () => {
    const limiter = bench.createStore().limiter(QUOTA);
    const key = newKey();
    await limiter.consume(key);
    await bench.redis.persist(`${bench.prefix}limit:register:${key}`);
    expect((await limiter.consume(key)).resetMs).toBe(60_000);
    expect(await bench.redis.pttl(`${bench.prefix}limit:register:${key}`)).toBeGreaterThan(50_000);
  });

  it('is the same for every instance, and for the next start of one', async () => {
    const key = newKey();
    const [a, b] = [bench.createStore(), bench.createStore()];
    expect((await a.limiter(QUOTA).consume(key)).isWithin).toBe(true);
    expect((await b.limiter(QUOTA).consume(key)).isWithin).toBe(true);
    await a.close();
    expect((await bench.createStore().limiter(QUOTA).consume(key)).isWithin).toBe(false);
  });
});

describe.each(IOREDIS_CLIENTS)('the commands of a limiter, on $name', ({ connect }) => {
  /** A store that notes the keys and the name of every command it sends. */
  function watched(): {
    store: RedisStore;
    sent: { name: string; keys: readonly unknown[] }[];
    host: ReturnType<typeof connect>;
  } {
    const host = connect(redisUrl());
    const sent: { name: string; keys: readonly unknown[] }[] = [];
    const client = {
      defineCommand: () => undefined,
      duplicate: (options: object) => {
        const own = host.duplicate(options) as Redis;
        const send = own.sendCommand.bind(own);
        own.sendCommand = (command, stream) => {
          sent.push({ name: command.name, keys: command.getKeys() });
          return send(command, stream);
        };
        return own;
      },
    };
    const settings = { prefix: randomPrefix(), commandTimeoutMs: PATIENCE_MS };
    return { store: new RedisStore({ client, ...settings }), sent, host };
  }

  it('are one with one key for a request, so that they fit Redis Cluster', async () => {
    const { store, sent, host } = watched();
    try {
      const limiter = store.limiter({ ...QUOTA, limit: 10_000 });
      await limiter.consume(newKey());
      sent.length = 0;
      const keys = Array.from({ length: 300 }, newKey);
      await Promise.all(keys.map((key) => limiter.consume(key)));
      await Promise.all(keys.map((key) => limiter.refund(key)));
      expect(sent).toHaveLength(600);
      for (const { name, keys: named } of sent) {
        expect(name).toBe('evalsha');
        expect(named).toHaveLength(1);
      }
    } finally {
      await store.close();
      host.disconnect();
    }
  });

  it('are none while a refusal is known', async () => {
    const { store, sent, host } = watched();
    try {
      const limiter = store.limiter(QUOTA);
      const key = newKey();
      for (let i = 0; i < 2; i += 1) await limiter.consume(key);
      expect(limiter.refusal(key)).toBeUndefined();
      const { resetMs } = await limiter.consume(key);
      sent.length = 0;
      const known = limiter.refusal(key);
      expect(known).toMatchObject({ isWithin: false, remaining: 0 });
      expect(known?.resetMs).toBeLessThanOrEqual(resetMs);
      expect(known?.resetMs).toBeGreaterThan(50_000);
      expect(limiter.refusal(newKey())).toBeUndefined();
      expect(sent).toEqual([]);
    } finally {
      await store.close();
      host.disconnect();
    }
  });
});

describe('a limiter without its Redis', () => {
  let server: RedisServer;
  let bench: RedisBench;

  beforeEach(async () => {
    server = await startRedisServer();
    bench = createRedisBench(server.url);
  });
  afterEach(async () => {
    await bench.close();
    await server.stop();
  });

  const away = [
    { name: 'killed', fault: () => server.kill() },
    { name: 'frozen', fault: async () => server.pause() },
    { name: 'full', fault: () => bench.redis.call('CONFIG', 'SET', 'maxmemory', '1') },
    {
      name: 'forbidding the command',
      fault: () => bench.redis.call('ACL', 'SETUSER', 'default', '-evalsha', '-eval'),
    },
  ];

  it.each(away)('fails as the store does, in time: $name', async ({ fault }) => {
    const store = bench.createImpatientStore();
    await recovered(store);
    const limiter = store.limiter(QUOTA);
    await limiter.consume(newKey());
    await fault();
    expect(await failure(limiter.consume(newKey()))).toMatch(/^the store is unavailable \(\S.*\)$/);
  });

  it.each(away)('goes on by itself where it is insured: $name', async ({ fault }) => {
    const store = bench.createImpatientStore();
    await recovered(store);
    const limiter = insured(store.limiter(QUOTA), new MemoryLimiter(QUOTA));
    const key = newKey();
    expect((await limiter.consume(key)).isWithin).toBe(true);
    await fault();
    const counts = [];
    for (let i = 0; i < 3; i += 1) counts.push(await limiter.consume(key));
    expect(counts.map(({ isWithin }) => isWithin)).toEqual([true, true, false]);
    for (let i = 0; i < 2; i += 1) await limiter.refund(key);
    expect((await limiter.consume(key)).isWithin).toBe(true);
  });

  it('counts in Redis again as soon as it is back', async () => {
    const store = bench.createImpatientStore();
    const limiter = insured(store.limiter(QUOTA), new MemoryLimiter(QUOTA));
    const key = newKey();
    await server.kill();
    for (let i = 0; i < 3; i += 1) await limiter.consume(key);
    await server.restart();
    await recovered(store);
    expect(await limiter.consume(key)).toMatchObject({ isWithin: true, remaining: 1 });
    expect(await bench.redis.get(`${bench.prefix}limit:register:${key}`)).toBe('1');
  });

  it('counts nobody later who was turned away meanwhile', async () => {
    const store = bench.createImpatientStore();
    await recovered(store);
    const limiter = store.limiter(QUOTA);
    const key = newKey();
    await limiter.consume(key);
    server.pause();
    const turnedAway = Array.from({ length: 20 }, () => failure(limiter.consume(key)));
    await Promise.all(turnedAway);
    await wait(1_500);
    server.resume();
    await recovered(store);
    expect(await limiter.consume(key)).toMatchObject({ isWithin: true, remaining: 0 });
    expect(await bench.redis.get(`${bench.prefix}limit:register:${key}`)).toBe('2');
  });

  it('hides no other failure behind its insurance', async () => {
    const broken: Limiter = {
      consume: () => Promise.reject(new TypeError('a mistake')),
      refund: () => Promise.reject(new TypeError('a mistake')),
      refusal: () => undefined,
    };
    const limiter = insured(broken, new MemoryLimiter(QUOTA));
    await expect(limiter.consume(newKey())).rejects.toThrow('a mistake');
    await expect(limiter.refund(newKey())).rejects.toThrow('a mistake');
  });
});

describe('RefusalMemory', () => {
  it('forgets a refusal at its end', () => {
    let now = 0;
    const refusals = new RefusalMemory(() => now);
    refusals.add('a', 100);
    now = 99;
    expect(refusals.leftMs('a')).toBe(1);
    now = 100;
    expect(refusals.leftMs('a')).toBeUndefined();
    expect(refusals.size).toBe(0);
  });

  it('does not grow for ever: the oldest gives way', () => {
    const refusals = new RefusalMemory(() => 0);
    for (let i = 0; i < 20_000; i += 1) refusals.add(`key-${String(i)}`, 100);
    expect(refusals.size).toBe(10_000);
    expect(refusals.leftMs('key-0')).toBeUndefined();
    expect(refusals.leftMs('key-19999')).toBe(100);
  });
});
