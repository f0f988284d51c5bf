import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import express, { type Express } from 'express';
import { setTimeout as wait } from 'node:timers/promises';
import { Redis } from 'ioredis';
import supertest from 'supertest';
import { RedisStore } from '../../lib/storage/redis/redis-store.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { createClock } from '../support/clock.ts';
import { SIGNING_KEY } from '../support/deployment.ts';
import { eventually } from '../support/eventually.ts';
import { register } from '../support/flow.ts';
import { startStopwatch } from '../support/in-time.ts';
import { startRedisServer, type RedisServer } from '../support/redis-server.ts';

/** As promised, and twice where the machine is slow. */
const NOT_READY_WITHIN_MS = 5_000;
const READY_WITHIN_MS = 2_000 * 2;

let server: RedisServer;
const running: TestApp[] = [];

afterEach(async () => {
  server.resume();
  await Promise.all(running.splice(0).map((made) => made.server.close()));
  await server.stop();
});

/** An instance on the server, probed as a balancer does. */
function instance(url = server.url): TestApp & { host: Express } {
  const made = createTestApp({
    clock: { ...createClock(), now: () => Date.now() },
    options: { store: new RedisStore({ url }), signingKeys: SIGNING_KEY },
  });
  running.push(made);
  const host = express().get('/livez', made.server.liveHandler);
  host.get('/readyz', made.server.readyHandler);
  return { ...made, host };
}

/** Asks until the answer is the wanted one, and is told live all the while. */
async function becomes(host: Express, wanted: number, withinMs: number): Promise<string> {
  const watch = startStopwatch();
  try {
    for (;;) {
      const { status, text } = await supertest(host).get('/readyz');
      expect((await supertest(host).get('/livez')).status).toBe(200);
      if (status === wanted) return text;
      if (watch.elapsedMs() > withinMs) throw new Error(`still ${status}: ${text}`);
      await wait(50);
    }
  } finally {
    watch.stop();
  }
}

function messages({ log }: TestApp, message: string): unknown[] {
  return log.entries
    .filter((entry) => entry.message === message)
    .map(({ fields }) => fields['condition']);
}

describe('readiness, with Redis', () => {
  beforeEach(async () => {
    server = await startRedisServer(['--appendonly', 'yes']);
  });

  it.each([
    {
      name: 'killed and started again',
      break: () => server.kill(),
      mend: () => server.restart(),
    },
    {
      name: 'frozen and thawed',
      break: async () => server.pause(),
      mend: async () => server.resume(),
    },
  ])('goes when it is $name, and comes back by itself', async (fault) => {
    const { host, app } = instance();
    await becomes(host, 200, READY_WITHIN_MS);
    await fault.break();
    const text = await becomes(host, 503, NOT_READY_WITHIN_MS);
    expect(text).toContain('{"name":"store","status":"fail","reason":"unavailable"}');
    expect(text).not.toMatch(/127\.0\.0\.1|redis|ECONN/i);
    // Long enough for a process to be restarted by who thinks that it is dead.
    for (let i = 0; i < 5; i += 1) {
      expect((await supertest(host).get('/livez')).status).toBe(200);
      expect((await supertest(host).get('/readyz')).status).toBe(503);
      await wait(100);
    }
    await fault.mend();
    await becomes(host, 200, READY_WITHIN_MS);
    await eventually(async () => expect((await register(app)).status).toBe(201));
  });

  it('comes by itself when Redis is started later (FAULT-20)', async () => {
    await server.kill();
    const made = instance();
    await becomes(made.host, 503, 0);
    expect((await register(made.app)).status).toBe(503);
    await server.restart();
    await becomes(made.host, 200, READY_WITHIN_MS);
    await eventually(async () => expect((await register(made.app)).status).toBe(201));
  });

  it('asks Redis no more than once in two seconds, whoever polls', async () => {
    const { host } = instance();
    await becomes(host, 200, READY_WITHIN_MS);
    for (let i = 0; i < 100; i += 1) await supertest(host).get('/readyz');
    expect(await infoCalls()).toBeLessThan(20);
  });

  /** How often anybody has asked for INFO. */
  async function infoCalls(): Promise<number> {
    const redis = new Redis(server.url);
    const statistics = await redis.info('commandstats');
    redis.disconnect();
    return Number(/cmdstat_info:calls=(\d+)/.exec(statistics)?.[1]);
  }
});

describe('what the log says of a Redis that is not as it should be', () => {
  it('comes at the start, unasked, once for each condition, and when it is mended (FAULT-06)', async () => {
    server = await startRedisServer(['--maxmemory', '100mb', '--maxmemory-policy', 'allkeys-lru']);
    const made = instance();
    await eventually(() =>
      expect(messages(made, 'health impaired')).toEqual(['eviction', 'persistence']),
    );
    const redis = new Redis(server.url);
    await redis.config('SET', 'maxmemory-policy', 'noeviction');
    redis.disconnect();
    await eventually(async () => {
      await made.server.health();
      expect(messages(made, 'health restored')).toEqual(['eviction']);
    });
    expect(messages(made, 'health impaired')).toHaveLength(2);
  });

  it('waits for the first contact', async () => {
    server = await startRedisServer();
    await server.kill();
    const made = instance();
    await made.server.health();
    expect(messages(made, 'health impaired')).toEqual([]);
    await server.restart();
    await eventually(() => expect(messages(made, 'health impaired')).toEqual(['persistence']));
  });
});
