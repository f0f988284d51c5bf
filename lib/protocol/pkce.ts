/**
 * Proof key for code exchange, S256 only: `plain` proves nothing to somebody who saw the request.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7636#section-4
 * @module
 */
import { hash, timingSafeEqual } from 'node:crypto';

/** Base64url of a SHA-256: always 43 characters (RFC 7636 §4.2). */
const S256_CHALLENGE = /^[A-Za-z0-9_-]{43}$/;

/** RFC 7636 §4.1. */
const VERIFIER = /^[A-Za-z0-9._~-]{43,128}$/;

/** Whether a value can be an S256 challenge at all. */
export function isCodeChallenge(value: string): boolean {
  return S256_CHALLENGE.test(value);
}

/** Whether a verifier is well formed and belongs to the challenge (RFC 7636 §4.6). */
export function verifyCodeVerifier(verifier: string, challenge: string): boolean {
  if (!VERIFIER.test(verifier) || !isCodeChallenge(challenge)) return false;
  const computed = hash('sha256', verifier, 'base64url');
  return timingSafeEqual(Buffer.from(computed), Buffer.from(challenge));
}
