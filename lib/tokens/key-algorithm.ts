/**
 * Which algorithm a key is for: one for each kind of key, so that a token has no say in it.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8725#section-3.1
 * @module
 */
import type { KeyObject } from 'node:crypto';

export type SigningAlgorithm = 'ES256' | 'RS256' | 'EdDSA';

const MIN_RSA_BITS = 2048;

/** The message is a fixed sentence about a key, without its subject. */
export class UnsupportedKeyError extends TypeError {}

/** @throws {UnsupportedKeyError} For a key of any other kind. */
export function signingAlgorithm({
  asymmetricKeyType,
  asymmetricKeyDetails,
}: KeyObject): SigningAlgorithm {
  if (asymmetricKeyType === 'ec' && asymmetricKeyDetails?.namedCurve === 'prime256v1')
    return 'ES256';
  if (asymmetricKeyType === 'ed25519') return 'EdDSA';
  const bits = asymmetricKeyDetails?.modulusLength ?? 0;
  if (asymmetricKeyType === 'rsa' && bits >= MIN_RSA_BITS) return 'RS256';
  throw new UnsupportedKeyError(
    'holds a key that is neither EC P-256, Ed25519 nor RSA of at least 2048 bits',
  );
}

/** Whether a JWK may say so of itself (RFC 7517 §4.4): `Ed25519` is the newer word (RFC 9864 §2.2). */
export function isOfAlgorithm(name: unknown, { alg }: { readonly alg: SigningAlgorithm }): boolean {
  return name === alg || (name === 'Ed25519' && alg === 'EdDSA');
}
