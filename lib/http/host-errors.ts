/**
 * Errors that the host's own middleware raised on the way to an endpoint, a body that its parser could
 * not read above all: answered as the endpoint answers its own.
 *
 * @module
 */
import type { ErrorRequestHandler, NextFunction, Request, RequestHandler, Response } from 'express';

/** An endpoint, as far as it answers errors. */
export interface AnsweringEndpoint {
  /** Below the router; one segment of it may be a parameter, the last. */
  readonly path: string;
  /** Headers and CORS. */
  readonly before: readonly RequestHandler[];
  readonly answer: ErrorRequestHandler;
}

/** @param bases - Where the router may be mounted, as far as it is known. */
export function hostErrorHandler(
  endpoints: readonly AnsweringEndpoint[],
  bases: () => readonly string[],
): ErrorRequestHandler {
  const isAt = ({ path }: AnsweringEndpoint, given: string): boolean => {
    const [fixed = '', parameter] = path.split(/(?<=\/):/);
    if (parameter === undefined) return given === fixed;
    return given.startsWith(fixed) && /^[^/]+$/.test(given.slice(fixed.length));
  };
  // Express knows an error handler by its four parameters.
  return function answerErrorOfHost(thrown: unknown, req, res, next) {
    const path = `${req.baseUrl}${req.path}`;
    // Express matches where something is mounted without regard to case.
    const asked = path.toLowerCase();
    const below = bases().flatMap((base) =>
      asked.startsWith(`${base.toLowerCase()}/`) ? [path.slice(base.length)] : [],
    );
    const endpoint = endpoints.find((one) => below.some((given) => isAt(one, given)));
    if (!endpoint) next(thrown);
    else inTurn(endpoint.before, req, res, () => endpoint.answer(thrown, req, res, next));
  };
}

function inTurn(
  [step, ...more]: readonly RequestHandler[],
  req: Request,
  res: Response,
  end: () => unknown,
): void {
  const next = (() => inTurn(more, req, res, end)) as NextFunction;
  if (step && !res.headersSent) void step(req, res, next);
  else void end();
}
