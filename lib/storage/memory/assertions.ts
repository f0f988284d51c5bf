/**
 * Used assertions in memory.
 *
 * @module
 */
import { requireDigest } from '../ids.ts';
import type { AssertionStore } from '../store.ts';
import { ExpiringMap } from './expiring-map.ts';

export class MemoryAssertions implements AssertionStore {
  readonly #now: () => number;
  /** The end of each. */
  readonly #used: ExpiringMap<number>;

  constructor(now: () => number) {
    this.#now = now;
    this.#used = new ExpiringMap(now);
  }

  async use(digest: string, ttlMs: number): Promise<boolean> {
    requireDigest(digest);
    const endsAt = this.#used.get(digest) ?? 0;
    if (this.#now() < endsAt) return false;
    const newEnd = this.#now() + Math.round(ttlMs);
    this.#used.set(digest, newEnd, newEnd);
    return true;
  }
}
