/**
 * Verifying the assertions that clients sign to say who they are.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7523#section-3
 * @see https://datatracker.ietf.org/doc/draft-ietf-oauth-rfc7523bis/
 * @module
 */
import type { KeyObject } from 'node:crypto';
import type { JWTPayload } from 'jose';
import { decodeProtectedHeader } from 'jose/decode/protected_header';
import { createLocalJWKSet } from 'jose/jwks/local';
import { jwtVerify } from 'jose/jwt/verify';
import { ASSERTION_ALGORITHMS, type AssertionAlgorithm } from '../protocol/client-assertion.ts';
import type { PublicJsonWebKey } from '../protocol/client-keys.ts';

/** How far the clock of a client may be off. */
const TOLERANCE_SECONDS = 30;

/** How far apart two instances may know the store's clock: what one takes for over, another still takes. */
const APART_SECONDS = 60;

/** An assertion that lives long is one that can be stolen long, and has to be remembered as long. */
const MAX_LIFETIME_SECONDS = 600;

/** Whoever signs other things with the same keys must not have signed this with them (RFC 8725 §3.11). */
const TYPES: readonly unknown[] = [undefined, 'jwt', 'client-authentication+jwt'];

/** What an assertion has to be like. */
export interface ExpectedAssertion {
  readonly client_id: string;
  /** What this server is called by whoever means this endpoint; one of them is its audience. */
  readonly audiences: readonly string[];
  /** The one algorithm that the client registered. */
  readonly algorithm?: AssertionAlgorithm | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** An assertion that is true, as far as nobody has used it before. */
export interface VerifiedAssertion {
  readonly jti: string;
  /** For how long it would be taken, by whatever instance; milliseconds. */
  readonly leftMs: number;
}

/** The key that an assertion says it is signed with. */
export function assertedKeyId(assertion: string): string | undefined {
  try {
    const { kid } = decodeProtectedHeader(assertion);
    return typeof kid === 'string' ? kid : undefined;
  } catch {
    return undefined;
  }
}

/**
 * @param keys - The client's own, wherever they were found: what the assertion brings along is not
 * looked at.
 * @returns `undefined` for every assertion that is not a good one of this client for this server.
 */
export async function verifyClientAssertion(
  assertion: string,
  keys: readonly PublicJsonWebKey[],
  expected: ExpectedAssertion,
): Promise<VerifiedAssertion | undefined> {
  const { client_id, algorithm, audiences } = expected;
  const nowSeconds = expected.now / 1000;
  const payload = await verified(assertion, keys, {
    algorithms: algorithm === undefined ? [...ASSERTION_ALGORITHMS] : [algorithm],
    issuer: client_id,
    subject: client_id,
    clockTolerance: TOLERANCE_SECONDS,
    currentDate: new Date(expected.now),
    requiredClaims: ['iss', 'sub', 'aud', 'exp', 'jti'],
  });
  if (!payload) return undefined;
  const { jti, exp = Infinity, iat = nowSeconds } = payload;
  const endsIn = exp + TOLERANCE_SECONDS - nowSeconds;
  const isTimely =
    endsIn <= MAX_LIFETIME_SECONDS + 2 * TOLERANCE_SECONDS && iat <= nowSeconds + TOLERANCE_SECONDS;
  const isNamed = typeof jti === 'string' && jti !== '';
  if (!isTimely || !isNamed || !isFor(payload, audiences)) return undefined;
  return { jti, leftMs: Math.ceil((endsIn + APART_SECONDS) * 1000) };
}

/** For this server and nobody else: another one could show it here (draft-ietf-oauth-rfc7523bis §4). */
function isFor({ aud }: JWTPayload, audiences: readonly string[]): boolean {
  const [only, ...others] = [aud ?? []].flat();
  return only !== undefined && others.length === 0 && audiences.includes(only);
}

type VerifyOptions = Exclude<Parameters<typeof jwtVerify>[2], undefined>;

async function verified(
  assertion: string,
  keys: readonly PublicJsonWebKey[],
  options: VerifyOptions,
): Promise<JWTPayload | undefined> {
  try {
    const { payload, protectedHeader } = await verifiedByOneOf(assertion, keys, options);
    const { typ } = protectedHeader;
    return TYPES.includes(typ?.toLowerCase().replace(/^application\//, '')) ? payload : undefined;
  } catch {
    return undefined;
  }
}

/** Keys need not have names; then each that fits is tried (RFC 7517 §4.5). */
async function verifiedByOneOf(
  assertion: string,
  keys: readonly PublicJsonWebKey[],
  options: VerifyOptions,
): ReturnType<typeof jwtVerify> {
  const set = createLocalJWKSet({ keys: keys.map((key) => ({ ...key, kty: key['kty'] ?? '' })) });
  try {
    return await jwtVerify(assertion, set, options);
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (code !== 'ERR_JWKS_MULTIPLE_MATCHING_KEYS') throw error;
    let last: unknown = error;
    for await (const key of error as AsyncIterable<KeyObject>) {
      try {
        return await jwtVerify(assertion, key, options);
      } catch (refused) {
        last = refused;
      }
    }
    throw last;
  }
}
