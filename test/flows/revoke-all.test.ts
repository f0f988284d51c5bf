import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import supertest from 'supertest';
import { revokeAll } from '../../lib/services/revoke-all.ts';
import { claimedStore } from '../../lib/storage/claimed-store.ts';
import type { RedisStore } from '../../lib/storage/redis/redis-store.ts';
import { createTestApp, ISSUER, type TestApp } from '../support/app.ts';
import { createClock, type Clock } from '../support/clock.ts';
import { SIGNING_KEY } from '../support/deployment.ts';
import { eventually } from '../support/eventually.ts';
import { ALIVE, ASKED, connectedApp, ENDED, fatesAt, type Connected } from '../support/legs.ts';
import { createLogRecorder } from '../support/log-recorder.ts';
import { createRedisBench, type RedisBench } from '../support/redis-bench.ts';
import { redisUrl } from '../support/redis-url.ts';

const MINUTE = 60_000;

let bench: RedisBench;
let clock: Clock;
let start: number;
let made: TestApp[];

beforeEach(() => {
  bench = createRedisBench(redisUrl());
  clock = createClock(Date.now());
  start = clock.now();
  made = [];
});
afterEach(async () => {
  await Promise.all(made.map(({ server }) => server.close()));
  await bench.close();
});

function newStore(): RedisStore {
  const clockOffsetMs = (): number => clock.now() - start;
  return bench.createStore({ clockOffsetMs });
}

function instance(): TestApp {
  const options = { ...ASKED, store: newStore(), signingKeys: SIGNING_KEY };
  const one = createTestApp({ clock, options });
  made.push(one);
  return one;
}

/** As an operator does it, in a process of their own; now, unless told otherwise. */
async function endAll(before?: number, meanwhile = async () => {}): Promise<number> {
  const store = newStore();
  await store.claim(ISSUER);
  const deps = {
    switches: store.switches,
    storeNow: () => store.now(),
    wait: async (ms: number) => {
      await meanwhile();
      clock.advance(ms);
    },
    emit: () => undefined,
  };
  return revokeAll(deps, before ?? Math.floor(store.now()));
}

/** Whether the API answers, which asks nobody about a token. */
async function isServed({ app }: TestApp, { tokens }: Connected): Promise<boolean> {
  const call = supertest(app).get('/mcp').auth(tokens.access_token, { type: 'bearer' });
  return (await call).status === 200;
}

/** Every instance looks by itself; nobody asks it to. */
function refused(at: TestApp, app: Connected): Promise<void> {
  return eventually(async () => expect(await isServed(at, app)).toBe(false));
}

describe('ending all that was granted until a moment', () => {
  it('ends it at every instance within seconds, on every leg, and nothing that comes later', async () => {
    const [here, there] = [instance(), instance()];
    const [one, other] = [await connectedApp(here), await connectedApp(there, 'bob')];
    clock.advance(2_000);
    await endAll();
    clock.advance(2_000);
    await Promise.all([here, there].map((at) => refused(at, one)));
    expect(await fatesAt(there, one)).toEqual(ENDED);
    expect(await fatesAt(here, other)).toEqual(ENDED);
    const later = await connectedApp(here, 'carol');
    expect(await fatesAt(there, later)).toEqual(ALIVE);
    expect(await isServed(there, later)).toBe(true);
    // One that starts now knows before it answers anybody.
    expect(await fatesAt(instance(), one)).toMatchObject({ refresh: '400 invalid_grant' });
  });

  it('leaves alone what was granted after the moment, and only moves on', async () => {
    const at = instance();
    const early = await connectedApp(at);
    clock.advance(10 * MINUTE);
    const moment = clock.now();
    clock.advance(10 * MINUTE);
    const late = await connectedApp(at, 'bob');
    const reached = await endAll(moment);
    expect(Math.abs(reached - moment)).toBeLessThan(5_000);
    await refused(at, early);
    expect(await fatesAt(at, late)).toEqual(ALIVE);
    expect(await endAll(moment - MINUTE)).toBe(reached);
  });

  it('ends what an instance grants meanwhile that has not heard of it', async () => {
    const at = instance();
    const other = instance();
    let app: Connected | undefined;
    const before = clock.now();
    const reached = await endAll(undefined, async () => {
      // What it takes to connect counts, too, and has to be over before those five seconds are.
      clock.advance(10);
      app = await connectedApp(at);
    });
    expect(reached - before).toBeGreaterThan(1_000);
    if (!app) throw new Error('nothing was granted meanwhile');
    clock.advance(2_000);
    // Not by the access token: one of the second in which all was ended is refused by the first moment.
    await Promise.all(
      [at, other].map(({ server }) =>
        eventually(async () => expect(await server.grants.list({ subject: 'alice' })).toEqual([])),
      ),
    );
    expect(await fatesAt(other, app)).toEqual(ENDED);
  });

  it('is refused for a moment that is still to come, or is none', async () => {
    const at = instance();
    const app = await connectedApp(at);
    const wrong = [clock.now() + MINUTE, 0, -1, 1.5, NaN, Infinity];
    for (const before of wrong) await expect(endAll(before)).rejects.toThrow(TypeError);
    expect(await fatesAt(at, app)).toEqual(ALIVE);
  });

  it('ends what an old backup brought back, and is put back itself when one lost it (FAULT-25)', async () => {
    const at = instance();
    const app = await connectedApp(at);
    const { redis } = bench;
    const key = `${bench.prefix}grant:{${app.tokens.refresh_token?.split('.')[0] ?? ''}}`;
    const backup = await redis.dumpBuffer(key);
    await at.server.grants.revoke({ subject: 'alice' });
    await redis.restore(key, 90 * 24 * 60 * MINUTE, backup);
    const found = await at.server.grants.list({ subject: 'alice' });
    expect(found.map(({ grantId }) => key.includes(grantId))).toEqual([true]);

    clock.advance(2_000);
    const reached = await endAll();
    await refused(at, app);
    expect(await at.server.grants.list({ subject: 'alice' })).toEqual([]);
    const [issuer, field] = [`${bench.prefix}issuer`, 'revoked_before'];
    await redis.hdel(issuer, field);
    await eventually(async () => {
      expect(await redis.hget(issuer, field)).toBe(String(reached));
    });
    expect(await at.server.grants.list({ subject: 'alice' })).toEqual([]);
  });
});

describe('the switches that an instance knows', () => {
  it('is not that of another issuer, whose store it was', async () => {
    const theirs = newStore();
    await theirs.claim('https://other.example.com');
    await theirs.switches.raise(Math.floor(theirs.now()));
    const { logger } = createLogRecorder();
    const ours = claimedStore(newStore(), ISSUER, logger);
    await expect(ours.look()).rejects.toThrow('of another issuer');
    await expect(ours.lookAtSwitches()).rejects.toThrow('of another issuer');
    expect(ours.revokedBefore).toBe(0);
    await ours.close();
  });
});
