/**
 * Steps that several endpoints share.
 *
 * @module
 */
import type { RequestHandler } from 'express';
import { OAuthError } from '../protocol/errors.ts';

/** What the server is made of is nobody's business; Express names itself unless the host forbids it. */
export const unnamed: RequestHandler = function unnamed(_req, res, next) {
  res.removeHeader('X-Powered-By');
  next();
};

/** Answers that carry credentials are nobody else's to keep (RFC 6749 §5.1). */
export const noStore: RequestHandler = function noStore(_req, res, next) {
  res.setHeader('Cache-Control', 'no-store');
  res.setHeader('X-Content-Type-Options', 'nosniff');
  next();
};

/** The end of each endpoint's list: whatever method came this far is not one of its own. */
export function methodNotAllowed(methods: readonly string[]): RequestHandler {
  const allowed = methods.join(', ');
  return function refuseMethod(_req, res) {
    res.setHeader('Allow', allowed);
    throw new OAuthError('invalid_request', 'the method is not allowed here', { status: 405 });
  };
}
