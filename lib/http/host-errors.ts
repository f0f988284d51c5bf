/**
 * Errors that the host's own middleware raised on the way to an endpoint, a body that its parser could
 * not read above all: answered as the endpoint answers its own.
 *
 * @module
 */
import type { ErrorRequestHandler, RequestHandler } from 'express';
import { chain } from './chain.ts';

/** An endpoint, as far as it answers errors. */
export interface AnsweringEndpoint {
  /** Headers and CORS. */
  readonly before: readonly RequestHandler[];
  readonly answer: ErrorRequestHandler;
}

/**
 * @param find - The endpoint at a path below the router.
 * @param bases - Where the router may be mounted, as far as it is known.
 */
export function hostErrorHandler(
  find: (path: string) => AnsweringEndpoint | undefined,
  bases: () => readonly string[],
): ErrorRequestHandler {
  // Express knows an error handler by its four parameters.
  return function answerErrorOfHost(thrown: unknown, req, res, next) {
    const path = `${req.baseUrl}${req.path}`;
    // Express matches where something is mounted without regard to case.
    const asked = path.toLowerCase();
    const below = bases().flatMap((base) =>
      asked.startsWith(`${base.toLowerCase()}/`) ? (find(path.slice(base.length)) ?? []) : [],
    );
    const [endpoint] = below;
    if (!endpoint || res.headersSent) next(thrown);
    else void answerAt(endpoint, thrown)(req, res, next);
  };
}

function answerAt({ before, answer }: AnsweringEndpoint, thrown: unknown): RequestHandler {
  const fail: RequestHandler = (_req, _res, next) => next(thrown);
  return chain([...before, fail], answer);
}
