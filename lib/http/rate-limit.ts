/**
 * Rate limits at an endpoint: ours, or the host's own middleware in their place.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6585#section-4
 * @see https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/
 * @module
 */
import type { Request, RequestHandler, Response } from 'express';
import { TooManyRequestsError, type RequestGate, type Standing } from '../services/request-gate.ts';
import type { Callers } from './caller.ts';

/** The endpoints that have limits. */
export type LimitedEndpoint =
  'register' | 'management' | 'authorize' | 'par' | 'token' | 'revoke' | 'introspect' | 'userinfo';

export interface EndpointLimits {
  /** Of the host; runs before anything is read. */
  readonly middleware: readonly RequestHandler[];
  /** Absent when there is no limit of ours. */
  readonly gate?: RequestGate;
}

export interface RateLimitDeps {
  readonly rateLimits: Readonly<Record<LimitedEndpoint, EndpointLimits>>;
  readonly callers: Callers;
}

/**
 * Counts a request, and says in the headers of its answer where the caller stands.
 *
 * @throws {TooManyRequestsError} When it is one too many.
 */
export async function admit(
  { rateLimits, callers }: RateLimitDeps,
  endpoint: LimitedEndpoint,
  req: Request,
  res: Response,
  client_id?: string,
): Promise<void> {
  const { gate } = rateLimits[endpoint];
  const network = gate && callers.networkOf(req);
  if (!gate || network === undefined) return;
  const standing = await gate.admit({ network, ...(client_id !== undefined && { client_id }) });
  setRateLimitHeaders(res, standing);
  if (!standing.isWithin) throw new TooManyRequestsError(standing.quota);
}

/** Takes a request back that was counted and then failed on our side. */
export function refund(
  { rateLimits, callers }: RateLimitDeps,
  endpoint: LimitedEndpoint,
  req: Request,
): void {
  const { gate } = rateLimits[endpoint];
  const network = gate && callers.networkOf(req);
  if (network !== undefined) gate?.refund({ network });
}

/** The limit as a step of its own. */
export function limitRequests(deps: RateLimitDeps, endpoint: LimitedEndpoint): RequestHandler {
  return async function admitRequest(req, res, next) {
    await admit(deps, endpoint, req, res);
    next();
  };
}

/** Seconds are rounded up: who waits as long as it is told is let in. */
function setRateLimitHeaders(
  res: Response,
  { quota, isWithin, remaining, resetMs }: Standing,
): void {
  const { name, limit, windowSeconds } = quota;
  const seconds = String(Math.max(Math.ceil(resetMs / 1000), 1));
  res.setHeader('RateLimit-Policy', `"${name}";q=${String(limit)};w=${String(windowSeconds)}`);
  res.setHeader('RateLimit', `"${name}";r=${String(remaining)};t=${seconds}`);
  if (!isWithin) res.setHeader('Retry-After', seconds);
}
