/**
 * From the counts of hours to what the overview shows.
 *
 * @module
 */
import { addedOf, refusedOf } from '../operations/stats.ts';
import type { Counts, HourOfCounts } from '../storage/store.ts';
import type { Bar } from './chart.ts';

const HOUR_MS = 60 * 60 * 1000;

/** How far back, and how many hours make one bar. */
export interface Span {
  readonly name: string;
  readonly hours: number;
  readonly hoursOfBar: number;
}

export const SPANS: readonly [Span, ...Span[]] = [
  { name: '2 days', hours: 48, hoursOfBar: 1 },
  { name: '1 week', hours: 168, hoursOfBar: 6 },
  { name: '5 weeks', hours: 840, hoursOfBar: 24 },
];

/** The one that is asked for, by its hours; the first where none is. */
export function spanOf(asked: string | undefined): Span {
  return SPANS.find(({ hours }) => String(hours) === asked) ?? SPANS[0];
}

/** One bar for each part of the span, the oldest first; each counter is one value. */
export function barsOf(
  counted: readonly HourOfCounts[],
  counters: readonly string[],
  { hours, hoursOfBar }: Span,
  now: number,
): Bar[] {
  const length = hoursOfBar * HOUR_MS;
  const end = Math.floor(now / HOUR_MS) * HOUR_MS + HOUR_MS;
  return Array.from({ length: hours / hoursOfBar }, (_, nth) => {
    const begin = end - hours * HOUR_MS + nth * length;
    const inside = counted.filter(
      ({ begins_at }) => begins_at >= begin && begins_at < begin + length,
    );
    return {
      label: labelOf(begin, hoursOfBar),
      values: counters.map((one) => totalOf(inside, one)),
    };
  });
}

/** How often something happened in all of these hours. */
export function totalOf(counted: readonly HourOfCounts[], counter: string): number {
  return counted.reduce((total, { counts }) => total + (own(counts, counter) ?? 0), 0);
}

export interface Addition {
  readonly scope: string;
  readonly rule: string;
  readonly count: number;
}

/** What the baseline added, by scope and rule, the most first. */
export function additionsOf(counted: readonly HourOfCounts[]): Addition[] {
  return totals(counted)
    .flatMap(([counter, count]) => {
      const added = addedOf(counter);
      return added ? [{ ...added, count }] : [];
    })
    .sort((a, b) => b.count - a.count);
}

/** What was refused, by error, the most first. */
export function refusalsOf(
  counted: readonly HourOfCounts[],
): { readonly error: string; readonly count: number }[] {
  return totals(counted)
    .flatMap(([counter, count]) => {
      const error = refusedOf(counter);
      return error === undefined ? [] : [{ error, count }];
    })
    .sort((a, b) => b.count - a.count);
}

function totals(counted: readonly HourOfCounts[]): [string, number][] {
  const sums = new Map<string, number>();
  for (const { counts } of counted) {
    for (const [counter, count] of Object.entries(counts)) {
      sums.set(counter, (sums.get(counter) ?? 0) + count);
    }
  }
  return [...sums];
}

function own(counts: Counts, counter: string): number | undefined {
  return Object.hasOwn(counts, counter) ? counts[counter] : undefined;
}

/** `11-26 14:00` for hours, `11-26` for days. */
function labelOf(begin: number, hoursOfBar: number): string {
  const iso = new Date(begin).toISOString();
  return hoursOfBar < 24 ? `${iso.slice(5, 10)} ${iso.slice(11, 16)}` : iso.slice(5, 10);
}
