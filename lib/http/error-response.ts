/**
 * The one error handler of the API endpoints: `{ error, error_description }`, never HTML.
 *
 * @module
 */
import { randomInt } from 'node:crypto';
import type { ErrorRequestHandler, Request, Response } from 'express';
import { HostMistakeError, type Diagnose } from '../operations/diagnosis.ts';
import { describeError, type Logger, type LogFields } from '../operations/logger.ts';
import type { OnRefusal } from '../operations/observer.ts';
import type { OAuthError } from '../protocol/errors.ts';
import { toOAuthError } from './errors.ts';
import { sendJson } from './send-json.ts';

/** Spread, so that all who were turned away do not come back in the same second. */
const RETRY_AFTER_SECONDS = { min: 2, max: 8 };

/** Who hears of a refusal. */
export interface RefusalDeps {
  readonly logger: Logger;
  readonly onRefusal?: OnRefusal | undefined;
  readonly diagnose?: Diagnose | undefined;
  /** The path of the endpoint that refuses, as it is configured; absent at the routes of the host. */
  readonly route?: string | undefined;
}

/** @see https://www.rfc-editor.org/rfc/rfc6749#section-5.2 */
export function apiErrorHandler(deps: RefusalDeps): ErrorRequestHandler {
  // Express knows an error handler by its four parameters.
  return function answerWithError(thrown: unknown, req, res, next) {
    if (res.headersSent) {
      next(thrown);
      return;
    }
    const error = toOAuthError(thrown);
    logError(deps, error, req);
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
  { logger, onRefusal, diagnose, route }: RefusalDeps,
  error: OAuthError,
  req: Request,
  status: number = error.status,
  more: LogFields = {},
): void {
  // Without the query: it may hold a code.
  const path = `${req.baseUrl}${req.path}`.replace(/(.)\/$/, '$1');
  const { code, description, cause, detail, isPlanned } = error;
  const fields = { path, status, error: code, reason: description, ...more };
  if (cause instanceof HostMistakeError) diagnose?.(cause.diagnosis, { path });
  if (error.status >= 500 && !isPlanned)
    logger.error('request failed', {
      code: 'ERR_DCR_REQUEST_FAILED',
      ...fields,
      cause: describeError(cause),
    });
  else logger.debug('request refused', { ...detail, ...fields });
  onRefusal?.({ error: code, status, isPlanned, method: req.method, route });
}

/** Headers that belong to an error, whatever its body looks like. */
export function setErrorHeaders(res: Response, error: OAuthError): void {
  if (error.status === 503) {
    const { min, max } = RETRY_AFTER_SECONDS;
    res.set('Retry-After', String(error.retryAfterSeconds ?? randomInt(min, max + 1)));
  } else if (error.retryAfterSeconds !== undefined) {
    res.set('Retry-After', String(error.retryAfterSeconds));
  }
  // What was not read of a body must not be taken for the next request.
  if (error.status === 413) res.set('Connection', 'close');
}
