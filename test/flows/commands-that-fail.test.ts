import { randomUUID } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Response } from 'supertest';
import { RedisStore } from '../../lib/storage/redis/redis-store.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { createClock } from '../support/clock.ts';
import { SIGNING_KEY } from '../support/deployment.ts';
import {
  Browser,
  createPkce,
  locationOf,
  obtainCode,
  obtainTokens,
  redemption,
  refreshRequest,
  register,
  registeredClientId,
  tokenRequest,
} from '../support/flow.ts';
import { recovered } from '../support/redis-bench.ts';
import { startRedisProxy, type RedisProxy } from '../support/redis-proxy.ts';
import { redisUrl } from '../support/redis-url.ts';
import { PATIENCE_MS } from '../support/stores.ts';

const SCOPE = 'openid offline_access';
const MOST_ATTEMPTS = 5;

let proxy: RedisProxy;
let behindProxy: RedisStore;
let stores: RedisStore[];
let cutOff: TestApp;
let healthy: TestApp;

beforeEach(async () => {
  proxy = await startRedisProxy(Number(new URL(redisUrl()).port), new URL(redisUrl()).pathname);
  const prefix = `cut-${randomUUID()}:`;
  const clock = createClock(Date.now());
  const start = (url: string): [RedisStore, TestApp] => {
    const store = new RedisStore({ url, prefix, commandTimeoutMs: PATIENCE_MS });
    return [store, createTestApp({ clock, options: { store, signingKeys: SIGNING_KEY } })];
  };
  const [through, direct] = [start(proxy.url), start(redisUrl())];
  [behindProxy, cutOff] = through;
  healthy = direct[1];
  stores = [through[0], direct[0]];
});
afterEach(async () => {
  await Promise.all(stores.map((store) => store.close()));
  await proxy.close();
});

interface Attempted {
  readonly name: string;
  readonly status: number;
  /** Makes ready at the healthy instance, and returns the request to the one that is cut off. */
  readonly prepare: () => Promise<() => Promise<Response>>;
}

const REQUESTS: readonly Attempted[] = [
  { name: 'a registration', status: 201, prepare: async () => () => register(cutOff.app) },
  {
    name: 'an authorization',
    status: 302,
    prepare: async () => {
      const id = await registeredClientId(healthy.app);
      return () => new Browser(cutOff.app, 'alice').authorize(id, createPkce());
    },
  },
  {
    name: 'a consent page',
    status: 200,
    prepare: async () => {
      const browser = new Browser(healthy.app, 'alice');
      const begun = await browser.authorize(await registeredClientId(healthy.app), createPkce());
      return () => browser.at(cutOff.app).get(locationOf(begun));
    },
  },
  ...(['allow', 'deny'] as const).map((decision) => ({
    name: `to ${decision}`,
    status: 303,
    prepare: async () => {
      const browser = new Browser(healthy.app, 'alice');
      const begun = await browser.authorize(await registeredClientId(healthy.app), createPkce());
      const page = await browser.get(locationOf(begun));
      const csrf = /name="csrf" value="([^"]+)"/.exec(page.text)?.[1] ?? '';
      return () => browser.at(cutOff.app).post(locationOf(begun), { decision, csrf });
    },
  })),
  {
    name: 'a redemption',
    status: 200,
    prepare: async () => {
      const id = await registeredClientId(healthy.app);
      const pkce = createPkce();
      const code = await obtainCode(healthy.app, id, pkce, { scope: SCOPE });
      return () => tokenRequest(cutOff.app, redemption(id, code, pkce));
    },
  },
  {
    name: 'a refresh',
    status: 200,
    prepare: async () => {
      const { client_id, refresh_token } = await obtainTokens(healthy.app, SCOPE);
      return () => refreshRequest(cutOff.app, client_id, refresh_token);
    },
  },
];

/** Loses the connection when it sends for the nth time. */
async function cutAt(
  nth: number,
  prepare: Attempted['prepare'],
): Promise<{ answer: Response; wasCut: boolean }> {
  for (let attempt = 1; ; attempt += 1) {
    const request = await prepare();
    await recovered(behindProxy);
    const isCut = proxy.cut(nth);
    const answer = await request();
    await turn();
    const wasCut = isCut();
    proxy.cut(Infinity);
    // What an instance asks now and then may have been the nth, in the place of the request.
    if (!wasCut || answer.status === 503 || attempt === MOST_ATTEMPTS) return { answer, wasCut };
  }
}

// Jest fails a test in which a rejection or an exception reaches nobody.
describe('a connection that is lost at each command in turn (HTTP-15)', () => {
  it.each(REQUESTS)(
    'makes $name a 503, leaves nothing behind, and the next one works',
    async ({ status, prepare }) => {
      const outcomes: number[] = [];
      for (let nth = 1, wasCut = true; wasCut; nth += 1) {
        const attempt = await cutAt(nth, prepare);
        ({ wasCut } = attempt);
        outcomes.push(attempt.answer.status);
        if (wasCut) expect(attempt.answer.headers).toHaveProperty('retry-after');
      }
      // At the last attempt there was no command left to be lost at.
      expect(outcomes.pop()).toBe(status);
      expect(outcomes.length).toBeGreaterThan(0);
      expect(outcomes).toEqual(outcomes.map(() => 503));
    },
  );
});
