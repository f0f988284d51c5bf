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
  /** Where `openid` is among the scopes. */
  readonly id_token?: string;
}

export interface IssueTokensDeps {
  readonly accessTokens: Pick<AccessTokens, 'mint'>;
  readonly accessTokenTtlMs: number;
  readonly login: Pick<LoginPort, 'accessTokenClaims'>;
  readonly newJti: () => string;
  /** The store's clock: ends of grants and what was revoked are measured with it, and so is the token. */
  readonly storeNow: () => number;
}

/** What a token is good for. */
export interface TokenAccess {
  readonly scope: readonly Scope[];
  /** The one API it is for. */
  readonly resource: string;
}

/**
 * A signed access token; never longer than the grant lives.
 *
 * @param grantLeftMs - How long the grant lives on from now if nothing else happens.
 */
export async function mintAccessToken(
  deps: IssueTokensDeps,
  grant: GrantRecord,
  { scope, resource }: TokenAccess,
  grantLeftMs: number,
): Promise<TokenResponse> {
  const { grant_id, client_id, subject, auth_time } = grant;
  const now = deps.storeNow();
  const issuedAt = Math.floor(now / 1000);
  const untilEndMs = grant.ends_at - now;
  const lifetimeMs = Math.min(deps.accessTokenTtlMs, grantLeftMs, untilEndMs);
  const endsAt = issuedAt + Math.max(0, Math.floor(lifetimeMs / 1000));
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
