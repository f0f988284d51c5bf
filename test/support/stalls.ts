/**
 * How long this process was too busy to notice anything: what it answers late for that reason is no
 * fault of the code, and must not hide one either.
 *
 * @module
 */

export interface StallMeter {
  /** Milliseconds of a span in which the event loop did not turn. */
  within(from: number, to: number): number;
  stop(): void;
}

const TICK_MS = 10;
/** Timers are never exact. */
const TOLERANCE_MS = 10;

export function createStallMeter(): StallMeter {
  const stalls: { readonly from: number; readonly to: number }[] = [];
  let expected = performance.now() + TICK_MS;
  const timer = setInterval(() => {
    const now = performance.now();
    if (now - expected > TOLERANCE_MS) stalls.push({ from: expected, to: now });
    expected = now + TICK_MS;
  }, TICK_MS);
  timer.unref();
  return {
    within(from, to) {
      let sum = 0;
      // The latest first: requests are short and runs are long.
      for (let i = stalls.length - 1; i >= 0; i -= 1) {
        const stall = stalls[i];
        if (!stall || stall.to < from) break;
        sum += Math.max(0, Math.min(stall.to, to) - Math.max(stall.from, from));
      }
      // One that goes on at this moment has not been noted yet.
      return sum + Math.max(0, to - Math.max(expected + TOLERANCE_MS, from));
    },
    stop: () => clearInterval(timer),
  };
}
