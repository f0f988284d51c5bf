import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Express } from 'express';
import type { Response } from 'supertest';
import { MAX_GRANTS_PER_SUBJECT } from '../../lib/storage/store.ts';
import type { RedisStore } from '../../lib/storage/redis/redis-store.ts';
import { DAY, newClient } from '../contract/records.ts';
import { few, onlyLimits } from '../http/support/limits.ts';
import { createTestApp } from '../support/app.ts';
import { createClock } from '../support/clock.ts';
import { SIGNING_KEY } from '../support/deployment.ts';
import { eventually } from '../support/eventually.ts';
import {
  Browser,
  consentForm,
  createPkce,
  locationOf,
  obtainCode,
  redemption,
  redirectParameters,
  refreshRequest,
  register,
  tokenRequest,
  type Tokens,
} from '../support/flow.ts';
import { createRedisBench, type RedisBench } from '../support/redis-bench.ts';
import { monitor, OF_NO_REQUEST } from '../support/redis-monitor.ts';
import { startRedisServer, type RedisServer } from '../support/redis-server.ts';

const SCOPE = 'openid offline_access';
const CLIENTS = 20_000;
const AT_ONCE = 500;

/** In the order of the flow. */
type Endpoint = 'register' | 'authorize' | 'consent' | 'allow' | 'redeem' | 'refresh';

let server: RedisServer;
let bench: RedisBench;
let store: RedisStore;
let app: Express;

beforeEach(async () => {
  server = await startRedisServer();
  bench = createRedisBench(server.url);
  store = bench.createStore();
  ({ app } = createTestApp({
    clock: createClock(Date.now()),
    options: {
      store,
      signingKeys: SIGNING_KEY,
      baselineClientScopes: ['offline_access'],
      maxUnusedClients: CLIENTS,
      rateLimits: onlyLimits({
        ...{ register: few(10_000), registerTotal: few(10_000) },
        ...{ authorize: few(10_000), token: few(10_000) },
      }),
    },
  }));
});
afterEach(async () => {
  await bench.close();
  await server.stop();
});

/** The commands of each request of a flow, with those that its scripts call. */
async function commandsOfFlow(person: string): Promise<Record<Endpoint, string[]>> {
  const pkce = createPkce();
  const browser = new Browser(app, person);
  const commands = {} as Record<Endpoint, string[]>;
  const watched = async (endpoint: Endpoint, asked: () => Promise<Response>): Promise<Response> => {
    const watch = await monitor(server);
    const answer = await asked();
    expect(answer.status).toBeLessThan(400);
    const executed = await watch.stop();
    commands[endpoint] = executed
      .filter(({ args }) => !args.some((arg) => OF_NO_REQUEST.test(arg)))
      .map(({ name, calls }) => [name, ...calls.map((call) => call.name)].join(' '))
      .sort();
    return answer;
  };
  const { body } = await watched('register', () => register(app));
  const { client_id } = body as { client_id: string };
  const begun = await watched('authorize', () =>
    browser.authorize(client_id, pkce, { scope: SCOPE }),
  );
  const page = await watched('consent', () => browser.get(locationOf(begun)));
  const { action, csrf } = consentForm(page.text);
  const allowed = await watched('allow', () => browser.post(action, { decision: 'allow', csrf }));
  const { code = '' } = redirectParameters(allowed);
  const redeemed = await watched('redeem', () =>
    tokenRequest(app, redemption(client_id, code, pkce)),
  );
  const { refresh_token } = redeemed.body as Tokens;
  await watched('refresh', () => refreshRequest(app, client_id, refresh_token));
  return commands;
}

/** Half of them are used. */
async function manyClients(): Promise<void> {
  for (let made = 0; made < CLIENTS; made += AT_ONCE) {
    const clients = Array.from({ length: AT_ONCE }, () => newClient());
    await Promise.all(clients.map((client) => store.clients.insert(client, DAY)));
    const used = clients.filter((_client, i) => i % 2 === 0);
    await Promise.all(
      used.map(async ({ client_id }) => {
        const found = await store.clients.find(client_id);
        if (found) await store.clients.renew(found, DAY);
      }),
    );
  }
}

describe('what a request asks of Redis', () => {
  it('is the same however many clients there are (REDIS-05)', async () => {
    await commandsOfFlow('alice');
    const few = await commandsOfFlow('bob');
    await manyClients();
    expect(await bench.redis.dbsize()).toBeGreaterThan(CLIENTS);
    // Somebody new each time: once in a while a look at the health of Redis comes in between.
    let others = '';
    await eventually(async () => {
      others += 'l';
      expect(await commandsOfFlow(`caro${others}`)).toEqual(few);
    });
  }, 120_000);

  it('grows with the grants of the person to an end, and with those of nobody else (REDIS-05, REDIS-15)', async () => {
    const { body } = await register(app);
    const { client_id } = body as { client_id: string };
    const approve = (person: string): Promise<unknown> =>
      new Browser(app, person).decide('allow', client_id, createPkce(), { scope: SCOPE });
    // Redis knows every script from here on.
    await commandsOfFlow('bob');
    const alone = await commandsOfFlow('carol');
    for (let grants = 0; grants < MAX_GRANTS_PER_SUBJECT + 20; grants += 20) {
      await Promise.all(Array.from({ length: 20 }, () => approve('alice')));
    }
    expect(await commandsOfFlow('dave')).toEqual(alone);
    const most = Object.values(await commandsOfFlow('alice')).map(({ length }) => length);
    // Each of her grants is looked at when there is one too many.
    expect(Math.max(...most)).toBeLessThan(2 * MAX_GRANTS_PER_SUBJECT);

    const lists = await bench.redis.keys(`${bench.prefix}subject:*`);
    const lengths = await Promise.all(lists.map((key) => bench.redis.zcard(key)));
    expect(Math.max(...lengths)).toBe(MAX_GRANTS_PER_SUBJECT);
  }, 120_000);

  it('never looks at all keys or at all of a list (REDIS-05)', async () => {
    await obtainCode(app, ((await register(app)).body as Tokens).client_id, createPkce());
    await bench.redis.config('RESETSTAT');
    await commandsOfFlow('alice');
    const statistics = await bench.redis.info('commandstats');
    for (const name of ['keys', 'scan', 'smembers', 'hscan', 'zscan', 'sort', 'randomkey']) {
      expect(statistics).not.toContain(`cmdstat_${name}:`);
    }
  });
});
