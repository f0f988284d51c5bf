/**
 * Verifying the assertions that clients sign to say who they are.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7523#section-3
 * @see https://datatracker.ietf.org/doc/draft-ietf-oauth-rfc7523bis/
 * @module
 */
import type { JWK, JWTPayload } from 'jose';
import { decodeProtectedHeader } from 'jose/decode/protected_header';
import { jwtVerify } from 'jose/jwt/verify';
import { ASSERTION_ALGORITHMS, type AssertionAlgorithm } from '../protocol/client-assertion.ts';
import { keysThatFit, type NamedKey } from '../protocol/client-key-match.ts';
import type { PublicJsonWebKey } from '../protocol/client-keys.ts';

/** How far the clock of a client may be off. */
const TOLERANCE_SECONDS = 30;

/** How far apart two instances may know the store's clock: what one takes for over, another still takes. */
const APART_SECONDS = 60;

/** An assertion that lives long is one that can be stolen long, and has to be remembered as long. */
const MAX_LIFETIME_SECONDS = 600;

/**
 * So many keys are tried for one assertion. Who sends it need not have signed it, and may have published
 * the keys: each that fits is milliseconds of ours for nothing of theirs.
 */
const MAX_KEYS_TRIED = 4;

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

/** The key that an assertion says it is signed with; `undefined` for what none of ours could be. */
export function assertedKey(assertion: string): NamedKey | undefined {
  try {
    const { alg, kid } = decodeProtectedHeader(assertion);
    const known = ASSERTION_ALGORITHMS.find((one) => one === alg);
    const isName = kid === undefined || typeof kid === 'string';
    return known && isName ? { alg: known, kid } : undefined;
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
  const { client_id, audiences } = expected;
  const named = assertedKey(assertion);
  if (!named || named.alg !== (expected.algorithm ?? named.alg)) return undefined;
  const fitting = keysThatFit(keys, named);
  // Not the first few of them: whether a client is known must not hang on the order of its keys.
  if (fitting.length > MAX_KEYS_TRIED) return undefined;
  const nowSeconds = expected.now / 1000;
  const payload = await verifiedByOneOf(assertion, fitting, {
    algorithms: [named.alg],
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

/** Keys need not have names; then each that fits is tried (RFC 7517 §4.5). */
async function verifiedByOneOf(
  assertion: string,
  keys: readonly PublicJsonWebKey[],
  options: VerifyOptions,
): Promise<JWTPayload | undefined> {
  for (const key of keys) {
    const payload = await verified(assertion, importable(key), options);
    if (payload) return payload;
  }
  return undefined;
}

async function verified(
  assertion: string,
  key: JWK,
  options: VerifyOptions,
): Promise<JWTPayload | undefined> {
  try {
    const { payload, protectedHeader } = await jwtVerify(assertion, key, options);
    const { typ } = protectedHeader;
    return TYPES.includes(typ?.toLowerCase().replace(/^application\//, '')) ? payload : undefined;
  } catch {
    return undefined;
  }
}

/** With each that it is given jose keeps what it has imported: that of a set that is remembered is one. */
const importables = new WeakMap<PublicJsonWebKey, JWK>();

/** A copy, for jose freezes what it is given. */
function importable(key: PublicJsonWebKey): JWK {
  const known = importables.get(key);
  if (known) return known;
  const jwk = { kty: '', ...key };
  importables.set(key, jwk);
  return jwk;
}
