/**
 * Who logged in, from what the provider says.
 *
 * @module
 */
import { isAuthTime } from '../protocol/auth-time.ts';
import {
  UpstreamRefusedError,
  type UpstreamAnswer,
  type UpstreamClaims,
  type UpstreamIdentity,
} from './port.ts';

/** Room for the name of the login before it. */
const MAX_SUB_LENGTH = 200;

/** As long as an address can be (RFC 5321 §4.5.3.1); nobody has a name that is longer. */
const MAX_TEXT_LENGTH = 320;

/** More than there are words for it (RFC 8176). */
const MAX_METHODS = 16;
const MAX_METHOD_LENGTH = 64;

/** As much as clocks may differ, and as openid-client allows for the other times. */
export const CLOCK_TOLERANCE_SECONDS = 30;

/** One who is nobody, or could be two, is refused: the subject decides whose data it is. */
export function checkedSub(sub: unknown): string {
  const isSub = typeof sub === 'string' && sub !== '' && sub.length <= MAX_SUB_LENGTH;
  // A lone surrogate is stored as another character: two people could become one.
  if (isSub && !/[\p{Cc}\p{Cs}]/u.test(sub)) return sub;
  throw new UpstreamRefusedError('server_error', 'the provider does not say who the person is');
}

/**
 * The members of an identity that come from claims; what cannot be one is left out, and what is too long
 * to be one: it is kept with the login, and stands on the page.
 */
export function identityOf(sub: unknown, claims: UpstreamClaims): Omit<UpstreamIdentity, 'tokens'> {
  const { name, email, auth_time } = claims;
  const amr = methodsIn(claims);
  return {
    sub: checkedSub(sub),
    ...(isShown(name) && { name }),
    ...(isShown(email) && { email }),
    ...(isAuthTime(auth_time) && { auth_time: Math.floor(auth_time) }),
    ...(amr.length > 0 && { amr }),
    claims,
  };
}

function isShown(value: unknown): value is string {
  return isText(value) && value.length <= MAX_TEXT_LENGTH;
}

function methodsIn({ amr }: UpstreamClaims): readonly string[] {
  if (!Array.isArray(amr) || !amr.every(isText)) return [];
  return amr.filter((method) => method.length <= MAX_METHOD_LENGTH).slice(0, MAX_METHODS);
}

/**
 * Claims of the ID token before those of userinfo. That an address was verified is taken from where
 * that very address stands.
 */
export function joinedClaims(idToken: UpstreamClaims, userinfo: UpstreamClaims): UpstreamClaims {
  const joined = Object.entries({ ...userinfo, ...idToken });
  const { email = userinfo['email'] } = idToken;
  const says = [idToken, userinfo].find(
    (claims) => claims['email'] === email && claims['email_verified'] !== undefined,
  );
  return {
    ...Object.fromEntries(joined.filter(([name]) => name !== 'email_verified')),
    ...(says && { email_verified: says['email_verified'] }),
  };
}

/**
 * Checks that the login is as recent as it had to be.
 *
 * @param now - Milliseconds since the epoch.
 * @throws {UpstreamRefusedError} `login_required`, also when the provider does not say when it was.
 */
export function requireFreshLogin(
  { auth_time }: Pick<UpstreamIdentity, 'auth_time'>,
  { auth_time_not_before: notBefore }: Pick<UpstreamAnswer, 'auth_time_not_before'>,
  now: number,
): void {
  if (notBefore === undefined) return;
  const seconds = Math.floor(now / 1000);
  const isPast = auth_time !== undefined && auth_time <= seconds + CLOCK_TOLERANCE_SECONDS;
  if (isPast && auth_time >= notBefore - CLOCK_TOLERANCE_SECONDS) return;
  throw new UpstreamRefusedError(
    'login_required',
    auth_time === undefined
      ? 'the provider does not say when the person logged in'
      : 'the login at the provider is not as recent as it had to be',
  );
}

export function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
