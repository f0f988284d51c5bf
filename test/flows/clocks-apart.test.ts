import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import supertest from 'supertest';
import type { RedisStore } from '../../lib/storage/redis/redis-store.ts';
import { expectApiError } from '../http/support/expect.ts';
import { createTestApp, ISSUER, type TestApp } from '../support/app.ts';
import { createClock, type Clock } from '../support/clock.ts';
import { eventually } from '../support/eventually.ts';
import { SIGNING_KEY } from '../support/deployment.ts';
import {
  Browser,
  createPkce,
  locationOf,
  obtainCode,
  obtainTokens,
  redemption,
  refreshRequest,
  registeredClientId,
  tokenRequest,
  type Tokens,
} from '../support/flow.ts';
import {
  asserted,
  assertionOf,
  newClientKey,
  registeredWithKeys,
  type Different,
} from '../support/key-client.ts';
import { createRedisBench, type RedisBench } from '../support/redis-bench.ts';
import { redisUrl } from '../support/redis-url.ts';

const SCOPE = 'openid offline_access';
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;

/** By how much the clock of one instance is wrong. That of the other is right. */
const OFF = [{ minutes: 10 }, { minutes: -10 }];

/** Of what is dated by Redis: its own clock goes on while a busy machine is slow. */
const NEAR_MS = MINUTE;

let bench: RedisBench;
/** Of Redis, which is what both are told. */
let clock: Clock;
let began: number;

beforeEach(() => {
  bench = createRedisBench(redisUrl());
  clock = createClock(Date.now());
  began = clock.now();
});
afterEach(async () => {
  await bench.close();
});

function newStore(): RedisStore {
  const clockOffsetMs = (): number => clock.now() - began;
  return bench.createStore({ clockOffsetMs });
}

/** An instance whose own clock goes wrong by so much. */
function start(minutes: number): TestApp {
  const own = { ...clock, now: () => clock.now() + minutes * MINUTE };
  return createTestApp({ clock: own, options: { store: newStore(), signingKeys: SIGNING_KEY } });
}

/** Ends all that was granted until now, as an operator does. */
async function endAll(): Promise<void> {
  const store = newStore();
  await store.claim(ISSUER);
  await store.switches.raise(Math.floor(store.now()));
}

async function callStatus({ app }: TestApp, token: string): Promise<number> {
  return (await supertest(app).get('/mcp').auth(token, { type: 'bearer' })).status;
}

