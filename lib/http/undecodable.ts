/**
 * Paths that cannot be decoded, below those of ours that have something variable in them: Express would
 * answer them before it comes to the route, and not in our way.
 *
 * @module
 */
import type { RequestHandler } from 'express';

/** @param refusal - What is thrown for one. */
export function refuseUndecodable(refusal: () => Error): RequestHandler {
  return function refuseUndecodablePath(req, _res, next) {
    if (!isDecodable(req.path)) throw refusal();
    next();
  };
}

function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}
