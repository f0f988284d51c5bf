/**
 * Authorizing without a question: everything asked for was allowed before, by the person who is there.
 *
 * @module
 */
import type { Person } from '../login/port.ts';
import { isAllowedBefore, isRememberable, type Allowance } from '../policy/remembered-consent.ts';
import type { AuthorizationRequest } from '../protocol/authorization-request.ts';
import type { Scope } from '../protocol/scope.ts';
import type { KeptConsent } from '../storage/store.ts';
import { giveConsent, type GiveConsentDeps, type GiveOutcome } from './give-consent.ts';
import { grantableOf, type GrantableDeps } from './grantable-scopes.ts';
import {
  allowedBefore,
  findConsents,
  type ConsentTarget,
  type RememberedConsentDeps,
} from './remembered-consent.ts';
import type { Client } from './resolve-client.ts';

export interface UnaskedDeps extends GiveConsentDeps, GrantableDeps, RememberedConsentDeps {
  readonly scopePolicy: GrantableDeps['scopePolicy'];
}

/** What is known of a request before anything about it is certain. */
export interface Foreseen {
  readonly client_id: string;
  /** Absent when the request leaves it to the registration. */
  readonly redirect_uri?: string;
  /** Absent when it is malformed. */
  readonly request?: Pick<AuthorizationRequest, 'prompt'>;
}

/**
 * Whether a consent of earlier may answer. With `consent` the client wants the person to be asked;
 * with `select_account` the page is where they see who they are, for a login need not have asked.
 */
export function maySpareConsent({ prompt }: Pick<AuthorizationRequest, 'prompt'>): boolean {
  return !prompt.includes('consent') && !prompt.includes('select_account');
}

/**
 * Looks up what the person has allowed this client, while the client itself is looked up, so that
 * both are one wait. Whatever fails here is seen only by who waits for the answer.
 *
 * @param person - Asks the login port; the host is not asked for a request that cannot need it.
 */
export function consentsAhead(
  deps: RememberedConsentDeps,
  { client_id, redirect_uri, request }: Foreseen,
  person: () => Promise<Person | undefined>,
): Promise<readonly KeptConsent[]> {
  const isPossible =
    request !== undefined &&
    maySpareConsent(request) &&
    !request.prompt.includes('login') &&
    (redirect_uri === undefined || isRememberable(redirect_uri));
  const found = isPossible ? consentsOf(deps, client_id, person) : Promise.resolve([]);
  found.catch(() => undefined);
  return found;
}

async function consentsOf(
  deps: RememberedConsentDeps,
  client_id: string,
  person: () => Promise<Person | undefined>,
): Promise<readonly KeptConsent[]> {
  const found = await person();
  return found ? findConsents(deps, { subject: found.sub, client_id }) : [];
}

/** A request that was found good, and who is there. */
export interface UnaskedRequest {
  readonly client: Client;
  readonly person: Person;
  readonly scope: readonly Scope[];
  readonly where: ConsentTarget;
}

/** What to give without a question; `undefined` when the person has to be asked. */
export function unaskedAllowance(
  deps: GrantableDeps,
  { client, person, scope, where }: UnaskedRequest,
  consents: readonly KeptConsent[],
): Allowance | undefined {
  const { grantable, refreshable } = grantableOf(deps, client, person, scope);
  const allowance = { scopes: grantable, refreshable };
  const { scopes } = allowedBefore(consents, client, where);
  return isAllowedBefore(scopes, allowance) ? allowance : undefined;
}

/** Keeps a request and allows it at once: both are sent together, one wait. */
export async function insertAllowed(
  deps: GiveConsentDeps,
  insert: () => Promise<void>,
  given: Parameters<typeof giveConsent>[1],
): Promise<GiveOutcome> {
  const [, outcome] = await Promise.all([insert(), giveConsent(deps, given)]);
  // A server that did not know the first script yet ran the second one before it.
  return outcome.outcome === 'gone' ? giveConsent(deps, given) : outcome;
}
