/**
 * Telling an SDK, which is the host's.
 *
 * @module
 */

/** What an SDK throws is no failure of ours: the request goes on, and is not counted. */
export function quietly<Given extends readonly unknown[]>(
  tell: (...given: Given) => void,
): (...given: Given) => void {
  return (...given) => {
    try {
      tell(...given);
    } catch {
      // An SDK has a log of its own (`diag`), and says there what is wrong with it.
    }
  };
}
