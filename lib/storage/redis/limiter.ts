/**
 * Counting requests in Redis, for all instances together.
 *
 * One command with one key for each request. It is sent as every other, within the deadline and once
 * or not at all: the library gets a client that can do nothing but that.
 *
 * @module
 */
import { RateLimiterRedis } from 'rate-limiter-flexible';
import type { Count, Limiter, Quota } from '../limiter.ts';
import { scriptCommand } from './commands.ts';
import type { RedisConnection } from './connection.ts';
import type { Keys } from './keys.ts';
import { RefusalMemory } from './refusal-memory.ts';

export interface RedisLimiterOptions {
  readonly connection: RedisConnection;
  readonly keys: Pick<Keys, 'limit'>;
  /** A monotonic clock, in milliseconds. */
  readonly mark: () => number;
}

export class RedisLimiter implements Limiter {
  readonly #quota: Quota;
  readonly #keys: Pick<Keys, 'limit'>;
  readonly #counts: RateLimiterRedis;
  readonly #refusals: RefusalMemory;

  constructor(quota: Quota, { connection, keys, mark }: RedisLimiterOptions) {
    this.#quota = quota;
    this.#keys = keys;
    this.#refusals = new RefusalMemory(mark);
    this.#counts = new RateLimiterRedis({
      storeClient: clientOf(connection),
      keyPrefix: '',
      points: quota.limit,
      duration: quota.windowSeconds,
    });
  }

  async consume(key: string): Promise<Count> {
    // Its `consume` throws for one too many; this counts the same and says how many there are.
    const { consumedPoints, msBeforeNext } = await this.#counts.penalty(this.#name(key));
    const isWithin = consumedPoints <= this.#quota.limit;
    if (!isWithin) this.#refusals.add(key, msBeforeNext);
    return {
      isWithin,
      remaining: Math.max(this.#quota.limit - consumedPoints, 0),
      resetMs: msBeforeNext,
    };
  }

  async refund(key: string): Promise<void> {
    await this.#counts.reward(this.#name(key));
  }

  refusal(key: string): Count | undefined {
    const resetMs = this.#refusals.leftMs(key);
    return resetMs === undefined ? undefined : { isWithin: false, remaining: 0, resetMs };
  }

  #name(key: string): string {
    return this.#keys.limit(this.#quota.name, key);
  }
}

/** The part of an ioredis client that the library uses to count. */
function clientOf(connection: RedisConnection): object {
  let lua = '';
  return {
    defineCommand(_name: string, definition: { readonly lua: string }) {
      ({ lua } = definition);
    },
    // The library's own name for it.
    rlflxIncr: (args: readonly string[]) =>
      connection.call((client) =>
        scriptCommand(client, { name: 'countRequest', numberOfKeys: 1, lua })(...args),
      ),
  };
}
