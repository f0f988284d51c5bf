import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { setTimeout as wait } from 'node:timers/promises';
import { METADATA } from '../support/flow.ts';
import { ask } from '../support/redis-ask.ts';
import type { FaultBench } from './support/bench.ts';
import { STANDALONE } from './support/benches.ts';
import { createHttpClient, type HttpClient } from './support/http-client.ts';
import { startInstance, type Instance } from './support/instances.ts';
import { ANSWER_WITHIN_MS } from './support/ledger.ts';
import { createRandom } from './support/random.ts';
import type { Entry } from './support/record.ts';
import { createRecorder, type Recorder, type Request } from './support/recorder.ts';
import { createStallMeter, type StallMeter } from '../support/stalls.ts';
import { Story } from './support/story.ts';

const REGISTRATION: Request = {
  endpoint: 'register',
  ask: { method: 'POST', path: '/oauth/register', json: METADATA },
};

let bench: FaultBench;
let http: HttpClient;
let stalls: StallMeter;
let recorder: Recorder;
let instance: Instance;

beforeEach(async () => {
  bench = await STANDALONE.start();
  http = createHttpClient();
  stalls = createStallMeter();
  recorder = createRecorder(http, stalls);
  instance = await startInstance('A', bench.createStore());
});
afterEach(async () => {
  http.close();
  stalls.stop();
  await instance.close();
  await bench.close();
});

/** In milliseconds, without what this process kept it waiting. */
const tookMs = ({ startedAt, endedAt, stalledMs }: Entry): number =>
  endedAt - startedAt - stalledMs;

function statuses(entries: readonly Entry[]): Set<number> {
  return new Set(entries.map(({ status }) => status));
}

describe('a slow Redis', () => {
  it('is waited for up to 300 ms for each question (row 4)', async () => {
    const story = new Story(recorder);
    for (let steps = 0; steps < 8; steps += 1) await story.attempt(instance);
    bench.proxy?.delay(300);
    story.authorizeAgain();
    for (let steps = 0; steps < 6; steps += 1) await story.attempt(instance);
    // 100 ms are left for each: where the machine stood still for as long, they were not enough.
    const isExcused = ({ status, stalledMs }: Entry): boolean => status === 503 && stalledMs >= 50;
    const entries = recorder.record.entries.filter((entry) => !isExcused(entry));
    expect(statuses(entries)).toEqual(new Set([200, 201, 302, 303]));
  });

  it('is given up after that, so that nothing piles up (row 4)', async () => {
    const PER_SECOND = 100;
    const SECONDS = 5;
    await recorder.send(instance, REGISTRATION);
    bench.proxy?.delay(2_000);
    const before = process.memoryUsage().rss;
    let most = 0;
    const sent: Promise<unknown>[] = [];
    // Whoever comes does not wait for those before.
    for (let n = 0; n < PER_SECOND * SECONDS; n += 1) {
      // Never more of them at once to make up for a time in which this process stood still.
      await wait(1_000 / PER_SECOND);
      sent.push(recorder.send(instance, REGISTRATION));
      most = Math.max(most, recorder.waiting);
    }
    await Promise.all(sent);
    const entries = recorder.record.entries.slice(1);
    expect(statuses(entries)).toEqual(new Set([503]));
    expect(Math.max(...entries.map(tookMs))).toBeLessThan(ANSWER_WITHIN_MS);
    expect(most).toBeLessThan((PER_SECOND * ANSWER_WITHIN_MS) / 1_000);
    expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000);
    bench.proxy?.delay(0);
    let last = 503;
    while (last === 503) last = (await recorder.send(instance, REGISTRATION)).status;
    expect(last).toBe(201);
  });
});

describe('a server that comes back', () => {
  it('is not overrun by all who waited, and does nothing that was given up (row 28)', async () => {
    const CLIENTS = 300;
    const random = createRandom(28);
    const [server] = bench.nodes;
    if (!server) throw new Error('there is no server');
    await recorder.send(instance, REGISTRATION);
    const size = async (): Promise<number> => {
      const keys = (await ask(server, 'KEYS', `${bench.prefix}client:*`)) as string[];
      return keys.length;
    };
    expect(await size()).toBe(1);
    await server.kill();

    let registered = 0;
    const waiting = Array.from({ length: CLIENTS }, async () => {
      for (let status = 503; status === 503;) {
        ({ status } = await recorder.send(instance, REGISTRATION));
        if (status === 503) await wait(random.between(500, 2_000));
        else registered += 1;
      }
    });
    await wait(2_000);
    expect(registered).toBe(0);
    const backAt = performance.now();
    await server.restart();
    await Promise.all(waiting);

    const { entries } = recorder.record;
    expect(statuses(entries)).toEqual(new Set([201, 503]));
    const after = entries.filter(({ startedAt }) => startedAt > backAt).map(tookMs);
    const sorted = after.sort((a, b) => a - b);
    expect(sorted[Math.floor(sorted.length * 0.99)]).toBeLessThan(2_000);
    // One that was given up while it ran has left a client that nobody uses.
    const isGivenUp = ({ startedAt, status }: Entry): boolean =>
      startedAt > backAt && status === 503;
    const created = await size();
    expect(created).toBeGreaterThanOrEqual(1 + CLIENTS);
    expect(created).toBeLessThanOrEqual(1 + CLIENTS + entries.filter(isGivenUp).length);
  });
});

describe('an instance that starts while Redis is away', () => {
  it('serves its documents, answers 503, and works as soon as Redis is there (row 20)', async () => {
    const [server] = bench.nodes;
    if (!server) throw new Error('there is no server');
    await server.kill();
    const late = await startInstance('late', bench.createStore());
    try {
      const documents = ['/.well-known/oauth-authorization-server', '/oauth/jwks'];
      for (const path of documents) {
        expect((await http.send(late.origin, { path })).status).toBe(200);
      }
      expect((await recorder.send(late, REGISTRATION)).status).toBe(503);
      const [entry] = recorder.record.entries;
      expect(entry && tookMs(entry)).toBeLessThan(ANSWER_WITHIN_MS);
      await server.restart();
      const restartedAt = performance.now();
      let status = 503;
      while (status === 503) ({ status } = await recorder.send(late, REGISTRATION));
      expect(status).toBe(201);
      const now = performance.now();
      expect(now - restartedAt - stalls.within(restartedAt, now)).toBeLessThan(4_000);
    } finally {
      await late.close();
    }
  });
});
