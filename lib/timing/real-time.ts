/**
 * Time as it is. Taken once: a host's tests may put clocks of their own in its place for a while, which
 * nobody moves on, or which tell another time when they are gone.
 *
 * @module
 */
export const { setTimeout, clearTimeout, setImmediate, clearImmediate } = globalThis;

/** The longest that a timer of Node can count: one that is set to more ends at once. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Milliseconds by the clock that never turns back. */
export const monotonicNow: () => number = performance.now.bind(performance);
