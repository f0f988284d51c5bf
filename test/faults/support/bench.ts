/**
 * Redis servers on which a fault is injected, and what every way to run them has in common.
 *
 * @module
 */
import { RedisStore, type RedisSource } from '../../../lib/storage/redis/redis-store.ts';
import { randomPrefix } from '../../support/redis-url.ts';
import type { RedisCluster } from '../../support/redis-cluster.ts';
import type { RedisProcess } from '../../support/redis-process.ts';
import type { RedisProxy } from '../../support/redis-proxy.ts';
import type { RedisSentinel } from '../../support/redis-sentinel.ts';

export type BenchName = 'standalone' | 'sentinel' | 'cluster';

export interface FaultBench {
  readonly name: BenchName;
  /** Every process that holds data; of several, masters and replicas. */
  readonly nodes: readonly RedisProcess[];
  /** Those that take writes now. */
  masters(): Promise<readonly RedisProcess[]>;
  /** Resolves when all of it is in order again. */
  healthy(): Promise<void>;
  readonly sentinel?: RedisSentinel;
  readonly cluster?: RedisCluster;
  /** Between the stores and their one server. */
  readonly proxy?: RedisProxy;
  /** What a store is given. */
  readonly source: RedisSource;
  readonly prefix: string;
  /** The store of one more instance. */
  createStore(): RedisStore;
  close(): Promise<void>;
}

type Servers = Omit<FaultBench, 'prefix' | 'createStore' | 'close'>;

/** @param stop - Ends the processes. Stores are closed by the instances that they belong to. */
export function createBench(servers: Servers, stop: () => Promise<void>): FaultBench {
  const prefix = randomPrefix();
  return {
    ...servers,
    prefix,
    createStore: () => new RedisStore({ ...servers.source, prefix }),
    close: stop,
  };
}
