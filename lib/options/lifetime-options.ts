/**
 * The options about how long things live, in seconds. Their defaults stand with all others.
 *
 * @module
 */

/** How long tokens, grants and clients live, and how many clients may wait. */
export interface LifetimeOptions {
  /**
   * Lifetime of an access token, in seconds.
   * @default 3600 (1 hour)
   */
  readonly accessTokenTtlSeconds?: number;
  /**
   * How long a refresh token may lie unused, in seconds.
   * @default 2592000 (30 days)
   */
  readonly refreshTokenTtlSeconds?: number;
  /**
   * How long a grant can be refreshed at all, in seconds.
   * @default 7776000 (90 days)
   */
  readonly grantMaxTtlSeconds?: number;
  /**
   * Lifetime of an authorization code, in seconds; at most 600 (RFC 6749 §4.1.2).
   * @default 300 (5 minutes)
   */
  readonly codeTtlSeconds?: number;
  /**
   * How long a client is kept that nobody has consented to, in seconds.
   * @default 604800 (7 days)
   */
  readonly clientUnusedTtlSeconds?: number;
  /**
   * How long a client is kept after its last use, in seconds; never shorter than `grantMaxTtlSeconds`.
   * @default 15552000 (180 days)
   */
  readonly clientIdleTtlSeconds?: number;
  /**
   * How many clients may wait for their first consent, 100 to 10 000 000. One more, and the oldest of
   * them goes that registered more than half an hour ago. Clients in use are not counted.
   * @default 50000
   */
  readonly maxUnusedClients?: number;
}
