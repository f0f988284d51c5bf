/**
 * A smaller text that shows the same.
 *
 * @module
 */

const MAX_TRIES = 500;

/** @param shows - Whether a text still shows it. */
export async function smaller(
  input: string,
  shows: (input: string) => Promise<boolean>,
): Promise<string> {
  let best = input;
  let tries = 0;
  for (let size = Math.ceil(best.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let at = 0; at < best.length && tries < MAX_TRIES;) {
      const without = best.slice(0, at) + best.slice(at + size);
      tries += 1;
      if (await shows(without)) best = without;
      else at += size;
    }
  }
  return best;
}
