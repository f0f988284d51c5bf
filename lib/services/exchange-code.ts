/**
 * Exchanging an authorization code for tokens.
 *
 * A request that fails any check changes nothing, so that a stranger who saw a code can neither use
 * it nor spoil it (OAuth 2.1 §7.5.2).
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1.3
 * @see https://www.rfc-editor.org/rfc/rfc7636#section-4.6
 * @module
 */
import type { Emit } from '../operations/audit.ts';
import type { Logger } from '../operations/logger.ts';
import { mayRefresh } from '../policy/refresh.ts';
import type { ClientCredentials } from '../protocol/client-authentication.ts';
import { OAuthError } from '../protocol/errors.ts';
import { verifyCodeVerifier } from '../protocol/pkce.ts';
import { intersectScopes, parseScope } from '../protocol/scope.ts';
import type { CodeTokenRequest } from '../protocol/token-request.ts';
import type { GrantRecord, GrantStore } from '../storage/store.ts';
import type { Envelopes } from '../tokens/envelope.ts';
import { parseCode, type GrantCredentials } from '../tokens/grant-credentials.ts';
import type { SigningKeys } from '../tokens/signing-keys.ts';
import { readAdmitted, type ClientAttempt } from './admitted.ts';
import { proveClient, type ProveClientDeps } from './authenticate-client.ts';
import { isOver } from './client-standing.ts';
import { openClaims } from './grant-claims.ts';
import { indexGrant, type IndexGrantDeps } from './index-grant.ts';
import { withIdToken, type IssueIdTokenDeps } from './issue-id-token.ts';
import { mintAccessToken, type IssueTokensDeps, type TokenResponse } from './issue-tokens.ts';
import { requireOwnSecret } from './own-secret.ts';
import { forgetAfterTheft, type ForgetConsentDeps } from './remembered-consent.ts';
import { renewClientDaily, type RenewClientDeps } from './renew-client.ts';
import { resolveClient, type ResolveClientDeps } from './resolve-client.ts';
import { tokenResource, type TokenResourceDeps } from './token-resource.ts';

/** Two redemptions this close together are one request sent twice, not a theft. */
const DOUBLED_WITHIN_MS = 10_000;

export type ExchangeCodeDeps = IssueTokensDeps &
  IssueIdTokenDeps &
  RenewClientDeps &
  ResolveClientDeps &
  ProveClientDeps &
  IndexGrantDeps &
  TokenResourceDeps &
  ForgetConsentDeps & {
    readonly clients: ResolveClientDeps['clients'] & RenewClientDeps['clients'];
    readonly grants: Pick<GrantStore, 'find' | 'redeem' | 'index'>;
    readonly credentials: GrantCredentials;
    readonly signingKeys: Pick<SigningKeys, 'current'>;
    readonly envelopes: Pick<Envelopes, 'open'>;
    readonly refreshTokenTtlMs: number;
    /** Never rejects. */
    readonly revokeUpstream: (grantId: string) => Promise<void>;
    readonly emit: Emit;
    readonly logger: Logger;
  };

/** @throws {OAuthError} `invalid_client`, `invalid_grant` or `invalid_target`. */
export async function exchangeCode(
  deps: ExchangeCodeDeps,
  credentials: ClientCredentials,
  request: CodeTokenRequest,
  { requestId, admit, network, seenFrom, audiences }: ClientAttempt,
): Promise<TokenResponse> {
  const presented = parseCode(request.code);
  const [known, grant] = await readAdmitted(admit, () =>
    Promise.all([
      resolveClient(deps, credentials.client_id, { network }),
      presented && deps.grants.find(presented.grantId),
    ]),
  );
  const client = await proveClient(deps, known, credentials, { audiences, network });
  const { client_id } = client;
  if (!grant || !presented) throw invalidCode({ client_id, why: 'not known' });
  if (!deps.credentials.isCodeOf(grant, presented)) {
    await requireOwnSecret(deps.signingKeys);
    throw invalidCode({ client_id, why: 'not known' });
  }
  requireBound(client, request, grant);
  if (isOver(client, grant.created_at)) throw invalidCode({ client_id, why: 'revoked' });
  const resource = tokenResource(deps, grant, request.resource);
  const scope = intersectScopes(parseScope(grant.granted) ?? [], client.ceiling);
  if (scope.length === 0) throw invalidCode({ client_id, why: 'no scope left' });

  // Signed before the code is spent: what can fail on our side must not cost the person a login.
  const grantLeftMs = grant.refreshable ? deps.refreshTokenTtlMs : deps.accessTokenTtlMs;
  const access = await mintAccessToken(deps, grant, { scope, resource }, grantLeftMs);
  const { amr } = openClaims(deps.envelopes, grant);
  const login = { ...(grant.nonce !== undefined && { nonce: grant.nonce }), ...(amr && { amr }) };
  const tokens = await withIdToken(deps, grant, access, scope, login);
  const [outcome] = await Promise.all([
    deps.grants.redeem({
      grantId: grant.grant_id,
      requestId,
      accessTtlMs: deps.accessTokenTtlMs,
      idleTtlMs: deps.refreshTokenTtlMs,
      doubledWithinMs: DOUBLED_WITHIN_MS,
    }),
    renewClientDaily(deps, client),
    indexGrant(deps, grant, grantLeftMs),
  ]);
  const { grant_id } = grant;
  switch (outcome) {
    case 'redeemed':
      deps.logger.debug('code exchanged', { client_id, grant_id, scope: tokens.scope });
      return grant.refreshable && mayRefresh(client.metadata.grant_types)
        ? { ...tokens, refresh_token: deps.credentials.refreshToken(grant, 1) }
        : tokens;
    case 'replayed':
      deps.emit({
        name: 'code.replayed',
        by: 'client',
        client_id,
        subject: grant.subject,
        grant_id,
        ...(seenFrom !== undefined && { network: seenFrom }),
      });
      // The answer does not wait for a provider.
      void deps.revokeUpstream(grant_id);
      await forgetAfterTheft(deps, grant);
      throw invalidCode({ client_id, why: 'used before' });
    case 'doubled':
      deps.logger.debug('authorization code sent twice', { client_id, grant_id });
      throw invalidCode({ client_id, why: 'used a moment ago' });
    case 'gone':
      throw invalidCode({ client_id, why: 'expired or revoked' });
  }
}

/** RFC 6749 §4.1.3: the code must have been issued to this client, for this redirect URI. */
function requireBound(
  { client_id }: Pick<GrantRecord, 'client_id'>,
  request: CodeTokenRequest,
  grant: GrantRecord,
): void {
  const isSameUri =
    request.redirect_uri === undefined
      ? !grant.redirect_uri_given
      : request.redirect_uri === grant.redirect_uri;
  if (client_id !== grant.client_id) throw invalidCode({ client_id, why: 'of another client' });
  if (!isSameUri) throw invalidCode({ client_id, why: 'for another redirect_uri' });
  if (!verifyCodeVerifier(request.code_verifier, grant.code_challenge)) {
    throw invalidCode({ client_id, why: 'code_verifier does not fit' });
  }
}

/** One sentence for every reason: which of them it was helps only somebody who is guessing. */
function invalidCode(detail: { readonly client_id: string; readonly why: string }): OAuthError {
  return new OAuthError(
    'invalid_grant',
    'the authorization code is unknown, expired, used or was issued for another request',
    { detail },
  );
}
