/**
 * Verifying access tokens: by the server that made them, and by an API elsewhere that has its keys.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9068#section-4
 * @module
 */
import type { KeyObject } from 'node:crypto';
import type { JWTPayload } from 'jose';
// In parts, here and beside: the whole is some fifty files, and an import has to be quick.
import { decodeProtectedHeader } from 'jose/decode/protected_header';
import { decodeJwt } from 'jose/jwt/decode';
import { jwtVerify } from 'jose/jwt/verify';
import { parseScope, type Scope } from '../protocol/scope.ts';
import type { SigningAlgorithm } from './key-algorithm.ts';

/** In the header of each (RFC 9068 §2.1): no ID token, and nothing else that we sign, says so of itself. */
export const ACCESS_TOKEN_TYPE = 'at+jwt';

const REQUIRED_CLAIMS = ['exp', 'iat', 'sub', 'client_id', 'jti', 'scope'];

/** A token from further ahead was made by a clock that is wrong, and its end is wrong as well. */
const MAX_AHEAD_SECONDS = 60;

/** A token that was verified. */
export interface VerifiedAccessToken {
  readonly subject: string;
  readonly clientId: string;
  readonly scope: readonly Scope[];
  /** The one API it is for. */
  readonly resource: string;
  readonly grantId: string;
  /** Epoch seconds. */
  readonly issuedAt: number;
  /** Epoch seconds. */
  readonly expiresAt: number;
  /** Every claim of the token. */
  readonly claims: JWTPayload;
}

/** What stays true of a token when it is over. */
export type RecognisedAccessToken = Pick<VerifiedAccessToken, 'clientId' | 'grantId'>;

export interface AccessTokenVerifier {
  /**
   * @param resources - The audiences that will do.
   * @returns `undefined` for every token that is not a valid one of the issuer for one of them.
   * @throws What `findKey` throws while the keys cannot be known; that says nothing of the token.
   */
  verify(token: string, resources: readonly string[]): Promise<VerifiedAccessToken | undefined>;
  /**
   * A token that the issuer has signed, be it over or not, and whatever it is for: to say which grant
   * it belongs to, and nothing else.
   *
   * @throws What `findKey` throws while the keys cannot be known.
   */
  recognise(token: string): Promise<RecognisedAccessToken | undefined>;
}

/** A key that can verify. */
export interface VerifyingKey {
  readonly alg: SigningAlgorithm;
  readonly publicKey: KeyObject;
}

/** The key of that name; `undefined` when the issuer has none. */
export type FindKey = (kid: string) => Promise<VerifyingKey | undefined>;

export interface AccessTokenVerifierDeps {
  readonly issuer: string;
  readonly findKey: FindKey;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** By how much the clock here may differ from that of the issuer. @default 0 */
  readonly clockToleranceSeconds?: number;
}

export function createAccessTokenVerifier({
  issuer,
  findKey,
  now,
  clockToleranceSeconds = 0,
}: AccessTokenVerifierDeps): AccessTokenVerifier {
  return {
    async verify(text, resources) {
      const key = await keyFor(findKey, text);
      if (!key) return undefined;
      const verified = await jwtVerify(text, key.publicKey, {
        algorithms: [key.alg],
        issuer,
        audience: [...resources],
        typ: ACCESS_TOKEN_TYPE,
        currentDate: new Date(now()),
        clockTolerance: clockToleranceSeconds,
        requiredClaims: REQUIRED_CLAIMS,
      }).catch(() => undefined);
      const token = verified && readPayload(verified.payload);
      const latest = now() / 1000 + Math.max(MAX_AHEAD_SECONDS, clockToleranceSeconds);
      return token && token.issuedAt <= latest ? token : undefined;
    },
    async recognise(text) {
      const key = await keyFor(findKey, text);
      if (!key) return undefined;
      const verified = await jwtVerify(text, key.publicKey, {
        algorithms: [key.alg],
        issuer,
        typ: ACCESS_TOKEN_TYPE,
        // Before every end there is; whether it is over is for the caller to ask.
        currentDate: new Date(0),
        requiredClaims: REQUIRED_CLAIMS,
      }).catch(() => undefined);
      return verified && readPayload(verified.payload);
    },
  };
}

/**
 * The key that the header names, and only for the algorithm of that key (RFC 8725 §3.1). A token of
 * ours always names its key, so nothing is tried for one that does not.
 */
async function keyFor(findKey: FindKey, token: string): Promise<VerifyingKey | undefined> {
  const { kid, alg } = headerOf(token);
  const key = typeof kid === 'string' ? await findKey(kid) : undefined;
  return key?.alg === alg ? key : undefined;
}

function headerOf(token: string): { readonly kid?: unknown; readonly alg?: unknown } {
  try {
    return decodeProtectedHeader(token);
  } catch {
    return {};
  }
}

/** The signature vouches for the claims; their types are looked at all the same. */
function readPayload(claims: JWTPayload): VerifiedAccessToken | undefined {
  const { sub, client_id, aud, scope, jti, iat, exp } = claims;
  if (typeof sub !== 'string' || typeof client_id !== 'string' || typeof aud !== 'string') {
    return undefined;
  }
  const scopes = typeof scope === 'string' ? parseScope(scope) : undefined;
  const hasId = typeof jti === 'string';
  if (scopes === undefined || !hasId || iat === undefined || exp === undefined) {
    return undefined;
  }
  return {
    subject: sub,
    clientId: client_id,
    scope: scopes,
    resource: aud,
    grantId: grantIdIn(jti),
    issuedAt: iat,
    expiresAt: exp,
    claims,
  };
}

/** As every token of ours has it: the grant, and what makes it unique. */
const TOKEN_ID = /^[A-Za-z0-9_-]{22}\./;

function grantIdIn(jti: string): string {
  return jti.split('.', 1)[0] ?? '';
}

/**
 * The grant that a token says it belongs to, which is not proven by that.
 *
 * @returns `undefined` for what cannot be a token of ours.
 */
export function grantNamedBy(token: string): string | undefined {
  try {
    const { jti } = decodeJwt(token);
    return typeof jti === 'string' && TOKEN_ID.test(jti) ? grantIdIn(jti) : undefined;
  } catch {
    return undefined;
  }
}
