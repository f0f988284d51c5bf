import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import supertest from 'supertest';
import { expectApiError } from '../http/support/expect.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { createClock, type Clock } from '../support/clock.ts';
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
import { createRedisBench, type RedisBench } from '../support/redis-bench.ts';
import { redisUrl } from '../support/redis-url.ts';
import { PATIENCE_MS } from '../support/stores.ts';

const SCOPE = 'openid offline_access';
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;

/** By how much the clock of one instance is wrong. That of the other is right. */
const OFF = [{ minutes: 10 }, { minutes: -10 }];

let bench: RedisBench;
/** Of Redis, which is what both are told. */
let clock: Clock;

beforeEach(() => {
  bench = createRedisBench(redisUrl());
  clock = createClock(Date.now());
});
afterEach(async () => {
  await bench.close();
});

/** An instance whose own clock goes wrong by so much. */
function start(minutes: number): TestApp {
  const began = clock.now();
  const store = bench.createStore({
    clockOffsetMs: () => clock.now() - began,
    commandTimeoutMs: PATIENCE_MS,
  });
  const own = { ...clock, now: () => clock.now() + minutes * MINUTE };
  return createTestApp({ clock: own, options: { store, signingKeys: SIGNING_KEY } });
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

      // A code is good for five minutes, a login for ten.
      clock.advance(5 * MINUTE - 5 * SECOND);
      const answer = await tokenRequest(second.app, redemption(client_id, code, redeemed));
      expect(answer.status).toBe(200);
      clock.advance(6 * SECOND);
      const expired = await tokenRequest(second.app, redemption(client_id, lateCode, late));
      expectApiError(expired, 400, 'invalid_grant');
      clock.advance(5 * MINUTE - 6 * SECOND);
      expect((await browser.at(second.app).get(url)).status).toBe(200);
      clock.advance(6 * SECOND);
      expect((await browser.at(second.app).get(url)).status).toBe(400);

      // A refresh token that lies unused, for thirty days.
      const { refresh_token } = answer.body as Tokens;
      clock.advance(30 * DAY - 6 * MINUTE);
      const refreshed = await refreshRequest(second.app, client_id, refresh_token);
      expect(refreshed.status).toBe(200);
      // The token before still gives the same successor for thirty seconds.
      clock.advance(28 * SECOND);
      const repeated = await refreshRequest(first.app, client_id, refresh_token);
      const { refresh_token: next } = refreshed.body as Tokens;
      expect(repeated.body).toMatchObject({ refresh_token: next });
      clock.advance(30 * DAY);
      expectApiError(await refreshRequest(first.app, client_id, next), 400, 'invalid_grant');
    },
  );

  it('signs by its own clock, says that it should not serve, and what it signs ahead is refused (REDIS-13)', async () => {
    const { access_token } = await obtainTokens(wrong.app, SCOPE);
    const { iat = 0, exp = 0 } = decodeJwt(access_token);
    expect(exp - iat).toBe(3600);
    expect(Math.abs(iat * 1000 - clock.now() - minutes * MINUTE)).toBeLessThan(5 * SECOND);
    const { conditions } = await wrong.server.health();
    expect(conditions).toContainEqual(
      expect.objectContaining({ name: 'clock', status: 'fail', reason: 'far-off' }),
    );
    const { status } = await supertest(right.app)
      .get('/mcp')
      .auth(access_token, { type: 'bearer' });
    expect(status).toBe(minutes > 1 ? 401 : 200);
  });
});
