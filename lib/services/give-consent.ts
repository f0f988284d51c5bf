/**
 * Turning a pending authorization into a grant, and the code that goes to the client.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2
 * @module
 */
import type { Person } from '../login/port.ts';
import type { Emit } from '../operations/audit.ts';
import type { Allowance } from '../policy/remembered-consent.ts';
import { formatCodeResponse } from '../protocol/authorization-response.ts';
import { formatScope } from '../protocol/scope.ts';
import { OPENID } from '../protocol/standard-claims.ts';
import type {
  AuthorizationStore,
  ClientStore,
  DecisionOutcome,
  LoginResult,
  NewGrant,
  PendingAuthorization,
} from '../storage/store.ts';
import type { GrantCredentials } from '../tokens/grant-credentials.ts';
import { claimsToKeep, type SealClaimsDeps } from './grant-claims.ts';
import { indexGrant, type IndexGrantDeps } from './index-grant.ts';
import type { Client } from './resolve-client.ts';

export interface GiveConsentDeps extends IndexGrantDeps, SealClaimsDeps {
  readonly authorizations: Pick<AuthorizationStore, 'allow'>;
  readonly clients: Pick<ClientStore, 'renew'>;
  readonly credentials: GrantCredentials;
  readonly codeTtlMs: number;
  readonly grantMaxTtlMs: number;
  readonly clientIdleTtlMs: number;
  readonly emit: Emit;
}

/** Who allows what. */
export interface GivenConsent {
  readonly pending: Omit<PendingAuthorization, 'v' | 'created_at' | 'expires_at'>;
  readonly client: Client;
  readonly person: Person;
  /** By which login elsewhere the person came: its tokens go with the grant. */
  readonly login?: LoginResult;
  readonly allowance: Allowance;
  readonly requestId: string;
  /** Whether the person was not asked, for they have allowed all of it before. */
  readonly isRemembered: boolean;
  /** The network of the browser. */
  readonly seenFrom?: string | undefined;
}

/**
 * - `redirect`: back to the client.
 * - `decided`: it has been decided otherwise, or the code was used.
 * - `gone`: it expired meanwhile.
 */
export type GiveOutcome =
  | { readonly outcome: 'redirect'; readonly url: string }
  | { readonly outcome: Exclude<DecisionOutcome, 'done'> };

/** All of it together: one wait. The client's lifetime is renewed before the grant can outlive it. */
export async function giveConsent(
  deps: GiveConsentDeps,
  { pending, client, person, login, allowance, requestId, ...how }: GivenConsent,
): Promise<GiveOutcome> {
  const grant = newGrant(deps, pending, person, allowance);
  const [outcome] = await Promise.all([
    deps.authorizations.allow({
      grant,
      ...(login && { login }),
      requestId,
      codeTtlMs: deps.codeTtlMs,
      grantMaxTtlMs: deps.grantMaxTtlMs,
    }),
    client.record && deps.clients.renew(client.record, deps.clientIdleTtlMs),
    indexGrant(deps, grant, deps.codeTtlMs),
  ]);
  if (outcome !== 'done') return { outcome };
  tellCreated(deps, grant, allowance, how);
  const code = deps.credentials.code(grant);
  return {
    outcome: 'redirect',
    url: formatCodeResponse({ ...pending, issuer: deps.issuer }, code),
  };
}

/** Whoever sends the same form twice has one grant, and is told of twice: better than not at all. */
function tellCreated(
  { emit }: Pick<GiveConsentDeps, 'emit'>,
  { client_id, subject, grant_id }: NewGrant,
  { scopes }: Allowance,
  { isRemembered, seenFrom }: Pick<GivenConsent, 'isRemembered' | 'seenFrom'>,
): void {
  emit({
    name: 'grant.created',
    by: isRemembered ? 'server' : 'person',
    client_id,
    subject,
    grant_id,
    granted: scopes,
    ...(seenFrom !== undefined && { network: seenFrom }),
    ...(isRemembered && { reason: 'allowed before' }),
  });
}

function newGrant(
  deps: SealClaimsDeps,
  pending: GivenConsent['pending'],
  person: Person,
  { scopes, refreshable }: Allowance,
): NewGrant {
  const { grant_id, client_id, resources, redirect_uri, redirect_uri_given, code_challenge, salt } =
    pending;
  const claims = claimsToKeep(deps, pending, person, scopes);
  const { nonce } = pending;
  return {
    grant_id,
    client_id,
    subject: person.sub,
    granted: formatScope(scopes),
    resources,
    redirect_uri,
    redirect_uri_given,
    code_challenge,
    salt,
    refreshable,
    ...(person.auth_time !== undefined && { auth_time: person.auth_time }),
    ...(nonce !== undefined && scopes.includes(OPENID) && { nonce }),
    ...(claims !== undefined && { claims }),
  };
}
