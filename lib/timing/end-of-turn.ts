/**
 * The end of a turn: when what runs now, and all that it sets off without waiting for anything, is done.
 *
 * @module
 */
// Taken once: a host's tests may put clocks of their own in its place later, which nobody moves on.
const nextTick = process.nextTick.bind(process);

/** Runs something at the end of this turn, before anything else has a turn. */
export function atEndOfTurn(run: () => void): void {
  nextTick(run);
}
