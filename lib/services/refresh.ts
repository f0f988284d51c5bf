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
import type { Emit } from '../operations/audit.ts';
import type { Logger } from '../operations/logger.ts';
import { mayRefresh } from '../policy/refresh.ts';
import { supportedScopes } from '../policy/scope-policy.ts';
import type { ClientCredentials } from '../protocol/client-authentication.ts';
import { OAuthError } from '../protocol/errors.ts';
import { intersectScopes, parseScope, scopesBeyond, type Scope } from '../protocol/scope.ts';
import type { RefreshTokenRequest } from '../protocol/token-request.ts';
import type { GrantRecord, GrantStore } from '../storage/store.ts';
import type { Envelopes } from '../tokens/envelope.ts';
import { parseRefreshToken, type GrantCredentials } from '../tokens/grant-credentials.ts';
import type { SigningKeys } from '../tokens/signing-keys.ts';
import { readAdmitted, type ClientAttempt } from './admitted.ts';
import { proveClient, type ProveClientDeps } from './authenticate-client.ts';
import { isOver } from './client-standing.ts';
import { openClaims, sealClaims } from './grant-claims.ts';
import { indexGrant, type IndexGrantDeps } from './index-grant.ts';
import { withIdToken, type IssueIdTokenDeps } from './issue-id-token.ts';
import { mintAccessToken, type IssueTokensDeps, type TokenResponse } from './issue-tokens.ts';
import { requireOwnSecret } from './own-secret.ts';
import { isPersonActive } from './person-active.ts';
import { forgetAfterTheft, type ForgetConsentDeps } from './remembered-consent.ts';
import { renewClientDaily, type RenewClientDeps } from './renew-client.ts';
import { resolveClient, type Client, type ResolveClientDeps } from './resolve-client.ts';
import { tokenResource, type TokenResourceDeps } from './token-resource.ts';
import { whyNotRefreshed } from './why-refused.ts';

/** How long the token before still works, counted from the rotation. */
export const GRACE_MS = 30_000;

export type RefreshDeps = IssueTokensDeps &
  IssueIdTokenDeps &
  RenewClientDeps &
  ResolveClientDeps &
  ProveClientDeps &
  IndexGrantDeps &
  TokenResourceDeps &
  ForgetConsentDeps & {
    readonly clients: ResolveClientDeps['clients'] & RenewClientDeps['clients'];
    readonly grants: Pick<GrantStore, 'find' | 'rotate' | 'revoke' | 'index'>;
    readonly credentials: GrantCredentials;
    readonly signingKeys: Pick<SigningKeys, 'current'>;
    readonly envelopes: Pick<Envelopes, 'seal' | 'open'>;
    readonly refreshTokenTtlMs: number;
    /** Never rejects; no answer waits for it. */
    readonly revokeUpstream: (grantId: string) => Promise<void>;
    readonly login: Pick<LoginPort, 'isActive' | 'accessTokenClaims'>;
    readonly emit: Emit;
    readonly logger: Logger;
  };

/**
 * @throws {OAuthError} `invalid_client`, `unauthorized_client`, `invalid_grant`, `invalid_scope` or
 * `invalid_target`.
 */
