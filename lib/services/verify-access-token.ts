/**
 * Verifying an access token for one of this server's resources.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9068#section-4
 * @module
 */
import { OAuthError } from '../protocol/errors.ts';
import type { AccessTokens, VerifiedAccessToken } from '../tokens/access-token.ts';

export type { VerifiedAccessToken };

export interface VerifyAccessTokenDeps {
  readonly accessTokens: Pick<AccessTokens, 'verify'>;
}

/**
 * @param resources - The audiences that will do.
 * @throws {OAuthError} `invalid_token`.
 */
export async function verifyAccessToken(
  { accessTokens }: VerifyAccessTokenDeps,
  token: string | undefined,
  resources: readonly string[],
): Promise<VerifiedAccessToken> {
  const verified = token ? await accessTokens.verify(token, resources) : undefined;
  if (verified) return verified;
  throw new OAuthError('invalid_token', 'the access token is missing, expired or not valid here');
}