describe.each(OFF)('an instance whose clock is off by $minutes minutes', ({ minutes }) => {
  let wrong: TestApp;
  let right: TestApp;

  beforeEach(() => {
    right = start(0);
    wrong = start(minutes);
  });

  it.each([
    { at: 'wrong', then: 'right' },
    { at: 'right', then: 'wrong' },
  ] as const)(
    'changes no lifetime: what begins at the $at one and ends at the $then one (REDIS-13)',
    async ({ at, then }) => {
      const [first, second] = [{ wrong, right }[at], { wrong, right }[then]];
      const client_id = await registeredClientId(first.app, { scope: SCOPE });
      const browser = new Browser(first.app, 'alice');
      const url = locationOf(await browser.authorize(client_id, createPkce(), { scope: SCOPE }));
      const [redeemed, late] = [createPkce(), createPkce()];
      const code = await obtainCode(first.app, client_id, redeemed, { scope: SCOPE });
      const lateCode = await obtainCode(first.app, client_id, late, { scope: SCOPE });

      // A code is good for five minutes, a login for ten. Redis' own clock goes on meanwhile, so that
      // each look before an end leaves the machine some time.
      clock.advance(5 * MINUTE - 20 * SECOND);
      const answer = await tokenRequest(second.app, redemption(client_id, code, redeemed));
      expect(answer.status).toBe(200);
      clock.advance(21 * SECOND);
      const expired = await tokenRequest(second.app, redemption(client_id, lateCode, late));
      expectApiError(expired, 400, 'invalid_grant');
      clock.advance(5 * MINUTE - 21 * SECOND);
      expect((await browser.at(second.app).get(url)).status).toBe(200);
      clock.advance(21 * SECOND);
      expect((await browser.at(second.app).get(url)).status).toBe(400);

      // A refresh token that lies unused, for thirty days.
      const { refresh_token } = answer.body as Tokens;
      clock.advance(30 * DAY - 6 * MINUTE);
      const refreshed = await refreshRequest(second.app, client_id, refresh_token);
      expect(refreshed.status).toBe(200);
      // The token before still gives the same successor for thirty seconds.
      clock.advance(10 * SECOND);
      const repeated = await refreshRequest(first.app, client_id, refresh_token);
      const { refresh_token: next } = refreshed.body as Tokens;
      expect(repeated.body).toMatchObject({ refresh_token: next });
      clock.advance(30 * DAY);
      expectApiError(await refreshRequest(first.app, client_id, next), 400, 'invalid_grant');
    },
  );

  it('dates by the clock of Redis what it signs and registers, and says that it should not serve (REDIS-13)', async () => {
    const { access_token, client_id, ...rest } = await obtainTokens(wrong.app, SCOPE);
    const { id_token } = rest as { readonly id_token?: string };
    for (const token of [access_token, id_token ?? '']) {
      const { iat = 0, exp = 0 } = decodeJwt(token);
      expect(exp - iat).toBe(3600);
      expect(Math.abs(iat * 1000 - clock.now())).toBeLessThan(NEAR_MS);
    }
    const client = await wrong.server.clients.get(client_id);
    expect(Math.abs(Number(client?.createdAt) - clock.now())).toBeLessThan(NEAR_MS);
    await eventually(async () => {
      const { conditions } = await wrong.server.health();
      expect(conditions).toContainEqual(
        expect.objectContaining({ name: 'clock', status: 'fail', reason: 'far-off' }),
      );
    });
  });

  it.each([
    { at: 'wrong', then: 'right' },
    { at: 'right', then: 'wrong' },
  ] as const)(
    'takes a token for as long as all do: one of the $at one, and the $then one too (REDIS-13)',
    async ({ at, then }) => {
      const [first, second] = [{ wrong, right }[at], { wrong, right }[then]];
      const { access_token } = await obtainTokens(first.app, SCOPE);
      for (const one of [first, second]) expect(await callStatus(one, access_token)).toBe(200);
      clock.advance(59 * MINUTE);
      for (const one of [first, second]) expect(await callStatus(one, access_token)).toBe(200);
      clock.advance(MINUTE + SECOND);
      for (const one of [first, second]) expect(await callStatus(one, access_token)).toBe(401);
    },
  );

  it('gives no token that outlives the end of all, and none that is born after it and over', async () => {
    const { access_token } = await obtainTokens(wrong.app, SCOPE);
    clock.advance(2 * SECOND);
    await endAll();
    for (const one of [wrong, right]) {
      await eventually(async () => expect(await callStatus(one, access_token)).toBe(401));
    }
    clock.advance(2 * SECOND);
    const later = await obtainTokens(wrong.app, SCOPE);
    for (const one of [wrong, right]) expect(await callStatus(one, later.access_token)).toBe(200);
  });

  it('takes an assertion of a client as the other does, and not once more when that has forgotten it', async () => {
    const key = await newClientKey();
    const id = await registeredWithKeys(right.app, [key.publicJwk]);
    const statusAt = async ({ app }: TestApp, assertion: string): Promise<number> => {
      const form = asserted(assertion, { token: 'none' });
      return (await supertest(app).post('/oauth/revoke').type('form').send(form)).status;
    };
    // Its time may be left out; then its end alone says whether it is timely.
    const different: Different = { claims: { iat: undefined } };
    const good = (): Promise<string> =>
      assertionOf(key, id, { aud: ISSUER, now: clock.now }, different);
    expect(await statusAt(wrong, await good())).toBe(200);
    const used = await good();
    expect(await statusAt(right, used)).toBe(200);
    expect(await statusAt(wrong, used)).toBe(401);
    clock.advance(5 * MINUTE);
    expect(await statusAt(wrong, used)).toBe(401);
  });
});
