/**
 * Steps: what an endpoint is made of.
 *
 * @module
 */
import type { NextFunction, Request, RequestHandler, Response } from 'express';

/**
 * A step that may be asynchronous. Express 5 carries a rejection to the error handler by itself;
 * Express 4 would leave the request hanging.
 */
export function step(
  run: (req: Request, res: Response, next: NextFunction) => void | Promise<void>,
): RequestHandler {
  return function runStep(req, res, next) {
    Promise.resolve()
      .then(() => run(req, res, next))
      .catch(next);
  };
}
