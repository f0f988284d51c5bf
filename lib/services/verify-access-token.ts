/**
 * Verifying an access token for one of this server's resources.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9068#section-4
 * @module
 */
import { invalidToken } from '../protocol/invalid-token.ts';
import type { AccessTokens, VerifiedAccessToken } from '../tokens/access-token.ts';
import { isOver } from './client-standing.ts';
import { findLivingGrant, type LivingGrantDeps, type TokenAsking } from './living-grant.ts';

export type { VerifiedAccessToken };

export interface VerifyAccessTokenDeps extends LivingGrantDeps {
  readonly accessTokens: Pick<AccessTokens, 'verify'>;
}

/** How closely a token is looked at. */
export interface VerifyAccessTokenOptions {
  /**
   * Whether the store is asked, each time, if the token has been revoked meanwhile. Without it a token
   * is good until its own end, and nobody is asked; unless everything of its time has been revoked, which
   * this instance knows since its first contact with the store: a token is not looked at before.
   * @default false
   */
  readonly checkRevocation?: boolean;
}

/**
 * @param resources - The audiences that will do.
 * @param checkedFor - On whose behalf it is asked whether the token was revoked; absent: nobody is asked.
 * @throws {OAuthError} `invalid_token`; what {@link findLivingGrant} throws.
 * @throws {StoreUnavailableError} While it cannot be told, which says nothing of the token.
 */
export async function verifyAccessToken(
  deps: VerifyAccessTokenDeps,
  token: string | undefined,
  resources: readonly string[],
  checkedFor?: TokenAsking,
): Promise<VerifiedAccessToken> {
  const verified = token ? await deps.accessTokens.verify(token, resources) : undefined;
  const isGood =
    verified &&
    !isOfBefore(deps, verified) &&
    (!checkedFor || (await findLivingGrant(deps, verified, checkedFor)));
  if (isGood) return verified;
  throw invalidToken();
}

/** Its grant is older than the token. Whole seconds: one of the same second is refused, and fetched anew. */
function isOfBefore(
  { revokedBefore }: Pick<VerifyAccessTokenDeps, 'revokedBefore'>,
  { issuedAt }: VerifiedAccessToken,
): boolean {
  return isOver({ revokedBefore: revokedBefore() }, issuedAt * 1000);
}
