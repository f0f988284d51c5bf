/**
 * What the person is about to decide: the pending authorization, looked at again.
 *
 * Time has passed since the request came in. Client, policy and person are read anew each time, for
 * the page and again for the form that comes back, so that nobody decides about something that
 * has changed.
 *
 * @module
 */
import type { Person } from '../login/port.ts';
import { isRefreshable, isStayingWithheld, type RefreshTokenRule } from '../policy/refresh.ts';
import { intersectScopes, parseScope, scopesBeyond, type Scope } from '../protocol/scope.ts';
import { matchesRegisteredRedirectUri } from '../protocol/redirect-uri-match.ts';
import type {
  AuthorizationStore,
  GrantRecord,
  GrantStore,
  FoundAuthorization,
  PendingAuthorization,
} from '../storage/store.ts';
import { sha256 } from '../tokens/digest.ts';
import type { Keyring } from '../tokens/keyring.ts';
import type { PendingHandle } from './begin-authorization.ts';
import { isFresh } from './login-freshness.ts';
import { resolveClient, type Client, type ResolveClientDeps } from './resolve-client.ts';

export interface ReviewConsentDeps extends ResolveClientDeps {
  readonly issuer: string;
  readonly authorizations: Pick<AuthorizationStore, 'find'>;
  readonly grants: Pick<GrantStore, 'find'>;
  readonly keyring: Keyring;
  readonly refreshTokens: RefreshTokenRule;
}

/** Who is looking. */
export interface Reviewer {
  /** Digest of the browser id; absent when the browser has none. */
  readonly browser?: string;
  readonly person?: Person;
}

/** Everything that the page shows and the decision needs. */
export interface ConsentReview {
  readonly pending: PendingAuthorization;
  readonly client: Client;
  readonly person: Person;
  /** What will be granted when the person allows. */
  readonly grantable: readonly Scope[];
  /** Asked for, but not this person's to give. */
  readonly unavailable: readonly Scope[];
  /** Whether the client will stay connected when the person has gone. */
  readonly refreshable: boolean;
  /** Decided for good: denied, or allowed by somebody else, or allowed and the code is used up. */
  readonly isAnswered: boolean;
  /** What the page shows, to whom and where: the parts of the proof that comes back with the form. */
  readonly shown: readonly string[];
  /** The proof, by the secret that writes. */
  readonly csrf: string;
}

/**
 * - `review`: there is something to decide.
 * - `login`: nobody is logged in any more.
 * - `stale_login`: the client asked for a newer login than there is.
 * - `nothing_left`: the policy changed meanwhile and none of the scopes may be asked for any more.
 * - `gone`: expired, or it belongs to another browser: the two look the same from outside.
 */
export type ReviewOutcome =
  | { readonly outcome: 'review'; readonly review: ConsentReview }
  | { readonly outcome: 'stale_login' | 'nothing_left'; readonly pending: PendingAuthorization }
  | { readonly outcome: 'login' | 'gone' };

export async function reviewConsent(
  deps: ReviewConsentDeps,
  { client_id, grant_id }: PendingHandle,
  { browser, person }: Reviewer,
): Promise<ReviewOutcome> {
  const [client, found, grant] = await Promise.all([
    resolveClient(deps, client_id),
    deps.authorizations.find(grant_id),
    deps.grants.find(grant_id),
  ]);
  if (!client || !found || !belongsTogether(client, found.pending, browser)) {
    return { outcome: 'gone' };
  }
  const { pending, decision } = found;
  if (!person) return { outcome: 'login' };
  if (!isFresh(person, pending)) return { outcome: 'stale_login', pending };

  const asked = intersectScopes(parseScope(pending.scope) ?? [], client.ceiling);
  if (asked.length === 0) return { outcome: 'nothing_left', pending };
  const grantable = person.scopes ? intersectScopes(asked, person.scopes) : asked;
  const unavailable = scopesBeyond(asked, grantable);
  const refreshable = isRefreshable(grantable, client.metadata.grant_types, {
    rule: deps.refreshTokens,
    isWithheld: isStayingWithheld(deps.scopePolicy, person.scopes),
  });
  const digest = digestOfShown(client, pending, grantable, refreshable);
  const shown = [deps.issuer, grant_id, pending.browser, person.sub, digest];
  const csrf = deps.keyring.mac('consent', shown);
  return {
    outcome: 'review',
    review: {
      pending,
      client,
      person,
      grantable,
      unavailable,
      refreshable,
      shown,
      csrf,
      isAnswered: isAnswered(decision, grant, person),
    },
  };
}

/** An allow whose answer was lost may be repeated: the same page leads to the same code. */
function isAnswered(
  decision: FoundAuthorization['decision'],
  grant: GrantRecord | undefined,
  person: Person,
): boolean {
  if (decision === undefined) return false;
  const isRepeatable = grant?.subject === person.sub && grant.redeemed_at === undefined;
  return decision === 'denied' || !isRepeatable;
}

/** The browser that began it, and a redirect URI that is still the client's. */
function belongsTogether(
  client: Client,
  pending: PendingAuthorization,
  browser: string | undefined,
): boolean {
  return (
    pending.browser === browser &&
    pending.client_id === client.client_id &&
    matchesRegisteredRedirectUri(pending.redirect_uri, client.metadata.redirect_uris, client)
  );
}

/** A digest of everything the person goes by when deciding. */
function digestOfShown(
  { client_id, metadata }: Client,
  { redirect_uri, resource }: PendingAuthorization,
  grantable: readonly Scope[],
  refreshable: boolean,
): string {
  const { client_name, client_uri, logo_uri, tos_uri, policy_uri, localized = {} } = metadata;
  return sha256(
    JSON.stringify([
      client_id,
      [client_name, client_uri, logo_uri, tos_uri, policy_uri].map((value) => value ?? ''),
      // In every language, for the reader may change theirs.
      Object.entries(localized).sort(),
      redirect_uri,
      resource,
      grantable,
      refreshable,
    ]),
  );
}
