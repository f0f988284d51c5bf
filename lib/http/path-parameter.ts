/**
 * The last segment of a path, where that is a parameter.
 *
 * @module
 */
import type { RequestHandler } from 'express';

/**
 * Puts it into `req.params`.
 *
 * @param refusal - What is thrown for one that cannot be decoded.
 */
export function pathParameter(name: string, refusal: () => Error): RequestHandler {
  return function readParameter(req, _res, next) {
    const { path } = req;
    try {
      req.params = { [name]: decodeURIComponent(path.slice(path.lastIndexOf('/') + 1)) };
    } catch {
      throw refusal();
    }
    next();
  };
}
