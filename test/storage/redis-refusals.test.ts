import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { inspect } from 'node:util';
import { runInThisContext } from 'node:vm';
import type { RedisStore } from '../../lib/storage/redis/redis-store.ts';
import { StoreUnavailableError } from '../../lib/storage/store.ts';
import {
  allowedGrant,
  DAY,
  MINUTE,
  newClient,
  newPending,
  newRequestId,
  redeemedGrant,
  redeemOf,
} from '../contract/records.ts';
import { createLogRecorder, type LogRecorder } from '../support/log-recorder.ts';
import { IOREDIS_CLIENTS } from '../support/ioredis-clients.ts';
import { info } from '../support/redis-ask.ts';
import { createRedisBench, failure, recovered, type RedisBench } from '../support/redis-bench.ts';
import { startRedisServer, type RedisServer } from '../support/redis-server.ts';

let server: RedisServer;
let bench: RedisBench;
let store: RedisStore;
let log: LogRecorder;

beforeEach(async () => {
  server = await startRedisServer();
  bench = createRedisBench(server.url);
  log = createLogRecorder();
  store = bench.createStore();
  await recovered(store);
});
afterEach(async () => {
  server.resume();
  await bench.close();
  await server.stop();
});

/** Jest gives each test file a process that hears of nothing; this is the one that does. */
const node = runInThisContext('process') as NodeJS.Process;

async function connectionsMade(): Promise<number> {
  return Number((await info(server, 'stats'))['total_connections_received']);
}

describe('Redis refusing', () => {
  it.each([
    { reason: 'OOM', set: ['maxmemory', '1'], back: ['maxmemory', '0'] },
    {
      reason: 'NOREPLICAS',
      set: ['min-replicas-to-write', '1'],
      back: ['min-replicas-to-write', '0'],
    },
  ] as const)('is unavailable with $reason, and nothing is done', async ({ reason, set, back }) => {
    const grantId = await allowedGrant(store);
    const grant = await store.grants.find(grantId);
    await bench.redis.config('SET', ...set);
    const message = `the store is unavailable (${reason})`;
    expect(await failure(store.clients.insert(newClient(), DAY))).toBe(message);
    expect(await failure(store.grants.redeem(redeemOf(grantId)))).toBe(message);
    await bench.redis.config('SET', ...back);
    expect(await store.grants.find(grantId)).toEqual(grant);
    expect(await store.grants.redeem(redeemOf(grantId))).toBe('redeemed');
  });

  it('looks for the master when it has become a replica', async () => {
    await bench.redis.replicaof('127.0.0.1', '1');
    const insert = failure(store.clients.insert(newClient(), DAY));
    expect(await insert).toBe('the store is unavailable (READONLY)');
    await bench.redis.replicaof('NO', 'ONE');
    await recovered(store);
    await store.clients.insert(newClient(), DAY);
  });

  it('looks for the master also when nothing but its health is asked for', async () => {
    await bench.redis.replicaof('127.0.0.1', '1');
    const before = await connectionsMade();
    await store.health();
    await recovered(store);
    // One of them is that of the question before.
    expect((await connectionsMade()) - before).toBe(2);
  });

  it.each(IOREDIS_CLIENTS)(
    'looks for the master once, however many commands it has refused, by $name',
    async (kind) => {
      const asking = createRedisBench(server.url, kind);
      const warnings: Error[] = [];
      const onWarning = (warning: Error): void => void warnings.push(warning);
      node.on('warning', onWarning);
      try {
        const one = asking.createStore();
        await one.clients.insert(newClient(), DAY);
        await bench.redis.replicaof('127.0.0.1', '1');
        const before = await connectionsMade();
        const refused = Array.from({ length: 50 }, () =>
          failure(one.clients.insert(newClient(), DAY)),
        );
        expect(await Promise.all(refused)).toContain('the store is unavailable (READONLY)');
        await bench.redis.replicaof('NO', 'ONE');
        await recovered(one);
        expect(warnings.map(({ message }) => message)).toEqual([]);
        // One of them is that of the question before.
        expect((await connectionsMade()) - before).toBe(2);
      } finally {
        node.off('warning', onWarning);
        await asking.close();
      }
    },
  );

  it('can still shut doors when the memory is full', async () => {
    await store.claim('https://auth.example.com');
    const now = Math.floor(store.now());
    await bench.redis.config('SET', 'maxmemory', '1');
    try {
      expect(await store.switches.closeRegistration('a flood')).toBe(true);
      expect(await store.switches.raise(now - 1000)).toBe(now - 1000);
      expect(await store.clientStates.block('a client')).toBe(true);
      expect(await store.switches.openRegistration()).toBe(true);
    } finally {
      await bench.redis.config('SET', 'maxmemory', '0');
    }
    expect(await store.switches.read()).toEqual({ revoked_before: now - 1000 });
  });

  it('can still revoke when the memory is full', async () => {
    const grantId = await redeemedGrant(store);
    await bench.redis.config('SET', 'maxmemory', '1');
    await store.grants.revoke(grantId, { requestId: newRequestId() });
    await bench.redis.config('SET', 'maxmemory', '0');
    expect(await store.grants.find(grantId)).toBeUndefined();
  });
});

describe('errors', () => {
  it.each<{ name: string; fault: () => unknown }>([
    { name: 'full', fault: () => bench.redis.config('SET', 'maxmemory', '1') },
    { name: 'frozen', fault: () => server.pause() },
    { name: 'away', fault: () => server.kill() },
  ])('say nothing about the command when Redis is $name', async ({ fault }) => {
    const pending = newPending({ salt: 'SECRET', state: 'SECRET' });
    const impatient = bench.createImpatientStore();
    impatient.useLogger(log.logger);
    await recovered(impatient);
    await fault();
    const error: unknown = await impatient.authorizations
      .insert(pending, MINUTE)
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(StoreUnavailableError);
    const shown = inspect(error, { depth: Infinity, showHidden: true }) + JSON.stringify(error);
    expect(shown).toContain('ERR_DCR_STORE_UNAVAILABLE');
    expect(shown).not.toContain('SECRET');
    expect(shown).not.toContain(pending.grant_id);
    expect(log.text()).not.toContain('SECRET');
  });
});

describe('the wall clock of an instance', () => {
  it.each([
    { name: 'a day behind', ms: -DAY },
    { name: 'a day ahead', ms: DAY },
  ])('may be $name', async ({ ms }) => {
    const real = Date.now();
    const clock = jest.spyOn(Date, 'now').mockImplementation(() => performance.now() + ms);
    try {
      const skewed = bench.createStore();
      const grantId = await redeemedGrant(skewed);
      expect(await store.grants.find(grantId)).toEqual(await skewed.grants.find(grantId));
      expect(Math.abs(skewed.now() - real)).toBeLessThan(60_000);
    } finally {
      clock.mockRestore();
    }
  });
});
