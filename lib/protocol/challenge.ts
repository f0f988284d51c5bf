/**
 * The `WWW-Authenticate` challenge of whatever takes a bearer token, and the header it answers.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6750#section-3
 * @see https://www.rfc-editor.org/rfc/rfc9728#section-5.1
 * @module
 */
import type { OAuthError } from './errors.ts';
import type { Scope } from './scope.ts';

/** What the challenge tells the client. */
export interface Challenge {
  /** What the token would open, where nothing else says it (RFC 9110 §11.5). */
  readonly realm?: string;
  /** Where the resource describes itself (RFC 9728 §5.1). */
  readonly resource_metadata?: string;
  /** All the scopes that the operation needs, so that one new login is enough. */
  readonly scope?: readonly Scope[];
  /** Absent when no token was sent: then there is nothing wrong yet (RFC 6750 §3.1). */
  readonly error?: OAuthError;
}

/** Every value is ours or a fixed sentence, free of quotes, so that none needs escaping. */
export function formatChallenge(challenge: Challenge): string {
  const { realm, resource_metadata, scope = [], error } = challenge;
  const parameters = [
    ...(realm === undefined ? [] : [`realm="${realm}"`]),
    ...(error ? [`error="${error.code}"`, `error_description="${error.description}"`] : []),
    ...(scope.length > 0 ? [`scope="${scope.join(' ')}"`] : []),
    ...(resource_metadata === undefined ? [] : [`resource_metadata="${resource_metadata}"`]),
  ];
  return `Bearer ${parameters.join(', ')}`;
}

/** RFC 6750 §2.1. The scheme is compared without regard to case (RFC 9110 §11.1). */
const BEARER = /^Bearer +([A-Za-z0-9._~+/-]+=*) *$/i;

/**
 * The token of an `Authorization` header.
 *
 * @returns `undefined` when there is no bearer token; `''` when there is one that is malformed.
 */
export function parseBearer(header: string | undefined): string | undefined {
  if (header === undefined || !/^Bearer( |$)/i.test(header)) return undefined;
  return BEARER.exec(header)?.[1] ?? '';
}
