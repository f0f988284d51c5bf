/**
 * ID tokens: what a client is told of a login, signed.
 *
 * They say nothing of a person but the `sub`; the rest is for the userinfo endpoint. Their type tells
 * them from access tokens, so that neither is ever taken for the other (RFC 9068 §2.1).
 *
 * @see https://openid.net/specs/openid-connect-core-1_0.html#IDToken
 * @module
 */
import { createHash } from 'node:crypto';
import { signJwt } from './sign-jwt.ts';
import type { SigningAlgorithm, SigningKeys } from './signing-keys.ts';

/** Not that of an access token, and what clients expect. */
const TYPE = 'JWT';

/** What an ID token says. */
export interface IdTokenClaims {
  readonly subject: string;
  /** Its only audience. */
  readonly clientId: string;
  /** What is issued together with it. */
  readonly accessToken: string;
  /** Epoch seconds. */
  readonly issuedAt: number;
  /** Epoch seconds. */
  readonly expiresAt: number;
  /** As the client sent it. */
  readonly nonce?: string;
  /** Epoch seconds of the login. */
  readonly authTime?: number;
  /** How the person logged in (RFC 8176). */
  readonly amr?: readonly string[];
}

export interface IdTokens {
  mint(claims: IdTokenClaims): Promise<string>;
}

export interface IdTokenDeps {
  readonly issuer: string;
  readonly keys: Pick<SigningKeys, 'current'>;
}

/** The claims that an ID token may have. */
export const ID_TOKEN_CLAIMS: readonly string[] = [
  'iss',
  'sub',
  'aud',
  'exp',
  'iat',
  'auth_time',
  'nonce',
  'amr',
  'at_hash',
];

export function createIdTokens({ issuer, keys }: IdTokenDeps): IdTokens {
  return {
    async mint({ subject, clientId, accessToken, issuedAt, expiresAt, nonce, authTime, amr }) {
      const key = await keys.current();
      // One audience and no extension: no azp (OpenID Connect Core §2, as of errata set 2).
      return signJwt(key, TYPE, {
        iss: issuer,
        sub: subject,
        aud: clientId,
        exp: expiresAt,
        iat: issuedAt,
        ...(authTime !== undefined && { auth_time: authTime }),
        ...(nonce !== undefined && { nonce }),
        ...(amr !== undefined && { amr }),
        at_hash: accessTokenHash(accessToken, key.alg),
      });
    },
  };
}

/** The hash of each algorithm's own signature; Ed25519 has SHA-512 (RFC 8032 §5.1). */
const HASH_OF = {
  ES256: 'sha256',
  RS256: 'sha256',
  EdDSA: 'sha512',
} as const satisfies Record<SigningAlgorithm, string>;

/** OpenID Connect Core §3.1.3.6: the left half of the hash. */
function accessTokenHash(accessToken: string, alg: SigningAlgorithm): string {
  const hash = createHash(HASH_OF[alg]).update(accessToken, 'ascii').digest();
  return hash.subarray(0, hash.length / 2).toString('base64url');
}
