/**
 * A clock that stands still until it is moved.
 *
 * @module
 */
import { ArgumentError } from '../diagnostics/argument-error.ts';

/** How far to move it; what is given is added up. */
export interface Duration {
  readonly days?: number;
  readonly hours?: number;
  readonly minutes?: number;
  readonly seconds?: number;
  readonly milliseconds?: number;
}

/** A clock that stands still until it is moved. */
export interface TestClock {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /**
   * Moves the clock on.
   *
   * @throws {TypeError} For what is no duration, or one that would move it back.
   */
  advance(by: Duration): void;
}

const UNITS_MS = {
  days: 86_400_000,
  hours: 3_600_000,
  minutes: 60_000,
  seconds: 1_000,
  milliseconds: 1,
} as const satisfies Record<keyof Duration, number>;

/** @param start - Milliseconds since the epoch. */
export function createTestClock(start: number): TestClock {
  let time = start;
  return {
    now: () => time,
    advance(by) {
      time += durationMs(by);
    },
  };
}

/** Nobody means to move it by `{ minuets: 5 }`, which would be nothing at all. */
function durationMs(by: Duration): number {
  let sum = 0;
  for (const [unit, amount] of Object.entries(by) as [keyof Duration, unknown][]) {
    if (!Object.hasOwn(UNITS_MS, unit) || typeof amount !== 'number' || !(amount >= 0)) {
      const units = Object.keys(UNITS_MS).join(', ');
      throw new ArgumentError(`clock.advance: give ${units} as numbers from 0, not ${unit}`);
    }
    sum += amount * UNITS_MS[unit];
  }
  return sum;
}
