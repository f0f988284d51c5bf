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
import type { Logger } from '../operations/logger.ts';
import { isAllowedBefore } from '../policy/remembered-consent.ts';
import { intersectScopes, parseScope, type Scope } from '../protocol/scope.ts';
import type {
  AuthorizationStore,
  GrantRecord,
  GrantStore,
  FoundAuthorization,
  LoginResult,
  PendingAuthorization,
} from '../storage/store.ts';
import { sha256 } from '../tokens/digest.ts';
import type { Keyring } from '../tokens/keyring.ts';
import type { PendingHandle } from './begin-pending.ts';
import { isOver } from './client-standing.ts';
import { grantableOf, type GrantableDeps } from './grantable-scopes.ts';
import { isFresh } from './login-freshness.ts';
import { isOfClient } from './pending-client.ts';
import {
  allowedBefore,
  claimsOf,
  findConsentsIfPossible,
  type AllowedBefore,
  type RememberedConsentDeps,
} from './remembered-consent.ts';
import { resolveClient, type Client, type ResolveClientDeps } from './resolve-client.ts';
import { openPerson, type UpstreamPersonDeps } from './upstream-person.ts';
import { whyRefused, type WhyRefused } from './why-refused.ts';

export interface ReviewConsentDeps extends ResolveClientDeps, GrantableDeps, RememberedConsentDeps {
  readonly scopePolicy: ResolveClientDeps['scopePolicy'];
  readonly authorizations: Pick<AuthorizationStore, 'find'>;
  readonly grants: Pick<GrantStore, 'find'>;
  readonly keyring: Keyring;
  readonly logger: Logger;
  /** Where identity providers are the login: opens what is kept of one. */
  readonly elsewhere?: UpstreamPersonDeps;
}

/** Who is looking. */
export interface Reviewer {
  /** Digest of the browser id. */
  readonly browser: string;
  /** As the host knows them; who logged in elsewhere is found with the request. */
  readonly person?: Person;
  /** The network it is in; `undefined` when it is not counted. */
  readonly network: string | undefined;
}

/** Everything that the page shows and the decision needs. */
export interface ConsentReview {
  readonly pending: PendingAuthorization;
  readonly client: Client;
  readonly person: Person;
  /** By which login elsewhere the person came. */
  readonly login?: LoginResult;
  /** What will be granted when the person allows. */
  readonly grantable: readonly Scope[];
  /** Asked for, but not this person's to give. */
  readonly unavailable: readonly Scope[];
  /** Whether the client will stay connected when the person has gone. */
  readonly refreshable: boolean;
  /** What the client registered for by itself: what goes beyond is a baseline of the operator. */
  readonly requested: readonly Scope[];
  /** All that this person has allowed this client before, for this redirect URI and these resources. */
  readonly allowedBefore: AllowedBefore;
  /** What of it is asked for now; empty when the request wants the person to be asked again. */
  readonly remembered: readonly Scope[];
  /** Whether nobody needs to be asked, for everything that would be granted was allowed before. */
  readonly isRemembered: boolean;
  /** What has been granted already, by a form whose answer may have been lost. */
  readonly standing?: string;
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
  | { readonly outcome: 'stale_login'; readonly pending: PendingAuthorization }
  | {
      readonly outcome: 'nothing_left';
      readonly pending: PendingAuthorization;
      readonly explained: readonly WhyRefused[];
    }
  | { readonly outcome: 'login' | 'gone' };

export async function reviewConsent(
  deps: ReviewConsentDeps,
  { client_id, grant_id }: PendingHandle,
  { browser, person: known, network }: Reviewer,
): Promise<ReviewOutcome> {
  const finding = deps.authorizations.find(grant_id);
  const isTheirs = (asked: PendingAuthorization): boolean =>
    asked.browser === browser && asked.client_id === client_id;
  // Nothing is fetched because of an address that anybody can write.
  const isOfUse = async (): Promise<boolean> => {
    const asked = await finding;
    return asked !== undefined && isTheirs(asked.pending);
  };
  const [client, found, first, foreseen] = await Promise.all([
    resolveClient(deps, client_id, { network }, isOfUse),
    finding,
    deps.grants.find(grant_id),
    known ? findConsentsIfPossible(deps, { subject: known.sub, client_id }) : [],
  ]);
  if (!client || !found || !isTheirs(found.pending) || !isOfClient(found.pending, client)) {
    return { outcome: 'gone' };
  }
  const { pending, decision, login } = found;
  // Nobody says which of the two was read first: the grant may have come in between.
  const kept = decision === 'allowed' && !first ? await deps.grants.find(grant_id) : first;
  const grant = kept && isOver(client, kept.created_at) ? undefined : kept;
  const person = known ?? (login && deps.elsewhere && openPerson(deps.elsewhere, grant_id, login));
  if (!person) return { outcome: 'login' };
  // A login elsewhere was looked at when it came back.
  if (known && !isFresh(known, pending)) return { outcome: 'stale_login', pending };

  const begun = parseScope(pending.scope) ?? [];
  const asked = intersectScopes(begun, client.ceiling);
  if (asked.length === 0) {
    const explained = whyRefused(deps.scopePolicy, client, begun);
    return { outcome: 'nothing_left', pending, explained };
  }
  const { grantable, unavailable, refreshable } = grantableOf(deps, client, person, asked);
  // Who logged in elsewhere is only known by now.
  const consents = known
    ? foreseen
    : await findConsentsIfPossible(deps, { subject: person.sub, client_id });
  const before = allowedBefore(consents, client, pending);
  // `prompt=consent`: the client wants the person to be asked, whatever was allowed before.
  const counting = pending.consent_prompted ? [] : before.scopes;
  const digest = digestOfShown(client, pending, grantable, refreshable);
  const shown = [deps.issuer, grant_id, pending.browser, person.sub, digest];
  const csrf = deps.keyring.mac('consent', shown);
  return {
    outcome: 'review',
    review: {
      pending,
      client,
      person,
      ...(login && !known && { login }),
      grantable,
      unavailable,
      refreshable,
      requested: client.registered.flatMap(({ scope, origin }) =>
        typeof origin === 'string' ? [scope] : [],
      ),
      allowedBefore: before,
      remembered: intersectScopes(asked, counting),
      isRemembered: isAllowedBefore(counting, { scopes: grantable, refreshable }),
      shown,
      csrf,
      isAnswered: isAnswered(decision, grant, person),
      ...(grant && { standing: grant.granted }),
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

/** A digest of everything the person goes by when deciding. */
function digestOfShown(
  { client_id, metadata }: Client,
  { redirect_uri, resources }: PendingAuthorization,
  grantable: readonly Scope[],
  refreshable: boolean,
): string {
  const who = [client_id, ...claimsOf(metadata)];
  return sha256(JSON.stringify([...who, redirect_uri, ...resources, grantable, refreshable]));
}
