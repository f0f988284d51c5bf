/**
 * For clients that run in a browser. Any origin, for there are no cookies to abuse, so the headers are
 * the same for everybody; MCP clients send their protocol version along. Not for the authorization
 * endpoint (OAuth 2.1 §3.1).
 *
 * @see https://fetch.spec.whatwg.org/#http-cors-protocol
 * @module
 */
import type { RequestHandler } from 'express';

const ANY_ORIGIN = '*';
const ALLOWED_HEADERS = 'authorization,content-type,mcp-protocol-version';
const EXPOSED_HEADERS = 'www-authenticate,retry-after,ratelimit,ratelimit-policy';
const MAX_AGE_SECONDS = 24 * 60 * 60;

/** Answers preflights, and leaves every other request to the steps that follow. */
export function allowAnyOrigin(methods: readonly string[]): RequestHandler {
  const allowedMethods = methods.join(',');
  return function allowAnyOrigin(req, res, next) {
    // A host's own CORS may have allowed cookies for its own pages.
    res.removeHeader('Access-Control-Allow-Credentials');
    res.setHeader('Access-Control-Allow-Origin', ANY_ORIGIN);
    res.setHeader('Access-Control-Expose-Headers', EXPOSED_HEADERS);
    if (req.method !== 'OPTIONS') {
      next();
      return;
    }
    res.setHeader('Access-Control-Allow-Methods', allowedMethods);
    res.setHeader('Access-Control-Allow-Headers', ALLOWED_HEADERS);
    res.setHeader('Access-Control-Max-Age', MAX_AGE_SECONDS);
    res.status(204).setHeader('Content-Length', 0).end();
  };
}

/** Takes back what a host's own CORS may have allowed for the pages. */
export const noCors: RequestHandler = function noCors(_req, res, next) {
  res.removeHeader('Access-Control-Allow-Origin');
  res.removeHeader('Access-Control-Allow-Credentials');
  next();
};
