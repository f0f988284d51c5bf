/**
 * The one refusal of an access token: what is wrong with it is nobody's business.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6750#section-3.1
 * @module
 */
import { OAuthError } from './errors.ts';

/** To be thrown for a token that is missing, forged, over, or for another API. */
export function invalidToken(): OAuthError {
  return new OAuthError('invalid_token', 'the access token is missing, expired or not valid here');
}
