/**
 * Refreshing: a refresh token for a fresh access token and the next refresh token.
 *
 * Every client gets a new one each time; public ones must (OAuth 2.1 §4.3.1). The one before still gives the same
 * successor for a moment, so that processes which share a token do not log each other out.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-6
 * @see https://www.rfc-editor.org/rfc/rfc9700#section-4.14
 * @module
 */
import type { LoginPort } from '../login/port.ts';
import type { Logger } from '../operations/logger.ts';
import { supportedScopes } from '../policy/scope-policy.ts';
import type { ClientCredentials } from '../protocol/client-authentication.ts';
import { OAuthError } from '../protocol/errors.ts';
import { findResource } from '../protocol/resource.ts';
import { intersectScopes, parseScope, scopesBeyond, type Scope } from '../protocol/scope.ts';
import type { RefreshTokenRequest } from '../protocol/token-request.ts';
import type { GrantRecord, GrantStore } from '../storage/store.ts';
import { parseRefreshToken, type GrantCredentials } from '../tokens/grant-credentials.ts';
import type { SigningKeys } from '../tokens/signing-keys.ts';
import { readAdmitted, type TokenAttempt } from './admitted.ts';
import { authenticateClient } from './authenticate-client.ts';
import { indexGrant, type IndexGrantDeps } from './index-grant.ts';
import { mintAccessToken, type IssueTokensDeps, type TokenResponse } from './issue-tokens.ts';
import { requireOwnSecret } from './own-secret.ts';
import { forgetAfterTheft, type ForgetConsentDeps } from './remembered-consent.ts';
import { renewClientDaily, type RenewClientDeps } from './renew-client.ts';
import type { ResolveClientDeps } from './resolve-client.ts';

/** How long the token before still works, counted from the rotation. */
const GRACE_MS = 30_000;

export type RefreshDeps = IssueTokensDeps &
  RenewClientDeps &
  ResolveClientDeps &
  IndexGrantDeps &
  ForgetConsentDeps & {
    readonly clients: ResolveClientDeps['clients'] & RenewClientDeps['clients'];
    readonly grants: Pick<GrantStore, 'find' | 'rotate' | 'revoke' | 'index'>;
    readonly credentials: GrantCredentials;
    readonly signingKeys: Pick<SigningKeys, 'current'>;
    readonly refreshTokenTtlMs: number;
    /** Never rejects; no answer waits for it. */
    readonly revokeUpstream: (grantId: string) => Promise<void>;
    readonly login: Pick<LoginPort, 'isActive' | 'accessTokenClaims'>;
    readonly logger: Logger;
  };

