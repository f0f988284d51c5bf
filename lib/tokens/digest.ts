/**
 * Digests, and comparing what must not be guessed.
 *
 * @module
 */
import { hash, timingSafeEqual } from 'node:crypto';

/** Base64url of the SHA-256 of a text. */
export function sha256(text: string): string {
  return hash('sha256', text, 'base64url');
}

/**
 * Whether two texts are the same, in a time that does not depend on where they differ. Texts are
 * compared, not what they decode to, so that a value has one spelling only.
 */
export function isSameText(expected: string, given: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}
