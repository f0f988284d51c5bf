/**
 * The one error handler of the API endpoints: `{ error, error_description }`, never HTML.
 *
 * @module
 */
import { randomInt } from 'node:crypto';
import type { ErrorRequestHandler, Request, Response } from 'express';
import { describeError, type Logger, type LogFields } from '../operations/logger.ts';
import type { OAuthError } from '../protocol/errors.ts';
import { toOAuthError } from './errors.ts';
import { sendJson } from './send-json.ts';

/** Spread, so that all who were turned away do not come back in the same second. */
const RETRY_AFTER_SECONDS = { min: 2, max: 8 };

/** @see https://www.rfc-editor.org/rfc/rfc6749#section-5.2 */
export function apiErrorHandler({ logger }: { readonly logger: Logger }): ErrorRequestHandler {
  // Express knows an error handler by its four parameters.
  return function answerWithError(thrown: unknown, req, res, next) {
    if (res.headersSent) {
      next(thrown);
      return;
    }
    const error = toOAuthError(thrown);
    logError(logger, error, req);
    setErrorHeaders(res, error);
    res.set({ 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' });
    sendJson(res, error.status, error.toJSON());
  };
}

/**
 * A stranger can cause a refusal: debug. What we broke, or what is away, is an error.
 *
 * @param status - What was answered, where it is not the status of the error.
 * @param more - What the error itself does not know.
 */
export function logError(
  logger: Logger,
  error: OAuthError,
  req: Request,
  status: number = error.status,
  more: LogFields = {},
): void {
  // Without the query: it may hold a code.
  const path = `${req.baseUrl}${req.path}`.replace(/(.)\/$/, '$1');
  const { code, description, cause, detail } = error;
  const fields = { path, status, error: code, reason: description, ...more };
  if (error.status >= 500 && !error.isPlanned)
    logger.error('request failed', { ...fields, cause: describeError(cause) });
  else logger.debug('request refused', { ...detail, ...fields });
}

/** Headers that belong to an error, whatever its body looks like. */
export function setErrorHeaders(res: Response, error: OAuthError): void {
  if (error.status === 503) {
    const { min, max } = RETRY_AFTER_SECONDS;
    res.set('Retry-After', String(error.retryAfterSeconds ?? randomInt(min, max + 1)));
  }
  // What was not read of a body must not be taken for the next request.
  if (error.status === 413) res.set('Connection', 'close');
}
