/**
 * Instances on a real Redis that are given no signing keys: they make their own and share them.
 *
 * @module
 */
import { randomBytes } from 'node:crypto';
import { createLocalJWKSet, jwtVerify, type JSONWebKeySet } from 'jose';
import supertest from 'supertest';
import type { AuthorizationServerOptions } from '../../lib/options/options.ts';
import { createEnvelopes } from '../../lib/tokens/envelope.ts';
import { createTestApp, ISSUER, RESOURCE, SECRET, type TestApp } from './app.ts';
import { createClock, type Clock } from './clock.ts';
import { createRedisBench, type RedisBench } from './redis-bench.ts';
import { RedisStore, type RedisStoreSettings } from '../../lib/storage/redis/redis-store.ts';
import type { Store } from '../../lib/storage/store.ts';
import { randomPrefix } from './redis-url.ts';
import { PATIENCE_MS } from './stores.ts';
import { atKey, redisSource } from './topology.ts';

export interface SharingBench {
  readonly prefix: string;
  /** Of all instances, and of Redis: only moves when it is told to, and never back. */
  readonly clock: Clock;
  start(options?: Partial<AuthorizationServerOptions>): TestApp;
  /** What the instances keep, to look at and to put something into. */
  store(): Store;
  /** Looks at one key from outside. */
  atKey: typeof atKey;
  close(): Promise<void>;
}

/** On the Redis of the running test. */
export function createSharingBench(): SharingBench {
  const prefix = randomPrefix();
  const stores: Store[] = [];
  const createStore = (settings: RedisStoreSettings): Store => {
    const store = new RedisStore({ ...redisSource(), prefix, ...settings });
    stores.push(store);
    return store;
  };
  const close = async (): Promise<void> => {
    await Promise.all(stores.map((store) => store.close()));
  };
  return { ...sharing(createStore, close), prefix, atKey };
}

/** On a server that may be killed. */
export function createSharingBenchOn(url: string): SharingBench & Pick<RedisBench, 'redis'> {
  const { prefix, redis, createStore, close } = createRedisBench(url);
  return { ...sharing(createStore, close), prefix, redis, atKey: (look) => look(redis) };
}

function sharing(
  createStore: (settings: RedisStoreSettings) => Store,
  close: () => Promise<void>,
): Pick<SharingBench, 'clock' | 'start' | 'store' | 'close'> {
  const clock = createClock(Date.now());
  const began = clock.now();
  const made: TestApp[] = [];
  const store = (): Store =>
    createStore({ clockOffsetMs: () => clock.now() - began, commandTimeoutMs: PATIENCE_MS });
  return {
    clock,
    store,
    start(options = {}) {
      const app = createTestApp({
        clock,
        options: {
          baselineClientScopes: ['offline_access'],
          ...options,
          store: options.store ?? store(),
        },
      });
      made.push(app);
      return app;
    },
    close: async () => {
      await Promise.all(made.map(({ server }) => server.close()));
      await close();
    },
  };
}

export async function jwksOf({ app }: TestApp): Promise<JSONWebKeySet> {
  const { status, body } = await supertest(app).get('/oauth/jwks');
  if (status !== 200) throw new Error(`the keys are answered with ${String(status)}`);
  return body as JSONWebKeySet;
}

export async function kidsOf(instance: TestApp): Promise<(string | undefined)[]> {
  return (await jwksOf(instance)).keys.map(({ kid }) => kid);
}

export async function callStatus({ app }: TestApp, token: string): Promise<number> {
  return (await supertest(app).get('/mcp').auth(token, { type: 'bearer' })).status;
}

/** What an API elsewhere does with the keys that it has kept. */
export async function verifyWith(
  keys: JSONWebKeySet,
  token: string,
  clock: Clock,
): Promise<string | undefined> {
  const { payload } = await jwtVerify(token, createLocalJWKSet(keys), {
    issuer: ISSUER,
    audience: RESOURCE,
    typ: 'at+jwt',
    currentDate: new Date(clock.now()),
  });
  return payload.sub;
}

/** The private members of the keys that Redis holds, for who has the secret. */
export async function privateMembers(
  bench: Pick<SharingBench, 'atKey' | 'prefix'>,
  secrets: readonly string[] = [SECRET],
): Promise<string[]> {
  const key = `${bench.prefix}keys`;
  const sealed = (await bench.atKey((redis) => redis.hget(key, 'keys'))) ?? '';
  const envelopes = createEnvelopes({ secrets, issuer: ISSUER, randomBytes });
  const { keys } = JSON.parse(envelopes.open('signing_keys', sealed).text) as {
    keys: { jwk: { d: string } }[];
  };
  return keys.map(({ jwk }) => jwk.d);
}
