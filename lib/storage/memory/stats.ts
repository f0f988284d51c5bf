/**
 * Counts in memory.
 *
 * @module
 */
import { hourOf, lastHours, MAX_COUNTERS, requireCounts } from '../stats-store.ts';
import type { Counts, HourOfCounts, StatsStore } from '../stats-store.ts';
import { ExpiringMap } from './expiring-map.ts';

export class MemoryStats implements StatsStore {
  readonly #now: () => number;
  readonly #hours: ExpiringMap<Map<string, number>>;

  constructor(now: () => number) {
    this.#now = now;
    this.#hours = new ExpiringMap(now);
  }

  async add(counts: Counts): Promise<void> {
    requireCounts(counts);
    const { begins_at, kept_until } = hourOf(this.#now());
    const counted = this.#hours.get(String(begins_at)) ?? new Map<string, number>();
    for (const [name, count] of Object.entries(counts)) {
      if (!counted.has(name) && counted.size >= MAX_COUNTERS) continue;
      counted.set(name, (counted.get(name) ?? 0) + count);
    }
    this.#hours.set(String(begins_at), counted, kept_until);
  }

  async read(hours: number): Promise<readonly HourOfCounts[]> {
    return lastHours(this.#now(), hours).flatMap((begins_at) => {
      const counted = this.#hours.get(String(begins_at));
      return counted ? [{ begins_at, counts: Object.fromEntries(counted) }] : [];
    });
  }
}
