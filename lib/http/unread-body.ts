/**
 * A body that is gone, wholly or in part, must not be taken for an empty one. Where a parser was before,
 * what it read is in `req.body`.
 *
 * @module
 */
import type { Request, RequestHandler } from 'express';
import { HostMistakeError, type Diagnosis } from '../operations/diagnosis.ts';
import { OAuthError } from '../protocol/errors.ts';

const CONSUMED: Diagnosis = {
  code: 'ERR_DCR_BODY_CONSUMED',
  level: 'error',
  message:
    'something in the app has read the body of a request and put it nowhere, so no endpoint can read it: mount the router before it, or let it leave what it read in req.body',
};

/** As `{}` is. */
const LENGTH_OF_NOTHING = 2;

export const requireUnread: RequestHandler = function requireUnread(req, _res, next) {
  const length = Number(req.headers['content-length']);
  const hasBody = req.headers['transfer-encoding'] !== undefined || length > 0;
  const isNowhere = req.body === undefined || (length > LENGTH_OF_NOTHING && isLeftBySkipping(req));
  if (hasBody && req.readableDidRead && isNowhere) {
    throw new OAuthError('server_error', 'something went wrong on our side', {
      cause: new HostMistakeError(CONSUMED),
      isPlanned: true,
    });
  }
  next();
};

/**
 * The parsers of Express 4 leave `{}` also where they read nothing, and a mark, `_body`, where they
 * did. Parsers without the mark have read `{}`, if that is what it is: no more than a few characters,
 * or nonsense of a stranger. Those of Express 5 leave `{}` only where they read it.
 */
function isLeftBySkipping(req: Request): boolean {
  const { body, _body: isParsed } = req as { body?: unknown; _body?: unknown };
  const isExpress4 = 'lazyrouter' in Object(req.app);
  return isExpress4 && isParsed !== true && isEmptyObject(body);
}

function isEmptyObject(body: unknown): boolean {
  return (
    typeof body === 'object' &&
    body !== null &&
    !Array.isArray(body) &&
    !Buffer.isBuffer(body) &&
    Object.keys(body).length === 0
  );
}
