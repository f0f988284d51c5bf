/**
 * Stores that can lose what was written last, as a master does whose replica takes its place.
 */
import { MemoryStore } from '../../lib/storage/memory/memory-store.ts';
import type { Store } from '../../lib/storage/store.ts';
import type { Clock } from '../support/clock.ts';
import { createRedisBench } from '../support/redis-bench.ts';
import { redisUrl } from '../support/redis-url.ts';
import type { Deployment, StoreKind } from '../support/stores.ts';
import { storeWith } from '../support/around-store.ts';

export interface Losing extends Deployment {
  /** The replica gets all that the master has. */
  replicate(): Promise<void>;
  /** What the replica did not get is gone. */
  failOver(): Promise<void>;
}

export function deployLosing(kind: StoreKind['kind'], clock: Clock): Losing {
  return kind === 'memory' ? losingMemory(clock) : losingRedis(clock);
}

type Call = (store: MemoryStore) => unknown;

/** Every call is noted with its time. A replica is a store that has seen the first of them alone. */
function losingMemory(clock: Clock): Losing {
  const calls: { readonly at: number; readonly call: Call }[] = [];
  let replicated = 0;
  let replaying: number | undefined;
  const newStore = (): MemoryStore => new MemoryStore({ now: () => replaying ?? clock.now() });
  let master = newStore();
  const noted = (call: Call): unknown => {
    calls.push({ at: clock.now(), call });
    return call(master);
  };
  const around = storeWith(master, (part) => (name) => (...given) => {
    return noted((store) => {
      const methods = store[part] as unknown as Record<string, (...args: unknown[]) => unknown>;
      return methods[name]?.(...given);
    });
  });
  const store: Store = {
    ...around,
    claim: (issuer) => noted((to) => to.claim(issuer)) as Promise<string>,
  };
  return {
    store: () => store,
    async replicate() {
      replicated = calls.length;
    },
    async failOver() {
      calls.length = replicated;
      const replica = newStore();
      for (const { at, call } of calls) {
        replaying = at;
        // What was refused then is refused again.
        await Promise.resolve(call(replica)).catch(() => undefined);
      }
      replaying = undefined;
      master = replica;
    },
    close: () => master.close(),
  };
}

interface Dump {
  readonly key: string;
  readonly value: Buffer;
  readonly expiresAt: number;
}

/** Real keys, taken out and put back as they were. */
function losingRedis(clock: Clock): Losing {
  const bench = createRedisBench(redisUrl());
  const { redis } = bench;
  const start = clock.now();
  let replica: readonly Dump[] = [];
  const keysNow = (): Promise<string[]> => redis.keys(`${bench.prefix}*`);
  const dump = async (key: string): Promise<Dump[]> => {
    const [value, expiresAt] = await Promise.all([redis.dumpBuffer(key), redis.pexpiretime(key)]);
    return (value as Buffer | null) === null ? [] : [{ key, value, expiresAt }];
  };
  return {
    store: () => bench.createStore({ clockOffsetMs: () => clock.now() - start }),
    async replicate() {
      replica = (await Promise.all((await keysNow()).map(dump))).flat();
    },
    async failOver() {
      const put = redis.multi();
      for (const key of await keysNow()) put.del(key);
      for (const { key, value, expiresAt } of replica) {
        put.restore(key, Math.max(expiresAt, 0), value, 'ABSTTL');
      }
      await put.exec();
    },
    close: () => bench.close(),
  };
}
