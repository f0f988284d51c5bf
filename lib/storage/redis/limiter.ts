/**
 * Counting requests in Redis, for all instances together.
 *
 * One script with one key for each request. It runs as every other, within the deadline and once or not
 * at all: the library gets a client that can do nothing but that. A count that came late would be a
 * count of somebody who was turned away, and hold others up when Redis is back.
 *
 * @module
 */
import RateLimiterRedis from 'rate-limiter-flexible/lib/RateLimiterRedis.js';
import type { Count, Limiter, Quota } from '../limiter.ts';
import type { Commands } from './commands.ts';
import type { Keys } from './keys.ts';
import { RefusalMemory } from './refusal-memory.ts';
import { script, type Script } from './script.ts';

export interface RedisLimiterOptions {
  readonly commands: Pick<Commands, 'run'>;
  readonly keys: Pick<Keys, 'limit'>;
  /** A monotonic clock, in milliseconds. */
  readonly mark: () => number;
}

export class RedisLimiter implements Limiter {
  readonly #quota: Quota;
  readonly #keys: Pick<Keys, 'limit'>;
  readonly #counts: RateLimiterRedis;
  readonly #refusals: RefusalMemory;

  constructor(quota: Quota, { commands, keys, mark }: RedisLimiterOptions) {
    this.#quota = quota;
    this.#keys = keys;
    this.#refusals = new RefusalMemory(mark);
    this.#counts = new RateLimiterRedis({
      storeClient: clientOf(commands),
      keyPrefix: '',
      points: quota.limit,
      duration: quota.windowSeconds,
    });
  }

  consume(key: string): Promise<Count> {
    const { limit } = this.#quota;
    // Its `consume` throws for one too many; this counts the same and says how many there are.
    return this.#counts.penalty(this.#name(key)).then(({ consumedPoints, msBeforeNext }) => {
      const isWithin = consumedPoints <= limit;
      if (!isWithin) this.#refusals.add(key, msBeforeNext);
      return { isWithin, remaining: Math.max(limit - consumedPoints, 0), resetMs: msBeforeNext };
    });
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
function clientOf(commands: Pick<Commands, 'run'>): object {
  let counting: Script<'counted'> | undefined;
  return {
    defineCommand(_name: string, { lua }: { readonly lua: string }) {
      counting = countingScript(lua);
    },
    // The library's own name for it.
    rlflxIncr: ([key = '', ...args]: readonly string[]) => {
      if (!counting) throw new TypeError('a command is defined before it is sent');
      return commands.run({ script: counting, keys: [key], args }).then(({ values }) => values);
    },
  };
}

/** What the library wrote, behind our prelude, whose arguments it does not know. */
function countingScript(lua: string): Script<'counted'> {
  return script(
    'dcrCount',
    1,
    ['counted'],
    `
local function count()
  for _ = 1, 3 do table.remove(ARGV, 1) end
  ${lua}
end
return answer('counted', unpack(count()))
`,
  );
}
