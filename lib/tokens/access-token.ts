/**
 * Access tokens: signed JWTs that an API can check by itself.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9068
 * @module
 */
import { decodeProtectedHeader, jwtVerify, SignJWT, type JWTPayload } from 'jose';
import { parseScope, type Scope } from '../protocol/scope.ts';
import type { SigningKey, SigningKeys } from './signing-keys.ts';

const TYPE = 'at+jwt';

/** A token from further ahead was made by a clock that is wrong, and its end is wrong as well. */
const MAX_AHEAD_SECONDS = 60;

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

/** A token that was verified. */
export type VerifiedAccessToken = Omit<AccessTokenClaims, 'nonce' | 'extra' | 'authTime'> & {
  /** Every claim of the token. */
  readonly claims: JWTPayload;
};

export interface AccessTokens {
  mint(claims: AccessTokenClaims): Promise<string>;
  /**
   * @param resources - The audiences that will do.
   * @returns `undefined` for every token that is not a valid one of ours for one of them.
   * @throws {StoreUnavailableError} While the keys cannot be known; that says nothing of the token.
   */
  verify(token: string, resources: readonly string[]): Promise<VerifiedAccessToken | undefined>;
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
      const { alg, kid, privateKey } = await keys.current();
      requireNamespaced(claims.extra);
      return new SignJWT({ ...claims.extra, ...payload(claims), iss: issuer })
        .setProtectedHeader({ alg, typ: TYPE, kid })
        .sign(privateKey);
    },
    async verify(text, resources) {
      const key = await keyFor(keys, text);
      if (!key) return undefined;
      const verified = await jwtVerify(text, key.publicKey, {
        algorithms: [key.alg],
        issuer,
        audience: [...resources],
        typ: TYPE,
        currentDate: new Date(now()),
        requiredClaims: ['exp', 'iat', 'sub', 'client_id', 'jti', 'scope'],
      }).catch(() => undefined);
      const token = verified && readPayload(verified.payload);
      const isFromLater = token && token.issuedAt > now() / 1000 + MAX_AHEAD_SECONDS;
      return isFromLater ? undefined : token;
    },
  };
}

/**
 * The key that the header names, and only for the algorithm of that key (RFC 8725 §3.1). A token of
 * ours always names its key, so nothing is tried for one that does not.
 */
async function keyFor(keys: SigningKeys, token: string): Promise<SigningKey | undefined> {
  const { kid, alg } = headerOf(token);
  const key = typeof kid === 'string' ? await keys.find(kid) : undefined;
  return key?.alg === alg ? key : undefined;
}

function headerOf(token: string): { readonly kid?: unknown; readonly alg?: unknown } {
  try {
    return decodeProtectedHeader(token);
  } catch {
    return {};
  }
}

/** A plain name such as `nbf` or `cnf` may have a meaning to whoever reads the token. */
function requireNamespaced(extra: Readonly<Record<string, unknown>> = {}): void {
  const plain = Object.keys(extra).find((name) => !/[:/]/.test(name));
  if (plain === undefined) return;
  throw new TypeError(
    `accessTokenClaims returned the claim ${JSON.stringify(plain)}: its name must be namespaced, such as https://example.com/${plain}`,
  );
}

function payload(claims: AccessTokenClaims): JWTPayload {
  return {
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

/** The signature vouches for the claims; their types are looked at all the same. */
function readPayload(claims: JWTPayload): VerifiedAccessToken | undefined {
  const { sub, client_id, aud, scope, jti, iat, exp } = claims;
  if (typeof sub !== 'string' || typeof client_id !== 'string' || typeof aud !== 'string') {
    return undefined;
  }
  const scopes = typeof scope === 'string' ? parseScope(scope) : undefined;
  if (scopes === undefined || jti === undefined || iat === undefined || exp === undefined) {
    return undefined;
  }
  return {
    subject: sub,
    clientId: client_id,
    scope: scopes,
    resource: aud,
    grantId: jti.split('.', 1)[0] ?? '',
    issuedAt: iat,
    expiresAt: exp,
    claims,
  };
}
