/**
 * The authorization response: what travels back by redirect.
 *
 * `iss` is on every one, errors too (RFC 9207 §2), so that a client of several servers can tell them apart.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2
 * @see https://www.rfc-editor.org/rfc/rfc9207#section-2
 * @module
 */
import type { OAuthError } from './errors.ts';

/** Where to answer, and with which state. */
export interface ResponseTarget {
  readonly redirect_uri: string;
  readonly state?: string;
  readonly issuer: string;
}

/** The URL that carries a code to the client. */
export function formatCodeResponse(target: ResponseTarget, code: string): string {
  return formatResponse(target, { code });
}

/** The URL that carries an error to the client. */
export function formatErrorResponse(target: ResponseTarget, error: OAuthError): string {
  return formatResponse(target, error.toJSON());
}

/**
 * Adds parameters to the query that the redirect URI may have, without taking the URI apart: it was
 * compared as a string and leaves as the same string.
 */
function formatResponse(target: ResponseTarget, parameters: Record<string, string>): string {
  const query = new URLSearchParams(parameters);
  if (target.state !== undefined) query.set('state', target.state);
  query.set('iss', target.issuer);
  const { redirect_uri } = target;
  return `${redirect_uri}${separatorAfter(redirect_uri)}${query.toString()}`;
}

/** Only the first question mark begins a query; one more is a character of a value. */
function separatorAfter(uri: string): '' | '?' | '&' {
  const start = uri.indexOf('?');
  if (start === -1) return '?';
  return start === uri.length - 1 || uri.endsWith('&') ? '' : '&';
}
