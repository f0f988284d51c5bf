/**
 * A promise with a deadline.
 *
 * @module
 */
import {
  clearImmediate,
  clearTimeout,
  LONGEST_TIMER_MS,
  setImmediate,
  setTimeout,
} from './real-time.ts';

/** The deadline passed first. */
export class TimedOutError extends Error {
  override readonly name = 'TimedOutError';
}

/**
 * Waits for a promise at most so long, which is never longer than a timer can count: some 24 days. What
 * it does later is ignored, also if it fails.
 *
 * Timers run before sockets are read: after a pause of the whole process, be it garbage collection
 * or work of the host, the deadline has passed although the answer is there. So sockets are read once
 * more before it counts.
 */
export function within<Value>(promise: Promise<Value>, ms: number): Promise<Value> {
  return new Promise((resolve, reject) => {
    let afterReading: NodeJS.Immediate | undefined;
    const timer = setTimeout(
      () => {
        afterReading = setImmediate(() => reject(new TimedOutError()));
      },
      Math.min(Math.max(ms, 0), LONGEST_TIMER_MS),
    );
    const settle = (): void => {
      clearTimeout(timer);
      if (afterReading) clearImmediate(afterReading);
    };
    promise.then(settle, settle);
    promise.then(resolve, reject);
  });
}
