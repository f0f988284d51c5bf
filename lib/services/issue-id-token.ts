/**
 * Adding an ID token to the answer of the token endpoint.
 *
 * @see https://openid.net/specs/openid-connect-core-1_0.html#TokenResponse
 * @see https://openid.net/specs/openid-connect-core-1_0.html#RefreshTokenResponse
 * @module
 */
import type { Scope } from '../protocol/scope.ts';
import { OPENID } from '../protocol/standard-claims.ts';
import type { GrantRecord } from '../storage/store.ts';
import type { IdTokens } from '../tokens/id-token.ts';
import type { GrantClaims } from './grant-claims.ts';
import type { TokenResponse } from './issue-tokens.ts';

export interface IssueIdTokenDeps {
  readonly idTokens: IdTokens;
  /** The store's clock, by which access tokens are dated. */
  readonly storeNow: () => number;
}

/** What the token says beside what the grant does. */
export type LoginClaims = Pick<GrantClaims, 'amr'> & {
  /** For the answer to the request that carried it, and for no later one (OpenID Connect Core §12.2). */
  readonly nonce?: string;
};

/**
 * The same answer, with an ID token where `openid` is among its scopes.
 *
 * It ends with the access token: a client looks at it once, and the key that signed it is published
 * for as long as an access token needs it.
 */
export async function withIdToken(
  { idTokens, storeNow }: IssueIdTokenDeps,
  { client_id, subject, auth_time }: GrantRecord,
  tokens: TokenResponse,
  scope: readonly Scope[],
  { nonce, amr }: LoginClaims,
): Promise<TokenResponse> {
  if (!scope.includes(OPENID)) return tokens;
  const issuedAt = Math.floor(storeNow() / 1000);
  const id_token = await idTokens.mint({
    subject,
    clientId: client_id,
    accessToken: tokens.access_token,
    issuedAt,
    expiresAt: issuedAt + tokens.expires_in,
    ...(nonce !== undefined && { nonce }),
    ...(auth_time !== undefined && { authTime: auth_time }),
    ...(amr !== undefined && { amr }),
  });
  return { ...tokens, id_token };
}
