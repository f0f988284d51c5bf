import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  authorizeAs,
  few,
  from,
  guess,
  onlyLimits,
  registerAs,
  statuses,
  times,
  tokenAs,
} from '../http/support/limits.ts';
import { expectApiError } from '../http/support/expect.ts';
import type { RedisStore } from '../../lib/storage/redis/redis-store.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { SIGNING_KEY } from '../support/deployment.ts';
import { obtainTokens, registeredClientId } from '../support/flow.ts';
import { createRedisBench, recovered, type RedisBench } from '../support/redis-bench.ts';
import { startRedisServer, type RedisServer } from '../support/redis-server.ts';

describe('limits without their Redis', () => {
  let server: RedisServer;
  let bench: RedisBench;
  let store: RedisStore;
  let made: TestApp;

  beforeEach(async () => {
    server = await startRedisServer();
    bench = createRedisBench(server.url);
    store = bench.createStore();
    made = limitedOn(store);
  });
  afterEach(async () => {
    await made.server.close();
    await bench.close();
    await server.stop();
  });

  const limitedOn = (counted: RedisStore): TestApp =>
    createTestApp({
      options: {
        store: counted,
        signingKeys: SIGNING_KEY,
        baselineClientScopes: ['offline_access'],
        rateLimits: onlyLimits({
          register: few(50),
          registerTotal: few(50),
          authorize: few(3),
          token: few(4),
        }),
      },
    });
  /** Nothing but the counts is out of reach. */
  const forbidCounting = async (): Promise<void> => {
    const kinds = ['client', 'clients', 'client-state', 'authz', 'grant', 'upstream', 'subject'];
    const reachable = kinds.map((kind) => `~${bench.prefix}${kind}:*`);
    await bench.redis.call('ACL', 'SETUSER', 'default', 'resetkeys', ...reachable);
  };

  it('keep registration closed, and let tokens be refreshed within a limit (ABUSE-16)', async () => {
    const { app, log } = made;
    const { client_id, refresh_token } = await obtainTokens(app, 'openid offline_access');
    await forbidCounting();
    const refused = await registerAs(app);
    expectApiError(refused, 503, 'temporarily_unavailable');
    expect(refused.headers['retry-after']).toMatch(/^[2-8]$/);
    expect(await bench.redis.keys(`${bench.prefix}client:*`)).toHaveLength(1);
    expect(log.at('error').at(-1)?.fields).toMatchObject({
      cause: { message: 'the store is unavailable (NOPERM)' },
    });

    const form = { grant_type: 'refresh_token', client_id, refresh_token };
    const refreshed = await tokenAs(app, form);
    expect({ status: refreshed.status, text: refreshed.text }).toMatchObject({ status: 200 });
    expect(statuses(await times(5, () => tokenAs(app, guess(client_id))))).toEqual([
      400, 400, 400, 429, 429,
    ]);
    expect(statuses(await times(5, () => authorizeAs(app, client_id)))).toEqual([
      302, 302, 302, 429, 429,
    ]);
  });

  it.each(['register', 'registerTotal'])(
    'keep registration closed, also when there is no other than %s (ABUSE-16)',
    async (name) => {
      const options = {
        store,
        signingKeys: SIGNING_KEY,
        rateLimits: onlyLimits({ [name]: few(9) }),
      };
      const { app } = createTestApp({ options });
      expect((await registerAs(app)).status).toBe(201);
      await forbidCounting();
      expectApiError(await registerAs(app), 503, 'temporarily_unavailable');
      expect(await bench.redis.keys(`${bench.prefix}client:*`)).toHaveLength(1);
    },
  );

  it('of a server that is gone still hold, and are whole again when it is back (ABUSE-16)', async () => {
    const impatient = bench.createImpatientStore();
    await recovered(impatient);
    const { app } = limitedOn(impatient);
    const id = await registeredClientId(app);
    await server.kill();
    expectApiError(await registerAs(app), 503, 'temporarily_unavailable');
    expect(statuses(await times(6, () => tokenAs(app, guess(id))))).toEqual([
      503, 503, 503, 503, 429, 429,
    ]);
    expect(statuses(await times(4, () => authorizeAs(app, id)))).toEqual([503, 503, 503, 429]);
    await server.restart();
    await recovered(impatient);
    expect((await registerAs(app)).status).toBe(201);
    expect(statuses(await times(1, () => tokenAs(app, guess(id))))).toEqual([401]);
  });

  it('keep no address and no client of a stranger in Redis', async () => {
    const { app } = made;
    app.set('trust proxy', 1);
    const strange = 'https://stranger.example/{client}';
    await registerAs(app, from('203.0.113.7'));
    await authorizeAs(app, strange, from('203.0.113.7'));
    await tokenAs(app, guess(strange), from('203.0.113.7'));
    const keys = await bench.redis.keys(`${bench.prefix}limit:*`);
    expect(
      keys.map((key) => key.slice(bench.prefix.length).replace(/[\w-]{22}$/, '<key>')).sort(),
    ).toEqual([
      'limit:authorize-site:<key>',
      'limit:authorize:<key>',
      'limit:register-site:<key>',
      'limit:register-total:all',
      'limit:register:<key>',
      'limit:token-network:<key>',
      'limit:token:<key>',
    ]);
    const opaque = keys.map((key) => key.split(':').at(-1));
    expect(new Set(opaque).size).toBe(7);
    for (const key of keys) expect(await bench.redis.pttl(key)).toBeGreaterThan(0);
  });

  it('make few keys for a caller who names another client each time', async () => {
    const { app } = made;
    await times(60, (i) => tokenAs(app, guess(`stranger-${String(i)}`)));
    const keys = async (): Promise<number> =>
      (await bench.redis.keys(`${bench.prefix}limit:*`)).length;
    const before = await keys();
    // One for each client until the network has had its share.
    expect(before).toBeGreaterThan(10);
    expect(before).toBeLessThan(50);
    await times(50, (i) => tokenAs(app, guess(`another-${String(i)}`)));
    expect(await keys()).toBe(before);
  });
});
