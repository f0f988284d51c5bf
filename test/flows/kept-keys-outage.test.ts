import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import supertest from 'supertest';
import { ISSUER, type TestApp } from '../support/app.ts';
import { eventually } from '../support/eventually.ts';
import {
  createPkce,
  obtainCode,
  obtainTokens,
  redemption,
  refreshRequest,
  register,
  tokenRequest,
} from '../support/flow.ts';
import { inTime } from '../support/in-time.ts';
import { callStatus, createSharingBenchOn, jwksOf, kidsOf } from '../support/kept-keys.ts';
import { startRedisServer, type RedisServer } from '../support/redis-server.ts';
import { RedisStore } from '../../lib/storage/redis/redis-store.ts';

const SCOPE = 'openid offline_access';

let server: RedisServer;
let bench: ReturnType<typeof createSharingBenchOn>;

beforeEach(async () => {
  server = await startRedisServer();
  bench = createSharingBenchOn(server.url);
});
afterEach(async () => {
  await bench.close();
  await server.stop();
});

/** With the deadlines of production. */
function startImpatient(): TestApp {
  return bench.start({ store: new RedisStore({ url: server.url, prefix: bench.prefix }) });
}

describe('an instance that starts while Redis is away', () => {
  it('invents nothing, answers 503 in time, and becomes ready by itself (FAULT-13)', async () => {
    const before = bench.start();
    const { access_token, client_id, refresh_token } = await obtainTokens(before.app, SCOPE);
    await before.server.close();
    await server.kill();

    const { app, log, server: authorizationServer } = startImpatient();
    const jwks = await inTime(supertest(app).get('/oauth/jwks'));
    expect(jwks.status).toBe(503);
    expect(jwks.body).toEqual({
      error: 'temporarily_unavailable',
      error_description: 'the server is not available at the moment',
    });
    expect(jwks.headers).toMatchObject({ 'retry-after': expect.stringMatching(/^[2-8]$/) });
    const token = await inTime(refreshRequest(app, client_id, refresh_token));
    expect(token).toMatchObject({ status: 503, body: jwks.body });

    // Not 401: a client would throw a good token away.
    const called = await inTime(supertest(app).get('/mcp').auth(access_token, { type: 'bearer' }));
    expect(called.status).toBe(503);
    expect(called.body).toEqual(jwks.body);
    expect(called.headers).toMatchObject({
      'retry-after': expect.stringMatching(/^[2-8]$/),
      'cache-control': 'no-store',
      'access-control-expose-headers': 'Retry-After',
    });
    expect(called.headers).not.toHaveProperty('www-authenticate');
    await expect(authorizationServer.verifyAccessToken(access_token)).rejects.toMatchObject({
      code: 'ERR_DCR_STORE_UNAVAILABLE',
    });
    // What is no token of ours needs no key to be refused, and discovery no store.
    expect((await supertest(app).get('/mcp')).status).toBe(401);
    const discovery = await supertest(app).get('/.well-known/oauth-authorization-server');
    expect(discovery.status).toBe(200);
    expect(log.text()).not.toContain('signing key made');

    await server.restart();
    await eventually(async () => {
      expect((await supertest(app).get('/oauth/jwks')).status).toBe(200);
    });
    const { access_token: fresh } = await eventually(() => obtainTokens(app, SCOPE));
    expect((await supertest(app).get('/mcp').auth(fresh, { type: 'bearer' })).status).toBe(200);
  });

  it('looks for the keys without being asked', async () => {
    await server.kill();
    const instance = bench.start();
    await server.restart();
    await eventually(() => expect(instance.log.text()).toContain('signing key made'));
    expect(await bench.redis.exists(`${bench.prefix}keys`)).toBe(1);
  });
});

describe('an instance that has its keys while Redis is away', () => {
  it('publishes and verifies on', async () => {
    const instance = startImpatient();
    const { access_token } = await eventually(() => obtainTokens(instance.app, SCOPE));
    const keys = await jwksOf(instance);
    await server.kill();
    expect(await inTime(jwksOf(instance))).toEqual(keys);
    expect(await inTime(callStatus(instance, access_token))).toBe(200);
    expect((await inTime(register(instance.app))).status).toBe(503);
    await server.restart();
    await eventually(async () => expect((await register(instance.app)).status).toBe(201));
  });
});

