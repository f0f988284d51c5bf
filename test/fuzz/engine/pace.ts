/**
 * How long a text of a size usually takes, and whether one takes far longer than that.
 *
 * @module
 */

/** So many times the usual is too much... */
const TOO_MUCH = 50;
/** ...but below this nobody notices, and the collector of garbage takes as long. */
const UNNOTICED_MS = 100;
const KEPT = 64;
const MIN_KEPT = 16;

export interface Pace {
  /** @returns Whether it was far slower than others of its size. */
  isSlow(length: number, ms: number): boolean;
}

export function createPace(): Pace {
  const bySize = new Map<number, number[]>();
  return {
    isSlow(length, ms) {
      const size = Math.ceil(Math.log2(length + 1));
      const times = bySize.get(size) ?? [];
      bySize.set(size, times);
      const usual = [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
      if (ms > UNNOTICED_MS && times.length >= MIN_KEPT && ms > usual * TOO_MUCH) return true;
      if (times.length < KEPT) times.push(ms);
      return false;
    },
  };
}
