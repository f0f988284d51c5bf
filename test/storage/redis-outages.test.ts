import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { setTimeout as wait } from 'node:timers/promises';
import type { RedisStore } from '../../lib/storage/redis/redis-store.ts';
import {
  allowedGrant,
  allowOf,
  DAY,
  MINUTE,
  newClient,
  newPending,
  newRequestId,
  redeemedGrant,
  redeemOf,
  rotateOf,
} from '../contract/records.ts';
import { eventually } from '../support/eventually.ts';
import { inTime } from '../support/in-time.ts';
import { IOREDIS_CLIENTS, type ClientKind } from '../support/ioredis-clients.ts';
import { createLogRecorder, type LogRecorder } from '../support/log-recorder.ts';
import { createRedisBench, failure, recovered, type RedisBench } from '../support/redis-bench.ts';
import { startRedisProxy } from '../support/redis-proxy.ts';
import { startRedisServer, type RedisServer } from '../support/redis-server.ts';

/** How a store is told where Redis is. */
const SOURCES: readonly { readonly name: string; readonly client?: ClientKind }[] = [
  { name: 'a URL' },
  ...IOREDIS_CLIENTS.map((client) => ({ name: `a client of ${client.name}`, client })),
];

describe.each(SOURCES)('a store on $name', ({ client }) => {
  let server: RedisServer;
  let bench: RedisBench;
  let store: RedisStore;
  let log: LogRecorder;

  beforeEach(async () => {
    server = await startRedisServer();
    bench = createRedisBench(server.url, client);
    log = createLogRecorder();
    store = bench.createImpatientStore();
    store.useLogger(log.logger);
    // Connected, however busy the machine is.
    await recovered(store);
  });
  afterEach(async () => {
    server.resume();
    await bench.close();
    await server.stop();
  });

  /** Every operation of the port. */
  function operations(): Promise<unknown>[] {
    const pending = newPending();
    const { grant_id } = pending;
    const record = { v: 1, ...newClient(), expires_at: Date.now() + DAY, used: false } as const;
    return [
      store.clients.insert(newClient(), DAY),
      store.clients.find(record.client_id),
      store.clients.renew(record, DAY),
      store.authorizations.insert(pending, MINUTE),
      store.authorizations.find(grant_id),
      store.authorizations.allow(allowOf(pending)),
      store.authorizations.deny(grant_id, { requestId: newRequestId() }),
      store.grants.find(grant_id),
      store.grants.redeem(redeemOf(grant_id)),
      store.grants.rotate(rotateOf(grant_id, 1)),
      store.grants.revoke(grant_id, { requestId: newRequestId() }),
    ];
  }

  const scriptRuns = async (): Promise<number> => {
    const statistics = await bench.redis.info('commandstats');
    return [...statistics.matchAll(/cmdstat_eval(?:sha)?:calls=(\d+)/g)].reduce(
      (sum, [, calls]) => sum + Number(calls),
      0,
    );
  };

  describe('Redis away', () => {
    it('is unavailable within a second, and there again without a restart of ours', async () => {
      await server.kill();
      for (const attempt of operations().map(failure)) await attempt;
      await server.restart();
      await recovered(store);
      await redeemedGrant(store);
    });

    it('is reported once when it goes and once when it is back', async () => {
      await server.kill();
      await failure(store.grants.find('a'.repeat(22)));
      await failure(store.grants.find('a'.repeat(22)));
      const lost = {
        level: 'warn',
        message: 'store connection lost',
        fields: {
          code: 'ERR_DCR_STORE_CONNECTION_LOST',
          reason: expect.stringMatching(/^[A-Za-z ]+$/),
        },
      };
      await eventually(() => expect(log.entries).toEqual([lost]));
      await server.restart();
      await recovered(store);
      const back = { level: 'debug', message: 'store connection is back', fields: {} };
      expect(log.entries).toEqual([lost, back]);
    });

    it('may be away at the start', async () => {
      await server.kill();
      store = bench.createImpatientStore();
      await failure(store.grants.find('a'.repeat(22)));
      await server.restart();
      await recovered(store);
    });

    it('does not keep close from ending', async () => {
      await server.kill();
      const under = failure(store.grants.find('a'.repeat(22)));
      await inTime(store.close());
      await under;
    });
  });

  describe('Redis frozen', () => {
    it('is unavailable within a second, and there again when it thaws', async () => {
      server.pause();
      for (const attempt of operations().map(failure)) await attempt;
      server.resume();
      await recovered(store);
      await redeemedGrant(store);
    });

    it('does not do afterwards what nobody waits for any more', async () => {
      const [redeemable, refreshable] = [await allowedGrant(store), await redeemedGrant(store)];
      const before = await Promise.all(
        [redeemable, refreshable].map((id) => store.grants.find(id)),
      );
      const runs = await scriptRuns();
      server.pause();
      const attempts = [
        store.grants.redeem(redeemOf(redeemable)),
        store.grants.rotate(rotateOf(refreshable, 1)),
        store.grants.revoke(refreshable, { requestId: newRequestId() }),
      ];
      expect(await Promise.all(attempts.map(failure))).toEqual(
        Array(3).fill('the store is unavailable (timeout)'),
      );
      // The deadline is a point in time: there is no event to wait for.
      await wait(1_000);
      server.resume();
      // The server reads them now, and does nothing.
      await eventually(async () => expect(await scriptRuns()).toBeGreaterThanOrEqual(runs + 3));
      await recovered(store);
      const after = await Promise.all([redeemable, refreshable].map((id) => store.grants.find(id)));
      expect(after).toEqual(before);
    });

    it('does not keep close from ending', async () => {
      server.pause();
      await inTime(store.close());
    });
  });

  describe('a process that was busy for longer than a question may take', () => {
    /**
     * Work of the host during which nothing else of this process happens. It is measured as work, so
     * that a machine that stands still leaves Redis its time as well.
     */
    function busyFor(ms: number): void {
      const before = process.cpuUsage();
      for (let spent = 0; spent < ms * 1_000;) {
        const { user, system } = process.cpuUsage(before);
        spent = user + system;
      }
    }

    // After the longer one it is too late for all scripts, which Redis hears of only then.
    it.each([1_500, 4_000])('has its answers after %i ms, and keeps its connection', async (ms) => {
      // A script that Redis does not know yet takes two questions.
      await Promise.all(operations());
      const asked = operations();
      busyFor(ms);
      expect((await Promise.allSettled(asked)).map(({ status }) => status)).not.toContain(
        'rejected',
      );
      expect(log.entries).toEqual([]);
    });

    it('is connected all the same when that was at the start', async () => {
      const started = bench.createImpatientStore();
      started.useLogger(log.logger);
      busyFor(1_500);
      await recovered(started);
      expect(log.entries).toEqual([]);
    });
  });

  describe('a connection that never spoke', () => {
    it('is given up for a new one', async () => {
      const proxy = await startRedisProxy(server.port);
      const through = createRedisBench(proxy.url, client);
      try {
        await through.redis.ping();
        proxy.ignoreNext();
        store = through.createImpatientStore();
        const askedTwice = async (): Promise<void> => {
          expect(await failure(store.grants.find('a'.repeat(22)))).toBe(
            'the store is unavailable (not connected)',
          );
          await recovered(store);
        };
        await inTime(askedTwice());
      } finally {
        await through.close();
        await proxy.close();
      }
    });
  });

  describe('a connection on which each answer takes a while', () => {
    it('is made again all the same after it was lost (row 4)', async () => {
      const proxy = await startRedisProxy(server.port);
      const through = createRedisBench(proxy.url, client);
      try {
        store = through.createImpatientStore();
        await recovered(store);
        // More than half of what a question may take; a connection takes three.
        proxy.delay(250);
        await bench.redis.call('CLIENT', 'KILL', 'TYPE', 'normal');
        await failure(store.grants.find('a'.repeat(22)));
        await recovered(store);
      } finally {
        await through.close();
        await proxy.close();
      }
    });
  });

  describe('a connection that went silent', () => {
    it('is given up for a new one', async () => {
      const proxy = await startRedisProxy(server.port);
      const through = createRedisBench(proxy.url, client);
      try {
        store = through.createImpatientStore();
        await recovered(store);
        proxy.silence();
        expect(await failure(store.grants.find('a'.repeat(22)))).toBe(
          'the store is unavailable (timeout)',
        );
        await recovered(store);
      } finally {
        await through.close();
        await proxy.close();
      }
    });
  });
});
