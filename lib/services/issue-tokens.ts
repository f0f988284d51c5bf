/**
 * Making the answer of the token endpoint.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5.1
 * @module
 */
import type { LoginPort } from '../login/port.ts';
import { OAuthError } from '../protocol/errors.ts';
import { findResource } from '../protocol/resource.ts';
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
  /** The configured spellings of the APIs that tokens can be for. */
  readonly resources: () => readonly string[];
  readonly newJti: () => string;
  readonly now: () => number;
  /** The store's clock: the end of a grant is measured with it. */
  readonly storeNow: () => number;
}

/**
 * A signed access token; never longer than the grant lives, and for a resource that there is.
 *
 * @param grantLeftMs - How long the grant lives on from now if nothing else happens.
 * @throws {OAuthError} `invalid_target` when the resource is no longer one of this server.
 */
export async function mintAccessToken(
  deps: IssueTokensDeps,
  grant: GrantRecord,
  scope: readonly Scope[],
  grantLeftMs: number,
): Promise<TokenResponse> {
  const { grant_id, client_id, subject, auth_time } = grant;
  // Spelled as the configuration spells it today: by that the API will know it.
  const resource = findResource(grant.resource, deps.resources());
  if (resource === undefined) {
    throw new OAuthError('invalid_target', 'the resource is not one of this server any more', {
      detail: { client_id },
    });
  }
  const issuedAt = Math.floor(deps.now() / 1000);
  const untilEndMs = grant.ends_at - deps.storeNow();
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
