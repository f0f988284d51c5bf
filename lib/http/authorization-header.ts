/**
 * The `Authorization` header of a request, which comes once.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-5.3
 * @module
 */
import type { Request } from 'express';
import { OAuthError } from '../protocol/errors.ts';

/**
 * Node takes the first of two, and something in front of it may have looked at the other: so nobody is
 * known by either.
 *
 * @throws {OAuthError} `invalid_request` when there are several.
 */
export function authorizationOf(req: Request): string | undefined {
  const { authorization } = req.headers;
  if (authorization === undefined) return undefined;
  if ((req.headersDistinct['authorization'] ?? []).length > 1) {
    throw new OAuthError('invalid_request', 'the header Authorization was sent more than once');
  }
  return authorization;
}
