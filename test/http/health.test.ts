import { describe, expect, it } from '@jest/globals';
import express, { type Express } from 'express';
import request from 'supertest';
import { MemoryStore } from '../../lib/storage/memory/memory-store.ts';
import { createClock } from '../support/clock.ts';
import { createTestApp, type TestApp, type TestAppOptions } from '../support/app.ts';
import { send } from './support/send.ts';

function probed(given: TestAppOptions = {}): TestApp & { host: Express } {
  const made = createTestApp(given);
  const host = express();
  host.get('/livez', made.server.liveHandler);
  host.get('/readyz', made.server.readyHandler);
  return { ...made, host };
}

/** A store that is a little different. */
function storeWith(changes: Partial<MemoryStore>, clock = createClock()): MemoryStore {
  return Object.assign(new MemoryStore({ now: clock.now }), changes);
}

describe('the liveness endpoint', () => {
  it('is 200 whatever the store does', async () => {
    const health = (): Promise<never> => Promise.reject(new Error('away'));
    const { host } = probed({ options: { store: storeWith({ health }) } });
    const answer = await send(host, 'GET', '/livez');
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ status: 'ok' });
    expect(answer.headers).toMatchObject({
      'cache-control': 'no-store',
      'content-type': expect.stringMatching(/^application\/json/),
      'x-content-type-options': 'nosniff',
    });
    expect(answer.headers).not.toHaveProperty('x-powered-by');
  });

  it('is 200 while draining and after closing', async () => {
    const { host, server } = probed();
    server.drain();
    expect((await send(host, 'GET', '/livez')).status).toBe(200);
    await server.close();
    expect((await send(host, 'GET', '/livez')).status).toBe(200);
  });
});

describe('the readiness endpoint', () => {
  it('is 200 with the memory store, and says what to know of it', async () => {
    const { host } = probed({ options: { baselineClientScopes: ['offline_access'] } });
    const answer = await send(host, 'GET', '/readyz');
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store' });
    expect(answer.headers).not.toHaveProperty('x-powered-by');
    expect(answer.body).toEqual({
      status: 'warn',
      conditions: [
        { name: 'store', status: 'ok', reason: 'answers' },
        { name: 'persistence', status: 'warn', reason: 'memory-only' },
        { name: 'clock', status: 'ok', reason: 'in-step' },
        { name: 'serving', status: 'ok', reason: 'serving' },
        { name: 'keys', status: 'ok', reason: 'loaded' },
        { name: 'issuer', status: 'ok', reason: 'ours' },
        { name: 'baseline', status: 'ok', reason: expect.stringMatching(/^[\w-]{16}$/) },
      ],
    });
  });

  it('answers HEAD', async () => {
    const { host } = probed();
    expect((await request(host).head('/readyz')).status).toBe(200);
  });

  it('is 503 while the store is away, and says no more than that', async () => {
    const health = (): Promise<never> => Promise.reject(new Error('redis://:hunter2@10.0.0.7'));
    const { host } = probed({ options: { store: storeWith({ health }) } });
    const answer = await send(host, 'GET', '/readyz');
    expect(answer.status).toBe(503);
    expect(answer.body).toMatchObject({
      status: 'fail',
      conditions: expect.arrayContaining([
        { name: 'store', status: 'fail', reason: 'unavailable' },
      ]),
    });
    expect(answer.text).not.toMatch(/hunter2|10\.0\.0\.7|redis|auth\.example\.com/i);
  });

  it.each([
    { offsetMs: 6_000, status: 200, reason: 'skewed' },
    { offsetMs: -6_000, status: 200, reason: 'skewed' },
    { offsetMs: 3_600_000, status: 503, reason: 'far-off' },
    { offsetMs: -3_600_000, status: 503, reason: 'far-off' },
  ])(
    'is $status when the clock of the store is off by $offsetMs ms (FAULT-21)',
    async ({ offsetMs, status, reason }) => {
      const clock = createClock();
      const store = new MemoryStore({ now: () => clock.now() + offsetMs });
      const { host } = probed({ clock, options: { store } });
      const answer = await send(host, 'GET', '/readyz');
      expect(answer.status).toBe(status);
      expect(answer.body).toHaveProperty(
        'conditions',
        expect.arrayContaining([expect.objectContaining({ name: 'clock', reason })]),
      );
    },
  );

  it('is 503 from drain on, at once', async () => {
    const { host, server } = probed();
    expect((await send(host, 'GET', '/readyz')).status).toBe(200);
    server.drain();
    const answer = await send(host, 'GET', '/readyz');
    expect(answer.status).toBe(503);
    expect(answer.text).toContain('"reason":"draining"');
  });

  it('asks the store once for a flood of probes', async () => {
    let asked = 0;
    const clock = createClock();
    const memory = new MemoryStore({ now: clock.now });
    const health: MemoryStore['health'] = () => {
      asked += 1;
      return memory.health();
    };
    const { host } = probed({ clock, options: { store: storeWith({ health }, clock) } });
    const started = performance.now();
    await Promise.all(Array.from({ length: 20 }, () => send(host, 'GET', '/readyz')));
    // One answer is good for two seconds.
    const elapsedMs = performance.now() - started;
    expect(asked).toBeLessThanOrEqual(1 + Math.floor(elapsedMs / 2_000));
  });
});

describe('health()', () => {
  it('tells people more than it tells strangers: which policy is in effect', async () => {
    const { server } = createTestApp({ options: { baselineClientScopes: ['offline_access'] } });
    const { conditions } = await server.health();
    expect(conditions.find(({ name }) => name === 'baseline')?.message).toMatch(
      /^Scope policy [\w-]{16}; baseline: offline_access; supported: openid profile /,
    );
  });

  it('names another policy where the baseline is another', async () => {
    const digests = await Promise.all(
      [['openid'], ['openid', 'email']].map(async (baselineClientScopes) => {
        const { server } = createTestApp({ options: { baselineClientScopes } });
        const { conditions } = await server.health();
        return conditions.find(({ name }) => name === 'baseline')?.reason;
      }),
    );
    expect(new Set(digests).size).toBe(2);
  });
});
