/**
 * The part of the store that counts what happens, hour by hour, for all instances together.
 *
 * @module
 */
import { ArgumentError } from '../diagnostics/argument-error.ts';

/** How long the counts of an hour are kept. */
export const STATS_TTL_MS = 35 * 24 * 60 * 60 * 1000;

export const HOUR_MS = 60 * 60 * 1000;

/**
 * So many names one hour has room for: they are made of scopes, rules and errors of our own, never of
 * what strangers send, and this holds it.
 */
export const MAX_COUNTERS = 500;
export const MAX_COUNTER_LENGTH = 200;

/** How often each thing happened, by its name. */
export type Counts = Readonly<Record<string, number>>;

/** The counts of one hour. */
export interface HourOfCounts {
  /** When it began, in milliseconds since the epoch. */
  readonly begins_at: number;
  readonly counts: Counts;
}

/** Counts for charts. They are not exact: what an instance had not told yet is lost when it ends. */
export interface StatsStore {
  /**
   * Adds to the counts of this hour. A name for which there is no room any more is left out.
   *
   * @throws {TypeError} For a count that is no whole number, and a name that is empty or too long.
   */
  add(counts: Counts): Promise<void>;
  /**
   * The last so many hours, this one included, the oldest first; without those in which nothing was
   * counted.
   *
   * @throws {TypeError} For more hours than are kept.
   */
  read(hours: number): Promise<readonly HourOfCounts[]>;
}

/** The hour that a moment is counted in: when it began, and until when its counts are kept. */
export function hourOf(now: number): { readonly begins_at: number; readonly kept_until: number } {
  const begins_at = Math.floor(now / HOUR_MS) * HOUR_MS;
  return { begins_at, kept_until: begins_at + HOUR_MS + STATS_TTL_MS };
}

/** The beginnings of the last so many hours, the oldest first. @throws {TypeError} */
export function lastHours(now: number, hours: number): readonly number[] {
  const kept = STATS_TTL_MS / HOUR_MS;
  if (!Number.isSafeInteger(hours) || hours < 1 || hours > kept) {
    throw new ArgumentError(`hours must be a whole number from 1 to ${String(kept)}`);
  }
  const last = hourOf(now).begins_at;
  return Array.from({ length: hours }, (_, ago) => last - (hours - 1 - ago) * HOUR_MS);
}

/** @throws {TypeError} */
export function requireCounts(counts: Counts): void {
  for (const [name, count] of Object.entries(counts)) {
    const isName = name.length > 0 && name.length <= MAX_COUNTER_LENGTH;
    if (!isName || !Number.isSafeInteger(count) || count < 0) {
      throw new ArgumentError('a count must be a whole number under a short name');
    }
  }
}
