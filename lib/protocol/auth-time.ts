/**
 * When a person logged in, as a host or an identity provider says it.
 *
 * @see https://openid.net/specs/openid-connect-core-1_0.html#IDToken
 * @module
 */

/** Far beyond any date in seconds, and before every date in milliseconds. */
const LATEST_AUTH_TIME = 100_000_000_000;

/** Whether it can be seconds since the epoch, fractions included. */
export function isAuthTime(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= LATEST_AUTH_TIME;
}