/** @throws {OAuthError} `invalid_client`, `invalid_grant`, `invalid_scope` or `invalid_target`. */
export async function refresh(
  deps: RefreshDeps,
  credentials: ClientCredentials,
  request: RefreshTokenRequest,
  { requestId, admit }: TokenAttempt,
): Promise<TokenResponse> {
  const presented = parseRefreshToken(request.refresh_token);
  const [client, grant] = await readAdmitted(admit, () =>
    Promise.all([
      authenticateClient(deps, credentials),
      presented && deps.grants.find(presented.grantId),
    ]),
  );
  const { client_id } = client;
  if (!grant || !presented) throw invalidToken({ client_id, why: 'not known' });
  if (!deps.credentials.isRefreshTokenOf(grant, presented)) {
    await requireOwnSecret(deps.signingKeys);
    throw invalidToken({ client_id, why: 'not known' });
  }
  if (grant.client_id !== client_id) throw invalidToken({ client_id, why: 'of another client' });
  if (request.resource !== undefined && !findResource(request.resource, [grant.resource])) {
    throw new OAuthError('invalid_target', 'resource is not the one that was granted', {
      detail: { client_id },
    });
  }
  const granted = parseScope(grant.granted) ?? [];
  const left = intersectScopes(granted, client.ceiling);
  if (left.length === 0) await end(deps, grant, requestId, 'no scope left');
  const scope = refreshedScope(deps, request, { client_id, granted, left });
  if (!(await isActive(deps.login, grant.subject))) {
    await end(deps, grant, requestId, 'person not active');
  }

  // The token before the current one gives the same successor again and renews nothing.
  const isRepeated = presented.generation < grant.generation;
  const grantLeftMs = isRepeated ? grant.expires_at - deps.storeNow() : deps.refreshTokenTtlMs;
  const tokens = await mintAccessToken(deps, grant, scope, grantLeftMs);
  const [rotation] = await Promise.all([
    deps.grants.rotate({
      grantId: grant.grant_id,
      generation: presented.generation,
      requestId,
      idleTtlMs: deps.refreshTokenTtlMs,
      graceMs: GRACE_MS,
    }),
    renewClientDaily(deps, client.record),
    ...(isRepeated
      ? []
      : [indexGrant(deps, grant, Math.min(grantLeftMs, grant.ends_at - deps.storeNow()))]),
  ]);
  const { grant_id } = grant;
  switch (rotation.outcome) {
    case 'rotated':
    case 'repeated':
      deps.logger.debug('token refreshed', { client_id, grant_id, outcome: rotation.outcome });
      return {
        ...tokens,
        refresh_token: deps.credentials.refreshToken(grant, rotation.generation),
      };
    case 'reused':
      deps.logger.warn('refresh token reused: grant revoked', { client_id, grant_id });
      void deps.revokeUpstream(grant_id);
      await forgetAfterTheft(deps, grant);
      throw invalidToken({ client_id, why: 'used before' });
    case 'gone':
      throw invalidToken({ client_id, why: 'expired or revoked' });
  }
}

/**
 * What the new access token may do: what is asked for, or all that was granted, as far as the policy
 * of this moment allows it. The grant itself keeps what the person approved.
 */
function refreshedScope(
  { scopePolicy, logger }: Pick<RefreshDeps, 'scopePolicy' | 'logger'>,
  { scope: wanted }: RefreshTokenRequest,
  {
    client_id,
    granted,
    left,
  }: {
    readonly client_id: string;
    /** What the person approved. */
    readonly granted: readonly Scope[];
    /** What of it the policy still allows. */
    readonly left: readonly Scope[];
  },
): readonly Scope[] {
  if (!wanted) return left;
  // A client that names unsupported scopes at the login names them here again.
  const asked = supportedScopes(scopePolicy, wanted, granted);
  const scopes = scopesBeyond(wanted, asked);
  if (scopes.length > 0) logger.debug('unsupported scopes left out', { client_id, scopes });
  const scope = intersectScopes(asked, left);
  // RFC 6749 §6: a refresh cannot widen. What a policy took back is left out, as long as something stays.
  if (scopesBeyond(asked, granted).length > 0 || scope.length === 0) {
    throw new OAuthError('invalid_scope', 'scope contains a value that was not granted', {
      detail: { client_id },
    });
  }
  return scope;
}

async function end(
  { grants, logger, revokeUpstream }: Pick<RefreshDeps, 'grants' | 'logger' | 'revokeUpstream'>,
  { client_id, grant_id }: GrantRecord,
  requestId: string,
  why: string,
): Promise<never> {
  await grants.revoke(grant_id, { requestId });
  void revokeUpstream(grant_id);
  logger.debug('grant ended at refresh', { client_id, grant_id, reason: why });
  throw invalidToken({ client_id, why });
}

/** A host that cannot say is away, not saying no. */
async function isActive(login: Pick<LoginPort, 'isActive'>, subject: string): Promise<boolean> {
  if (!login.isActive) return true;
  try {
    return await login.isActive(subject);
  } catch (cause) {
    throw new OAuthError('temporarily_unavailable', 'the login is not available at the moment', {
      cause,
    });
  }
}

/** One sentence for every reason; the operator is told which. */
function invalidToken(detail: { readonly client_id: string; readonly why: string }): OAuthError {
  return new OAuthError(
    'invalid_grant',
    'the refresh token is unknown, expired, revoked or was issued to another client',
    { detail },
  );
}
