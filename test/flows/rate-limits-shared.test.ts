import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { setTimeout as wait } from 'node:timers/promises';
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
import { createDeployment, SIGNING_KEY, type TestDeployment } from '../support/deployment.ts';
import { obtainTokens, registeredClientId } from '../support/flow.ts';
import { createRedisBench, recovered, type RedisBench } from '../support/redis-bench.ts';
import { startRedisServer, type RedisServer } from '../support/redis-server.ts';
import { STORE_KINDS } from '../support/stores.ts';

describe.each(STORE_KINDS)('limits of several instances ($kind)', (storeKind) => {
  let deployment: TestDeployment;

  beforeEach(() => {
    deployment = createDeployment(storeKind);
  });
  afterEach(async () => {
    await deployment.close();
  });

  it('are one budget, which a restart does not renew (ABUSE-01)', async () => {
    const options = { rateLimits: onlyLimits({ register: few(20) }) };
    const [a, b] = [deployment.start(options), deployment.start(options)];
    expect(statuses(await times(11, () => registerAs(a.app)))).toEqual(Array(11).fill(201));
    const onB = statuses(await times(11, () => registerAs(b.app)));
    expect(onB).toEqual([...Array(9).fill(201), 429, 429]);
    await a.server.close();
    const restarted = deployment.start(options);
    expect((await registerAs(restarted.app)).status).toBe(429);
  });

  it('let exactly as many in of those that come at once, to all of them', async () => {
    const options = { rateLimits: onlyLimits({ register: few(200), registerTotal: few(30) }) };
    const instances = [1, 2, 3].map(() => deployment.start(options));
    const answers = await Promise.all(
      instances.flatMap(({ app }, i) =>
        Array.from({ length: 25 }, (_, n) =>
          registerAs(app, from(`10.0.${String(i)}.${String(n)}`)),
        ),
      ),
    );
    const in201 = statuses(answers).filter((status) => status === 201);
    expect(in201).toHaveLength(30);
  });

  it('let in again who waits as long as the answer says', async () => {
    const rateLimits = onlyLimits({ register: { limit: 1, windowSeconds: 2 } });
    const { app } = deployment.start({ rateLimits });
    expect((await registerAs(app)).status).toBe(201);
    const refused = await registerAs(app);
    expect(refused.status).toBe(429);
    const seconds = Number(refused.headers['retry-after']);
    expect([1, 2]).toContain(seconds);
    await wait(seconds * 1000);
    expect((await registerAs(app)).status).toBe(201);
  });

  it('for all together cannot be used up by one network, whichever instance it asks', async () => {
    const options = { rateLimits: onlyLimits({ register: few(3), registerTotal: few(6) }) };
    const instances = [deployment.start(options), deployment.start(options)];
    for (const { app } of instances) app.set('trust proxy', 1);
    const flood = instances.flatMap(({ app }) =>
      Array.from({ length: 60 }, () => registerAs(app, from('203.0.113.66'))),
    );
    const within = statuses(await Promise.all(flood)).filter((status) => status === 201);
    // In the first moment the flood stands in the count for all, and may keep itself out with that.
    expect(within.length).toBeLessThanOrEqual(3);
    const others = await times(6, (i) =>
      registerAs(instances[i % 2]!.app, from(`198.51.100.${String(i)}`)),
    );
    const left = 6 - within.length;
    expect(statuses(others)).toEqual([
      ...Array<number>(left).fill(201),
      ...Array<number>(6 - left).fill(429),
    ]);
  });

  it('know a caller by another name the next day', async () => {
    const options = { rateLimits: onlyLimits({ register: few(1) }) };
    const { app } = deployment.start(options);
    expect(statuses(await times(2, () => registerAs(app)))).toEqual([201, 429]);
    deployment.clock.advance(24 * 3600_000);
    expect(statuses(await times(2, () => registerAs(app)))).toEqual([201, 429]);
  });
});

describe('limits without their Redis', () => {
  let server: RedisServer;
  let bench: RedisBench;
  let store: RedisStore;
  let made: TestApp;

  beforeEach(async () => {
    server = await startRedisServer();
    bench = createRedisBench(server.url);
    store = bench.createStore();
    made = createTestApp({
      options: {
        store,
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
  });
  afterEach(async () => {
    await made.server.close();
    await bench.close();
    await server.stop();
  });

  /** Nothing but the counts is out of reach. */
  const forbidCounting = async (): Promise<void> => {
    const kinds = ['client', 'clients', 'authz', 'grant', 'subject'];
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
    const { app } = made;
    const id = await registeredClientId(app);
    await server.kill();
    expectApiError(await registerAs(app), 503, 'temporarily_unavailable');
    expect(statuses(await times(6, () => tokenAs(app, guess(id))))).toEqual([
      503, 503, 503, 503, 429, 429,
    ]);
    expect(statuses(await times(4, () => authorizeAs(app, id)))).toEqual([503, 503, 503, 429]);
    await server.restart();
    await recovered(store);
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
