/**
 * From whatever was thrown to an OAuth error: the one place where that is decided.
 *
 * @module
 */
import { OAuthError } from '../protocol/errors.ts';
import { TooManyRequestsError } from '../services/request-gate.ts';

/** Other refusals of that kind are answered 400. */
const KEPT_STATUSES = [403, 405, 409, 413, 415] as const;

/** The error to answer with. What nobody foresaw becomes `server_error`, with the cause for the log. */
export function toOAuthError(error: unknown): OAuthError {
  if (error instanceof OAuthError) return error;
  if (error instanceof TooManyRequestsError) return tooMany({ limit: error.limit });
  const { code, type, status } = Object(error) as Record<string, unknown>;
  // As middleware of the host says it in the way of Express.
  if (status === 429) return tooMany({});
  if (status === 503) return away(error, 'the server is not available at the moment');
  if (code === 'ERR_DCR_STORE_UNAVAILABLE') {
    return away(error, 'the server is not available at the moment');
  }
  if (code === 'ERR_DCR_UPSTREAM_UNAVAILABLE') {
    return away(error, 'the login is not available at the moment');
  }
  const known = typeof type === 'string' ? parserError(type) : undefined;
  return known ?? (isRefusal(status) ? refused(status) : unexpected(error));
}

/**
 * Not a code of its own: clients keep what they have and try again on `temporarily_unavailable`, and
 * many give up their tokens or their registration on a code that they do not know.
 */
function tooMany(detail: { readonly limit?: string }): OAuthError {
  return new OAuthError('temporarily_unavailable', 'too many requests: try again later', {
    status: 429,
    detail,
  });
}

function away(cause: unknown, description: string): OAuthError {
  return new OAuthError('temporarily_unavailable', description, { cause });
}

/** body-parser tells what went wrong by `type`; its error also holds the body, so it is not kept. */
function parserError(type: string): OAuthError | undefined {
  switch (type) {
    case 'entity.too.large':
      return new OAuthError('invalid_request', 'the body is too large', { status: 413 });
    case 'charset.unsupported':
    case 'encoding.unsupported':
      return new OAuthError('invalid_request', 'the encoding of the body is not supported', {
        status: 415,
      });
    case 'entity.parse.failed':
    case 'entity.verify.failed':
    case 'parameters.too.many':
    case 'request.aborted':
    case 'request.size.invalid':
      return new OAuthError('invalid_request', 'the body cannot be read');
    default:
      return undefined;
  }
}

/** What middleware of the host, or a parser, puts down to who asked: anybody can cause it, so it is no failure. */
function isRefusal(status: unknown): status is number {
  return typeof status === 'number' && status >= 400 && status < 500;
}

function refused(status: number): OAuthError {
  const own = KEPT_STATUSES.find((one) => one === status);
  return new OAuthError('invalid_request', 'the request cannot be read', {
    ...(own !== undefined && { status: own }),
  });
}

function unexpected(cause: unknown): OAuthError {
  return new OAuthError('server_error', 'something went wrong on our side', { cause });
}
