/**
 * Making the answer of the token endpoint.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5.1
 * @module
 */
import type { LoginPort } from '../login/port.ts';
import { formatScope, type Scope } from '../protocol/scope.ts';
import type { GrantRecord } from '../storage/store.ts';
import type { AccessTokens } from '../tokens/access-token.ts';

/** A successful token response, spelled as on the wire. */
export interface TokenResponse {
  readonly access_token: string;
  readonly token_type: 'Bearer';
  /** Seconds. */
  readonly expires_in: number;
  readonly scope: string;
  readonly refresh_token?: string;
}

export interface IssueTokensDeps {
  readonly accessTokens: Pick<AccessTokens, 'mint'>;
  readonly accessTokenTtlMs: number;
  readonly login: Pick<LoginPort, 'accessTokenClaims'>;
  readonly newJti: () => string;
  readonly now: () => number;
}

/** A signed access token; never longer than the grant lives. */
export async function mintAccessToken(
  deps: IssueTokensDeps,
  grant: GrantRecord,
  scope: readonly Scope[],
): Promise<TokenResponse> {
  const issuedAt = Math.floor(deps.now() / 1000);
  const endsAt = Math.floor(Math.min(deps.now() + deps.accessTokenTtlMs, grant.ends_at) / 1000);
  const { grant_id, client_id, subject, resource, auth_time } = grant;
  const extra = await deps.login.accessTokenClaims?.({
    grantId: grant_id,
    clientId: client_id,
    sub: subject,
    scopes: scope,
    resource,
  });
  const access_token = await deps.accessTokens.mint({
    subject,
    clientId: client_id,
    scope,
    resource,
    grantId: grant_id,
    nonce: deps.newJti(),
    issuedAt,
    expiresAt: endsAt,
    ...(auth_time !== undefined && { authTime: auth_time }),
    ...(extra && { extra }),
  });
  return {
    access_token,
    token_type: 'Bearer',
    expires_in: endsAt - issuedAt,
    scope: formatScope(scope),
  };
}
