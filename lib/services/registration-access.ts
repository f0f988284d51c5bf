/**
 * Who may register at all.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7591#section-3
 * @module
 */
import { OAuthError } from '../protocol/errors.ts';
import { isSameText, sha256 } from '../tokens/digest.ts';

/** Everybody, whoever brings an initial access token, or nobody. */
export type RegistrationMode = 'open' | 'token' | 'off';

export interface RegistrationAccessDeps {
  readonly registration: RegistrationMode;
  /** Digests of the initial access tokens. */
  readonly initialAccessTokens: readonly string[];
}

/**
 * @param token - What came as a bearer token, if anything did.
 * @throws {OAuthError} `access_denied` when nobody may, `invalid_token` when this one may not.
 */
export function requireRegistrationAccess(
  { registration, initialAccessTokens }: RegistrationAccessDeps,
  token: string | undefined,
): void {
  if (registration === 'open') return;
  if (registration === 'off') {
    throw new OAuthError('access_denied', 'this server takes no registrations', { status: 403 });
  }
  if (token === undefined) {
    throw new OAuthError('invalid_token', 'registration needs an initial access token');
  }
  const digest = sha256(token);
  const matches = initialAccessTokens.map((known) => isSameText(known, digest));
  if (matches.includes(true)) return;
  throw new OAuthError('invalid_token', 'the initial access token is not known');
}
