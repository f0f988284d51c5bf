/**
 * The option `rateLimits`: how often callers may ask.
 *
 * @module
 */
import type { RequestHandler } from 'express';

/** How many requests in how many seconds. */
export interface RateLimit {
  readonly limit: number;
  /** At most a day. */
  readonly windowSeconds: number;
}

/** A limit, none, or a middleware of the host that stands in its place. */
export type RateLimitRule = RateLimit | false | RequestHandler;

/** The limits; what is not given keeps its default. */
export interface RateLimitOptions {
  /** Registrations of one network. */
  readonly register?: RateLimitRule;
  /** Registrations of all together. */
  readonly registerTotal?: RateLimitRule;
  /** Authorization requests of one network; those that are pushed are counted apart, by the same limit. */
  readonly authorize?: RateLimitRule;
  /** Token requests of one client from one network. */
  readonly token?: RateLimitRule;
  /** Networks that no limit of ours counts, in CIDR notation. */
  readonly exempt?: readonly string[];
}

/** The defaults: room for everybody behind one address of a hosted client, and an end to a flood. */
export const DEFAULT_RATE_LIMITS = Object.freeze({
  register: { limit: 60, windowSeconds: 60 },
  registerTotal: { limit: 1200, windowSeconds: 60 },
  authorize: { limit: 300, windowSeconds: 60 },
  token: { limit: 600, windowSeconds: 60 },
  exempt: [],
} as const satisfies Required<RateLimitOptions>);
