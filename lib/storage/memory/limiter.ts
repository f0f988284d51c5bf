/**
 * Counting requests in the memory of one process.
 *
 * @module
 */
import RateLimiterMemory from 'rate-limiter-flexible/lib/RateLimiterMemory.js';
import type { Count, Limiter, Quota } from '../limiter.ts';

/**
 * How many counts a limiter keeps at most. Callers whose keys fall together share one, which is rare
 * and which nobody can bring about; forgetting some instead would let a flood of new callers wash
 * away the count of another.
 */
const MAX_COUNTS = 65_536;

export class MemoryLimiter implements Limiter {
  readonly #quota: Quota;
  readonly #counts: RateLimiterMemory;

  constructor(quota: Quota) {
    this.#quota = quota;
    this.#counts = new RateLimiterMemory({
      keyPrefix: '',
      points: quota.limit,
      duration: quota.windowSeconds,
    });
  }

  async consume(key: string): Promise<Count> {
    // Its `consume` throws for one too many; this counts the same and says how many there are.
    const { consumedPoints, msBeforeNext } = await this.#counts.penalty(placeOf(key));
    return {
      isWithin: consumedPoints <= this.#quota.limit,
      remaining: Math.max(this.#quota.limit - consumedPoints, 0),
      resetMs: msBeforeNext,
    };
  }

  async refund(key: string): Promise<void> {
    await this.#counts.reward(placeOf(key));
  }

  refusal(): undefined {
    // Asking costs nothing here.
    return undefined;
  }
}

/** Two bytes of the key, which is as good as random. */
function placeOf(key: string): string {
  const bytes = Buffer.alloc(2);
  bytes.write(key, 'base64url');
  return String(bytes.readUInt16BE() % MAX_COUNTS);
}
