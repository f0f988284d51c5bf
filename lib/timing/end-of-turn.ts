/**
 * When all sockets that had something have been read, before the next wait.
 *
 * @module
 */
// Taken once: a host's tests may put clocks of their own in its place later, which nobody moves on.
const { setImmediate: atEnd } = globalThis;

/** Runs something at the end of this turn of the event loop. */
export function atEndOfTurn(run: () => void): void {
  atEnd(run);
}
