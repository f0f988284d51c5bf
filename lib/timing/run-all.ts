/**
 * Running several things of which none keeps the others from being run.
 *
 * @module
 */

/** @throws What the first that failed has thrown, when all have run. */
export function runAll<Given>(all: readonly ((given: Given) => void)[], given: Given): void {
  const failures: unknown[] = [];
  for (const run of all) {
    try {
      run(given);
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}
