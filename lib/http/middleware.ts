/**
 * Steps that several endpoints share.
 *
 * @module
 */
import cors from 'cors';
import type { RequestHandler } from 'express';
import { OAuthError } from '../protocol/errors.ts';

/** What the server is made of is nobody's business; Express names itself unless the host forbids it. */
export const unnamed: RequestHandler = function unnamed(_req, res, next) {
  res.removeHeader('X-Powered-By');
  next();
};

/** Answers that carry credentials are nobody else's to keep (RFC 6749 §5.1). */
export const noStore: RequestHandler = function noStore(_req, res, next) {
  res.set('Cache-Control', 'no-store');
  res.set('X-Content-Type-Options', 'nosniff');
  next();
};

/**
 * For clients that run in a browser. Any origin, for there are no cookies to abuse; MCP clients send
 * their protocol version along. Not for the authorization endpoint (OAuth 2.1 §3.1).
 */
export function apiCors(methods: readonly string[]): RequestHandler {
  const allow = cors({
    origin: '*',
    methods: [...methods],
    allowedHeaders: ['authorization', 'content-type', 'mcp-protocol-version'],
    exposedHeaders: ['www-authenticate', 'retry-after', 'ratelimit', 'ratelimit-policy'],
    maxAge: 24 * 60 * 60,
  });
  return function allowAnyOrigin(req, res, next) {
    // A host's own CORS may have allowed cookies for its own pages.
    res.removeHeader('Access-Control-Allow-Credentials');
    allow(req, res, next);
  };
}

/** Takes back what a host's own CORS may have allowed for the pages. */
export const noCors: RequestHandler = function noCors(_req, res, next) {
  res.removeHeader('Access-Control-Allow-Origin');
  res.removeHeader('Access-Control-Allow-Credentials');
  next();
};

/** The end of each endpoint's list: whatever method came this far is not one of its own. */
export function methodNotAllowed(methods: readonly string[]): RequestHandler {
  return function refuseMethod(_req, res) {
    res.set('Allow', methods.join(', '));
    throw new OAuthError('invalid_request', 'the method is not allowed here', { status: 405 });
  };
}
