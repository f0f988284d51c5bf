/**
 * From whatever was thrown to an OAuth error: the one place where that is decided.
 *
 * @module
 */
import { OAuthError } from '../protocol/errors.ts';
import { TooManyRequestsError } from '../services/request-gate.ts';

/** The error to answer with. What nobody foresaw becomes `server_error`, with the cause for the log. */
export function toOAuthError(error: unknown): OAuthError {
  if (error instanceof OAuthError) return error;
  if (error instanceof TooManyRequestsError) return tooMany({ limit: error.limit });
  const { code, type, status } = Object(error) as Record<string, unknown>;
  // As middleware of the host says it in the way of Express.
  if (status === 429) return tooMany({});
  if (code === 'ERR_DCR_STORE_UNAVAILABLE') {
    return new OAuthError('temporarily_unavailable', 'the server is not available at the moment', {
      cause: error,
    });
  }
  if (code === 'ERR_DCR_UPSTREAM_UNAVAILABLE') {
    return new OAuthError('temporarily_unavailable', 'the login is not available at the moment', {
      cause: error,
    });
  }
  return typeof type === 'string' ? parserError(type, error) : unexpected(error);
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

/** body-parser tells what went wrong by `type`; its error also holds the body, so it is not kept. */
function parserError(type: string, error: unknown): OAuthError {
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
      return unexpected(error);
  }
}

function unexpected(cause: unknown): OAuthError {
  return new OAuthError('server_error', 'something went wrong on our side', { cause });
}
