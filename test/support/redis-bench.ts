/**
 * A Redis store on a bench: its server's view beside it, everything closed at the end of the test.
 *
 * @module
 */
import { expect } from '@jest/globals';
import { Redis } from 'ioredis';
import { RedisStore, type RedisStoreSettings } from '../../lib/storage/redis/redis-store.ts';
import { StoreUnavailableError } from '../../lib/storage/store.ts';
import { eventually } from './eventually.ts';
import { inTime } from './in-time.ts';
import type { ClientKind } from './ioredis-clients.ts';
import { randomPrefix } from './redis-url.ts';
import { PATIENCE_MS } from './stores.ts';

export interface RedisBench {
  readonly prefix: string;
  /** Looks at the server with a connection of its own. */
  readonly redis: Redis;
  /** Another instance on the same records, which waits however busy the machine is. */
  createStore(settings?: RedisStoreSettings): RedisStore;
  /** One with the deadline of production: for tests of outages. */
  createImpatientStore(settings?: RedisStoreSettings): RedisStore;
  close(): Promise<void>;
}

/** @param kind - The client of a host that the stores are given; otherwise it is the URL. */
export function createRedisBench(url: string, kind?: ClientKind): RedisBench {
  const prefix = randomPrefix();
  const client = kind?.connect(url);
  // Its timer for closing outlives a connection that is gone already.
  const redis = new Redis(url, { disconnectTimeout: 100 });
  // Servers come and go here; commands wait for them.
  redis.on('error', () => undefined);
  const stores: RedisStore[] = [];
  const open = (settings: RedisStoreSettings): RedisStore => {
    const store = new RedisStore({ ...(client ? { client } : { url }), prefix, ...settings });
    stores.push(store);
    return store;
  };
  return {
    prefix,
    redis,
    createStore: (settings) => open({ commandTimeoutMs: PATIENCE_MS, ...settings }),
    createImpatientStore: (settings = {}) => open(settings),
    close: async () => {
      await Promise.all(stores.map((store) => store.close()));
      client?.disconnect();
      redis.disconnect();
    },
  };
}

/** The class of failure, of an attempt that must fail in time. */
export async function failure(attempt: Promise<unknown>): Promise<string> {
  const outcome = attempt.then(
    () => 'nothing was wrong',
    (reason: unknown) => reason,
  );
  const error: unknown = await inTime(outcome);
  expect(error).toBeInstanceOf(StoreUnavailableError);
  return (error as Error).message;
}

/** Asks until the store answers, for the first time or again. */
export async function recovered(store: RedisStore): Promise<void> {
  await eventually(() => store.grants.find('a'.repeat(22)));
}
