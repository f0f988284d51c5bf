/**
 * Steps: what an endpoint is made of.
 *
 * @module
 */
import type { NextFunction, Request, RequestHandler, Response } from 'express';

/**
 * An asynchronous step. Express 5 carries a rejection to the error handler by itself; Express 4 would
 * leave the request hanging.
 */
export function step(
  run: (req: Request, res: Response, next: NextFunction) => Promise<void>,
): RequestHandler {
  return function runStep(req, res, next) {
    run(req, res, next).catch((thrown: unknown) => {
      next(asError(thrown));
    });
  };
}

/** To Express, `next()` without an error and `next('route')` mean "go on": no throw may mean that. */
export function asError(thrown: unknown): object {
  // Not `instanceof`: an error may come from another realm, as in a host's Jest.
  return typeof thrown === 'object' && thrown !== null
    ? thrown
    : new Error('a step threw no error', { cause: thrown });
}
