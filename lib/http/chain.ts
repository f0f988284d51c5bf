/**
 * Steps one after the other, as a route of Express has them, without asking each of them whether it is
 * meant.
 *
 * @module
 */
import type { ErrorRequestHandler, RequestHandler } from 'express';
import { asError } from './step.ts';

/** The steps of an endpoint. */
export type Handlers = readonly RequestHandler[];

/**
 * A step that throws, or whose promise is rejected, has failed, and so has one that says so to `next`.
 * With the words that mean something else to Express, or after the last step, whoever comes behind the
 * chain goes on.
 *
 * @param refuse - Answers for all that fails.
 */
export function chain(steps: Handlers, refuse: ErrorRequestHandler): RequestHandler {
  return function runChain(req, res, done) {
    let nth = 0;
    const fail = (thrown: unknown): void => {
      try {
        void refuse(asError(thrown), req, res, done);
      } catch (error) {
        done(asError(error));
      }
    };
    const next = (thrown?: unknown): void => {
      const step = steps[nth];
      nth += 1;
      if (thrown === 'route' || thrown === 'router') done(thrown);
      else if (thrown) fail(thrown);
      else if (!step) done();
      else {
        try {
          const running: unknown = step(req, res, next);
          // Express 4 knows no promises, and a host's middleware may be asynchronous.
          if (isThenable(running)) running.then(undefined, fail);
        } catch (error) {
          fail(error);
        }
      }
    };
    next();
  };
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | undefined)?.then === 'function';
}