export async function refresh(
  deps: RefreshDeps,
  credentials: ClientCredentials,
  request: RefreshTokenRequest,
  { requestId, admit, network, seenFrom, audiences }: ClientAttempt,
): Promise<TokenResponse> {
  const presented = parseRefreshToken(request.refresh_token);
  const [known, grant] = await readAdmitted(admit, () =>
    Promise.all([
      resolveClient(deps, credentials.client_id, { network }),
      presented && deps.grants.find(presented.grantId),
    ]),
  );
  const client = await proveClient(deps, known, credentials, { audiences, network });
  const { client_id } = client;
  if (!mayRefresh(client.metadata.grant_types)) {
    const description = 'the client is not registered for the grant type refresh_token';
    throw new OAuthError('unauthorized_client', description, { detail: { client_id } });
  }
  if (!grant || !presented) throw invalidToken({ client_id, why: 'not known' });
  if (!deps.credentials.isRefreshTokenOf(grant, presented)) {
    await requireOwnSecret(deps.signingKeys);
    throw invalidToken({ client_id, why: 'not known' });
  }
  if (grant.client_id !== client_id) throw invalidToken({ client_id, why: 'of another client' });
  if (isOver(client, grant.created_at)) await end(deps, grant, requestId, 'revoked');
  const resource = tokenResource(deps, grant, request.resource);
  const granted = parseScope(grant.granted) ?? [];
  const left = intersectScopes(granted, client.ceiling);
  if (left.length === 0) await end(deps, grant, requestId, 'no scope left');
  const scope = refreshedScope(deps, request, { client, granted, left });
  if (!(await isPersonActive(deps, grant.subject))) {
    await end(deps, grant, requestId, 'person not active');
  }

  // The token before the current one gives the same successor again and renews nothing.
  const isRepeated = presented.generation < grant.generation;
  const grantLeftMs = isRepeated ? grant.expires_at - deps.storeNow() : deps.refreshTokenTtlMs;
  const access = await mintAccessToken(deps, grant, { scope, resource }, grantLeftMs);
  const { isForAll, ...told } = openClaims(deps.envelopes, grant);
  const tokens = await withIdToken(deps, grant, access, scope, told);
  const [rotation] = await Promise.all([
    deps.grants.rotate({
      grantId: grant.grant_id,
      generation: presented.generation,
      requestId,
      idleTtlMs: deps.refreshTokenTtlMs,
      graceMs: GRACE_MS,
      // Under the secrets of today: else it would not open when those of the login are taken away.
      ...(!isForAll && { claims: sealClaims(deps.envelopes, grant.grant_id, told) }),
    }),
    renewClientDaily(deps, client),
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
      deps.emit({
        name: 'refresh.reused',
        by: 'client',
        client_id,
        subject: grant.subject,
        grant_id,
        ...(seenFrom !== undefined && { network: seenFrom }),
      });
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
    client,
    granted,
    left,
  }: {
    readonly client: Client;
    /** What the person approved. */
    readonly granted: readonly Scope[];
    /** What of it the policy still allows. */
    readonly left: readonly Scope[];
  },
): readonly Scope[] {
  if (!wanted) return left;
  const { client_id } = client;
  // A client that names unsupported scopes at the login names them here again.
  const asked = supportedScopes(scopePolicy, wanted, granted);
  const scopes = scopesBeyond(wanted, asked);
  if (scopes.length > 0) logger.debug('unsupported scopes left out', { client_id, scopes });
  const scope = intersectScopes(asked, left);
  // RFC 6749 §6: a refresh cannot widen. What a policy took back is left out, as long as something stays.
  const beyond = scopesBeyond(asked, granted);
  if (beyond.length > 0 || scope.length === 0) {
    const refused = beyond.length > 0 ? beyond : asked;
    throw new OAuthError('invalid_scope', 'scope contains a value that was not granted', {
      detail: { client_id, explained: whyNotRefreshed(scopePolicy, client, refused) },
    });
  }
  return scope;
}

async function end(
  { grants, emit, revokeUpstream }: Pick<RefreshDeps, 'grants' | 'emit' | 'revokeUpstream'>,
  { client_id, subject, grant_id }: GrantRecord,
  requestId: string,
  why: string,
): Promise<never> {
  await grants.revoke(grant_id, { requestId });
  void revokeUpstream(grant_id);
  emit({ name: 'grant.revoked', by: 'server', client_id, subject, grant_id, reason: why });
  throw invalidToken({ client_id, why });
}

/** One sentence for every reason; the operator is told which. */
function invalidToken(detail: { readonly client_id: string; readonly why: string }): OAuthError {
  return new OAuthError(
    'invalid_grant',
    'the refresh token is unknown, expired, revoked or was issued to another client',
    { detail },
  );
}
