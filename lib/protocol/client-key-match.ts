/**
 * Which keys of a client may have signed an assertion.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7517#section-4
 * @see https://www.rfc-editor.org/rfc/rfc7518#section-3.1
 * @module
 */
import type { AssertionAlgorithm } from './client-assertion.ts';
import type { PublicJsonWebKey } from './client-keys.ts';

/** What an assertion says of the key that it is signed with. */
export interface NamedKey {
  readonly alg: AssertionAlgorithm;
  /** Absent when it does not say which: then a key may have any name, or none. */
  readonly kid?: string | undefined;
}

/** The keys that an algorithm is for: `kty`, and `crv` where the type has several. */
const KINDS: Readonly<Record<AssertionAlgorithm, string>> = {
  ES256: 'EC P-256',
  ES384: 'EC P-384',
  ES512: 'EC P-521',
  Ed25519: 'OKP Ed25519',
  EdDSA: 'OKP Ed25519',
  PS256: 'RSA',
  PS384: 'RSA',
  PS512: 'RSA',
  RS256: 'RSA',
  RS384: 'RSA',
  RS512: 'RSA',
};

/** Names need not differ (RFC 7517 §4.5), so there may be many that have the one that was asked for. */
export function keysThatFit(
  keys: readonly PublicJsonWebKey[],
  { alg, kid }: NamedKey,
): readonly PublicJsonWebKey[] {
  return keys.filter(
    (key) =>
      kindOf(key) === KINDS[alg] &&
      (kid === undefined || kid === key['kid']) &&
      (key['alg'] ?? alg) === alg &&
      (key['use'] ?? 'sig') === 'sig',
  );
}

function kindOf({ kty = '', crv }: PublicJsonWebKey): string {
  return crv === undefined ? kty : `${kty} ${crv}`;
}
