/**
 * Whether something is answered within the time that is promised. For how long this process stood
 * still is the doing of the machine, and is not counted.
 *
 * @module
 */
import { expect } from '@jest/globals';
import { createStallMeter } from './stalls.ts';

/** A second, as it is promised; two where the machine is slow. */
const ANSWERED_WITHIN_MS = 2_000;

export interface Stopwatch {
  /** Since it was started, but for the time in which nothing could be noticed. */
  elapsedMs(): number;
  stop(): void;
}

export function startStopwatch(): Stopwatch {
  const meter = createStallMeter();
  const started = performance.now();
  return {
    elapsedMs() {
      const now = performance.now();
      return now - started - meter.within(started, now);
    },
    stop: () => meter.stop(),
  };
}

/** What an attempt gives, or throws, which has to come in time. */
export async function inTime<Value>(
  attempt: Promise<Value>,
  withinMs = ANSWERED_WITHIN_MS,
): Promise<Value> {
  const watch = startStopwatch();
  try {
    return await attempt;
  } finally {
    watch.stop();
    expect(watch.elapsedMs()).toBeLessThan(withinMs);
  }
}
