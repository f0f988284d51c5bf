import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RedisStore } from '../../lib/storage/redis/redis-store.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { createClock, type Clock } from '../support/clock.ts';
import { eventually } from '../support/eventually.ts';
import {
  createPkce,
  obtainCode,
  obtainTokens,
  redemption,
  refreshRequest,
  registeredClientId,
  tokenRequest,
  type Form,
  type Tokens,
} from '../support/flow.ts';
import { recovered } from '../support/redis-bench.ts';
import { startRedisProxy, type RedisProxy } from '../support/redis-proxy.ts';
import { SIGNING_KEY } from '../support/deployment.ts';
import { redisUrl } from '../support/redis-url.ts';
import { PATIENCE_MS } from '../support/stores.ts';
import { expectApiError } from '../http/support/expect.ts';

const SCOPE = 'openid offline_access';
const SECOND = 1_000;

let proxy: RedisProxy;
let clock: Clock;
let stores: RedisStore[];
/** Reaches Redis through the proxy, and is the one that goes down. */
let doomed: TestApp;
let other: TestApp;

beforeEach(async () => {
  proxy = await startRedisProxy(Number(new URL(redisUrl()).port), new URL(redisUrl()).pathname);
  const start = Date.now();
  clock = createClock(start);
  const prefix = `crash-${randomUUID()}:`;
  const clockOffsetMs = (): number => clock.now() - start;
  const settings = { prefix, clockOffsetMs };
  stores = [
    new RedisStore({ ...settings, url: proxy.url, commandTimeoutMs: 1_000 }),
    new RedisStore({ ...settings, url: redisUrl(), commandTimeoutMs: PATIENCE_MS }),
  ];
  const [first, second] = stores.map((store) =>
    createTestApp({ clock, options: { store, signingKeys: SIGNING_KEY } }),
  );
  if (!first || !second) throw new Error('two instances are needed');
  [doomed, other] = [first, second];
  // Redis knows every script from here on: what is swallowed is not its question for the text.
  await eventually(async () => {
    const warm = await obtainTokens(doomed.app, SCOPE);
    const { status } = await refreshRequest(doomed.app, warm.client_id, warm.refresh_token);
    expect(status).toBe(200);
  });
});
afterEach(async () => {
  await Promise.all(stores.map((store) => store.close()));
  await proxy.close();
});

/** What is asked of the doomed one after its crash has no time to wait for a connection. */
async function reconnected(): Promise<void> {
  for (const store of stores) await recovered(store);
}

const grantIdOf = (code: string): string => code.split('.')[0] ?? '';

/** Redeems a code at the instance that goes down in the middle of it. */
async function redeemAndCrash(
  what: 'command' | 'answer',
): Promise<{ form: Form; code: string; id: string }> {
  const id = await registeredClientId(other.app);
  const pkce = createPkce();
  const code = await obtainCode(other.app, id, pkce, { scope: SCOPE });
  const form = redemption(id, code, pkce);
  const swallowed = proxy.swallow(what, 'evalsha');
  const [answer] = await Promise.all([tokenRequest(doomed.app, form), swallowed]);
  expectApiError(answer, 503, 'temporarily_unavailable');
  expect(answer.text).not.toContain('token"');
  await reconnected();
  return { form, code, id };
}

describe('an instance that is cut off while it redeems a code (TOKEN-30)', () => {
  it('after the code was spent: nobody has tokens, and a retry gets none', async () => {
    const { form, code } = await redeemAndCrash('answer');
    const grant = await stores[1]?.grants.find(grantIdOf(code));
    expect(grant).toMatchObject({ generation: 1 });
    for (const { app } of [other, doomed, other]) {
      expectApiError(await tokenRequest(app, form), 400, 'invalid_grant');
    }
  });

  it('after the code was spent: a late retry ends the grant that nobody has', async () => {
    const { form, code } = await redeemAndCrash('answer');
    clock.advance(11 * SECOND);
    expectApiError(await tokenRequest(other.app, form), 400, 'invalid_grant');
    expect(await stores[1]?.grants.find(grantIdOf(code))).toBeUndefined();
  });

  it('after the code was spent: the person starts again, with the same client', async () => {
    const { id } = await redeemAndCrash('answer');
    const pkce = createPkce();
    const code = await obtainCode(other.app, id, pkce, { scope: SCOPE });
    const { status } = await tokenRequest(other.app, redemption(id, code, pkce));
    expect(status).toBe(200);
  });

  it('before the code was spent: a retry gets the only tokens there are', async () => {
    const { form, id } = await redeemAndCrash('command');
    const retried = await tokenRequest(other.app, form);
    expect(retried.status).toBe(200);
    const { refresh_token } = retried.body as Tokens;
    for (const { app } of [other, doomed]) {
      expectApiError(await tokenRequest(app, form), 400, 'invalid_grant');
    }
    expect((await refreshRequest(other.app, id, refresh_token)).status).toBe(200);
  });
});

describe('an instance that is cut off while it refreshes (TOKEN-30, REFRESH-03)', () => {
  it.each(['command', 'answer'] as const)(
    'is made up for by a retry elsewhere, and the grant has one successor: lost %s',
    async (what) => {
      const { client_id, refresh_token } = await obtainTokens(other.app, SCOPE);
      const swallowed = proxy.swallow(what, 'evalsha');
      const [answer] = await Promise.all([
        refreshRequest(doomed.app, client_id, refresh_token),
        swallowed,
      ]);
      expectApiError(answer, 503, 'temporarily_unavailable');
      await reconnected();
      const retries = [other, doomed, other].map(({ app }) =>
        refreshRequest(app, client_id, refresh_token),
      );
      const answers = await Promise.all(retries);
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
      const successors = new Set(answers.map(({ body }) => (body as Tokens).refresh_token));
      expect(successors.size).toBe(1);
      const [successor] = successors;
      expect(successor).toMatch(/\.2\./);
      expect((await refreshRequest(other.app, client_id, successor)).status).toBe(200);
    },
  );
});
