/**
 * Access tokens: signed JWTs that an API can check by itself.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9068
 * @module
 */
import { ArgumentError } from '../diagnostics/argument-error.ts';
import type { Scope } from '../protocol/scope.ts';
import {
  ACCESS_TOKEN_TYPE,
  createAccessTokenVerifier,
  grantNamedBy,
  type AccessTokenVerifier,
  type RecognisedAccessToken,
  type VerifiedAccessToken,
} from './access-token-verifier.ts';
import { signJwt } from './sign-jwt.ts';
import type { SigningKeys } from './signing-keys.ts';

export { grantNamedBy };
export type { RecognisedAccessToken, VerifiedAccessToken };

/** What a token says. */
export interface AccessTokenClaims {
  readonly subject: string;
  readonly clientId: string;
  readonly scope: readonly Scope[];
  /** The one API it is for. */
  readonly resource: string;
  readonly grantId: string;
  /** Makes the `jti` unique beside the grant id. */
  readonly nonce: string;
  /** Epoch seconds. */
  readonly issuedAt: number;
  /** Epoch seconds. */
  readonly expiresAt: number;
  /** Epoch seconds of the login. */
  readonly authTime?: number;
  /** Claims of the host, each with a namespaced name (RFC 7519 §4.2): they cannot stand for ours. */
  readonly extra?: Readonly<Record<string, unknown>>;
}

export interface AccessTokens extends AccessTokenVerifier {
  mint(claims: AccessTokenClaims): Promise<string>;
}

export interface AccessTokenDeps {
  readonly issuer: string;
  readonly keys: SigningKeys;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export function createAccessTokens({ issuer, keys, now }: AccessTokenDeps): AccessTokens {
  return {
    async mint(claims) {
      requireNamespaced(claims.extra);
      const own = payloadOf(claims, issuer);
      const payload = claims.extra ? { ...claims.extra, ...own } : own;
      return signJwt(await keys.current(), ACCESS_TOKEN_TYPE, payload);
    },
    ...createAccessTokenVerifier({ issuer, findKey: (kid) => keys.find(kid), now }),
  };
}

/** A plain name such as `nbf` or `cnf` may have a meaning to whoever reads the token. */
function requireNamespaced(extra: Readonly<Record<string, unknown>> = {}): void {
  const plain = Object.keys(extra).find((name) => !/[:/]/.test(name));
  if (plain === undefined) return;
  throw new ArgumentError(
    `accessTokenClaims returned the claim ${JSON.stringify(plain)}: its name must be namespaced, such as https://example.com/${plain}`,
    'ERR_DCR_HOST_RESULT',
  );
}

function payloadOf(claims: AccessTokenClaims, issuer: string): Record<string, unknown> {
  return {
    iss: issuer,
    sub: claims.subject,
    client_id: claims.clientId,
    aud: claims.resource,
    scope: claims.scope.join(' '),
    jti: `${claims.grantId}.${claims.nonce}`,
    iat: claims.issuedAt,
    exp: claims.expiresAt,
    ...(claims.authTime !== undefined && { auth_time: claims.authTime }),
  };
}
