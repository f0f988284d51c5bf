/** How often a property is tried, and what fast-check does when it takes too long. */
export interface Runs {
  readonly numRuns: number;
  readonly interruptAfterTimeLimit: number;
  readonly markInterruptAsFailure: true;
}

/** Below the limit of a test, so that a failure that is slow to make smaller still prints its seed. */
const MAX_MILLISECONDS = 100_000;

/**
 * Each run of the suite tries other values. A failure prints `seed` and `path`: give them to
 * `fc.assert` beside these to see it again.
 */
export function runs(numRuns: number): Runs {
  return {
    numRuns,
    interruptAfterTimeLimit: MAX_MILLISECONDS,
    markInterruptAsFailure: true,
  };
}