describe('a Redis that lost everything', () => {
  it.each([
    { name: 'FLUSHALL', lose: () => bench.redis.flushall() },
    {
      name: 'a restart without persistence',
      lose: async () => {
        await server.kill();
        await server.restart();
      },
    },
  ])('gets the keys back that are in use: $name (FAULT-13)', async ({ lose }) => {
    const instances = [bench.start(), bench.start()];
    const [one] = instances as [TestApp, TestApp];
    const { access_token, client_id, refresh_token } = await obtainTokens(one.app, SCOPE);
    const kids = await kidsOf(one);
    await lose();
    bench.clock.advance(31_000);
    await eventually(async () => {
      await Promise.all(instances.map(kidsOf));
      expect(await bench.redis.exists(`${bench.prefix}keys`)).toBe(1);
    });
    const later = bench.start();
    for (const instance of [...instances, later]) {
      expect(await kidsOf(instance)).toEqual(kids);
      expect(await callStatus(instance, access_token)).toBe(200);
    }
    // Nothing else came back: who is not in the store is not known.
    const refreshed = await refreshRequest(later.app, client_id, refresh_token);
    expect(refreshed).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
    expect(await bench.redis.hget(`${bench.prefix}issuer`, 'issuer')).toBe(ISSUER);
  });

  it('loses no token to an instance that starts before another has looked', async () => {
    const before = bench.start();
    const old = await obtainTokens(before.app, SCOPE);
    await bench.redis.flushall();
    // It finds nothing, so it makes a key, and signs with it.
    const cold = bench.start();
    const fresh = await obtainTokens(cold.app, SCOPE);
    expect(await kidsOf(cold)).not.toEqual(await kidsOf(before));

    // Half a minute later, or with the first token that names a key it does not know.
    bench.clock.advance(2_000);
    expect(await callStatus(before, fresh.access_token)).toBe(200);
    expect(before.log.text()).toContain('signing keys put back');
    bench.clock.advance(31_000);
    const later = bench.start();
    await eventually(async () => expect(await kidsOf(cold)).toHaveLength(2));
    const kids = await kidsOf(later);
    for (const instance of [before, cold, later]) {
      expect(await kidsOf(instance)).toEqual(kids);
      for (const { access_token } of [old, fresh]) {
        expect(await callStatus(instance, access_token)).toBe(200);
      }
    }
  });
});

describe('keys in Redis that somebody changed', () => {
  it.each([
    { field: 'keys', value: '1.AAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAAAAAA' },
    { field: 'keys', value: '7.later' },
    { field: 'keys', value: '' },
    { field: 'v', value: '2' },
    { field: 'revision', value: '' },
  ])('are not used, and not written over: $field $value (REDIS-08)', async ({ field, value }) => {
    const warm = bench.start();
    const { access_token } = await obtainTokens(warm.app, SCOPE);
    const key = `${bench.prefix}keys`;
    await bench.redis.hset(key, field, value);
    const there = await bench.redis.hgetall(key);
    const cold = bench.start();
    expect((await supertest(cold.app).get('/oauth/jwks')).status).toBe(503);
    expect(await callStatus(cold, access_token)).toBe(503);
    expect(cold.log.at('error').map(({ message }) => message)).toContainEqual(
      expect.stringMatching(/^(signing keys in the store do not open|stored record not usable)$/),
    );
    bench.clock.advance(31_000);
    expect(await callStatus(warm, access_token)).toBe(200);
    expect((await supertest(warm.app).get('/oauth/jwks')).status).toBe(200);
    await wait(50);
    expect(await bench.redis.hgetall(key)).toEqual(there);
  });

  it('let nothing be signed, and cost nobody a code or a refresh token', async () => {
    const instance = bench.start();
    const { client_id, refresh_token } = await obtainTokens(instance.app, SCOPE);
    const pkce = createPkce();
    const code = await obtainCode(instance.app, client_id, pkce, { scope: SCOPE });
    const key = `${bench.prefix}keys`;
    const sealed = (await bench.redis.hget(key, 'keys')) ?? '';
    await bench.redis.hset(key, 'keys', '7.later');
    bench.clock.advance(31_000);
    await eventually(async () => {
      await jwksOf(instance);
      expect(instance.log.text()).toContain('do not open');
    });
    const form = redemption(client_id, code, pkce);
    const answers = [
      await tokenRequest(instance.app, form),
      await refreshRequest(instance.app, client_id, refresh_token),
    ];
    expect(answers.map(({ status }) => status)).toEqual([503, 503]);
    await bench.redis.hset(key, 'keys', sealed);
    await eventually(async () => expect((await tokenRequest(instance.app, form)).status).toBe(200));
    expect((await refreshRequest(instance.app, client_id, refresh_token)).status).toBe(200);
  });
});
