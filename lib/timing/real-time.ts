/**
 * Time as it is. Taken once: a host's tests may put clocks of their own in its place for a while, which
 * nobody moves on, or which tell another time when they are gone.
 *
 * @module
 */
export const { setTimeout, clearTimeout, setImmediate, clearImmediate } = globalThis;

/** Milliseconds by the clock that never turns back. */
export const monotonicNow: () => number = performance.now.bind(performance);
