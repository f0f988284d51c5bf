/**
 * The token that a request is about, where it is to be revoked or introspected.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7009#section-2.1
 * @see https://www.rfc-editor.org/rfc/rfc7662#section-2.1
 * @module
 */
import { OAuthError } from './errors.ts';
import type { Parameters } from './parameters.ts';

/**
 * @returns The token. What kind it is can be seen from the token itself, so that a hint, right, wrong
 * or unknown, changes nothing.
 * @throws {OAuthError} `invalid_request` when it is missing, or one of the two was given twice.
 */
export function parseTokenParameter(parameters: Parameters): string {
  const token = parameters.get('token');
  parameters.get('token_type_hint');
  if (token !== undefined) return token;
  throw new OAuthError('invalid_request', 'the parameter token is missing');
}
