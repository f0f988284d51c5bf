/**
 * The keys that an authorization server publishes, as an API reads them.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7517#section-5
 * @module
 */
import { createPublicKey, type JsonWebKey } from 'node:crypto';
import type { VerifyingKey } from './access-token-verifier.ts';
import { isOfAlgorithm, signingAlgorithm } from './key-algorithm.ts';

/** By the names that tokens know them by. */
export type PublishedKeySet = ReadonlyMap<string, VerifyingKey>;

/**
 * Those of a JWK Set with which a token of ours can be verified; what is not understood is left out
 * (RFC 7517 §5), and so is what has no name or is for something else. Empty for what is no set at all.
 */
export function readKeySet(json: unknown): PublishedKeySet {
  const { keys } = Object(json) as { readonly keys?: unknown };
  const named = (Array.isArray(keys) ? keys : []).flatMap((jwk: unknown) => namedKey(jwk) ?? []);
  return new Map(named.map(({ kid, key }) => [kid, key]));
}

function namedKey(jwk: unknown): { readonly kid: string; readonly key: VerifyingKey } | undefined {
  const { kid, use = 'sig', alg } = Object(jwk) as Readonly<Record<string, unknown>>;
  const key = use === 'sig' ? verifyingKey(jwk as JsonWebKey) : undefined;
  const isUsable = typeof kid === 'string' && key && (alg === undefined || isOfAlgorithm(alg, key));
  return isUsable ? { kid, key } : undefined;
}

function verifyingKey(jwk: JsonWebKey): VerifyingKey | undefined {
  try {
    const publicKey = createPublicKey({ key: jwk, format: 'jwk' });
    return { alg: signingAlgorithm(publicKey), publicKey };
  } catch {
    return undefined;
  }
}
