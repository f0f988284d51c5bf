/**
 * From an error to what a person is told: who can do something about it, and what.
 *
 * @module
 */
import type { Problem } from '../pages/error.ts';
import type { OAuthError } from '../protocol/errors.ts';

export function problemOf({ code, status, parameter, cause }: OAuthError): Problem {
  if (status === 429) return 'tooManyRequests';
  if (status === 503) return isOfLogin(cause) ? 'loginUnavailable' : 'unavailable';
  if (status >= 500) return 'serverError';
  if (parameter === 'redirect_uri') return 'redirectUri';
  if (code === 'invalid_client') return 'unknownClient';
  return code === 'invalid_scope' ? 'invalidScope' : 'invalidRequest';
}

/** Whether it is the identity provider that does not answer. By its code, as everywhere. */
function isOfLogin(cause: unknown): boolean {
  return (Object(cause) as { code?: unknown }).code === 'ERR_DCR_UPSTREAM_UNAVAILABLE';
}
