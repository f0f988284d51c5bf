/**
 * The stores that a flow has to work on. Each call gives a store of its own; `shared` ones see each
 * other's records when they are given the same name.
 */
import { MemoryStore } from '../../lib/storage/memory/memory-store.ts';
import { RedisStore } from '../../lib/storage/redis/redis-store.ts';
import type { Store } from '../../lib/storage/store.ts';
import type { Clock } from './clock.ts';
import { randomPrefix } from './redis-url.ts';
import { currentTopology, redisSource } from './topology.ts';

/** What all instances of one deployment use. */
export interface Deployment {
  /** The store of one more instance. */
  store(): Store;
  /** Ends the connections. */
  close(): Promise<void>;
}

export interface StoreKind {
  readonly kind: 'memory' | 'redis';
  deploy(clock: Clock): Deployment;
}

/** How long a busy machine may take is no matter of the flows: the tests of outages look at that. */
export const PATIENCE_MS = 20_000;

export const MEMORY: StoreKind = {
  kind: 'memory',
  deploy(clock) {
    const store = new MemoryStore({ now: clock.now });
    return { store: () => store, close: () => store.close() };
  },
};

export const REDIS: StoreKind = {
  kind: 'redis',
  deploy(clock) {
    const prefix = randomPrefix();
    const stores: Store[] = [];
    const start = clock.now();
    return {
      store() {
        // Redis' own clock goes on by itself; only what the test moves its clock by is added. Keys
        // expire by the real time, so a clock may never stand behind it.
        const store = new RedisStore({
          ...redisSource(),
          prefix,
          clockOffsetMs: () => clock.now() - start,
          commandTimeoutMs: PATIENCE_MS,
        });
        stores.push(store);
        return store;
      },
      async close() {
        await Promise.all(stores.map((store) => store.close()));
      },
    };
  },
};

/** Memory is the same on every topology of Redis: where the run is for one, it is left out. */
export const STORE_KINDS: readonly StoreKind[] = currentTopology() ? [REDIS] : [MEMORY, REDIS];
