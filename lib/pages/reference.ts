/**
 * References of error pages: short enough to be read out on the telephone.
 *
 * @module
 */

/** No vowels, so that no reference is a word; no digits, which are read as letters. */
const LETTERS = 'BCDFGHJKLMNPQRSTVWXZ';

/** How many random bytes make one. */
export const REFERENCE_BYTES = 8;

/** @param random - {@link REFERENCE_BYTES} bytes. @returns Such as `BKTM-RQXT`. */
export function formatReference(random: Uint8Array): string {
  const letters = Array.from(random, (byte) => LETTERS[byte % LETTERS.length]).join('');
  return `${letters.slice(0, 4)}-${letters.slice(4)}`;
}
