/**
 * Deciding: the person allows or denies, and the client gets a code or `access_denied`.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2
 * @module
 */
import { allowedAfter, unseenOf, type Allowance } from '../policy/remembered-consent.ts';
import { formatErrorResponse } from '../protocol/authorization-response.ts';
import { OAuthError } from '../protocol/errors.ts';
import { formatScope, type Scope } from '../protocol/scope.ts';
import type { AuthorizationStore, ConsentStore } from '../storage/store.ts';
import type { Keyring } from '../tokens/keyring.ts';
import { giveConsent, type GiveConsentDeps, type GiveOutcome } from './give-consent.ts';
import { chosenOf } from './grantable-scopes.ts';
import { rememberConsent, type AllowedBefore } from './remembered-consent.ts';
import type { ConsentReview } from './review-consent.ts';

export interface DecideConsentDeps extends GiveConsentDeps {
  readonly authorizations: Pick<AuthorizationStore, 'allow' | 'deny'>;
  readonly consents: Pick<ConsentStore, 'remember'>;
  readonly keyring: Pick<Keyring, 'verify'>;
}

/** What the form said. */
export interface ConsentForm {
  readonly decision: 'allow' | 'deny';
  readonly csrf: string;
  /** The scopes with a tick; what was not on the page is ignored. Absent: all that were shown. */
  readonly scopes?: readonly Scope[];
  readonly requestId: string;
  /** The network of the browser. */
  readonly seenFrom?: string | undefined;
}

/**
 * - `changed`: the form is not the page this person would see now; they must look again.
 * - `nothing_chosen`: allowed, with a tick at no scope. Nothing was decided.
 */
export type DecideOutcome = GiveOutcome | { readonly outcome: 'changed' | 'nothing_chosen' };

export async function decideConsent(
  deps: DecideConsentDeps,
  review: ConsentReview,
  form: ConsentForm,
): Promise<DecideOutcome> {
  if (!deps.keyring.verify('consent', review.shown, form.csrf)) return { outcome: 'changed' };
  return form.decision === 'allow' ? allow(deps, review, form) : deny(deps, review, form);
}

async function allow(
  deps: DecideConsentDeps,
  review: ConsentReview,
  { scopes, requestId, seenFrom }: ConsentForm,
): Promise<DecideOutcome> {
  const { allowedBefore: before } = review;
  // With nothing to grant, only denying makes sense; the page offers nothing else.
  if (review.grantable.length === 0) return { outcome: 'changed' };
  const chosen = chosenOf(review, scopes);
  if (chosen.scopes.length === 0) return { outcome: 'nothing_chosen' };
  // What was allowed stands: a second form, from the page before, makes nothing else of it.
  const { standing = formatScope(chosen.scopes) } = review;
  if (review.isAnswered || standing !== formatScope(chosen.scopes)) return { outcome: 'decided' };
  // Together: one wait. Not to remember what was taken back would be to give it away the next time,
  // so a failure there is one of the whole.
  const [given] = await Promise.all([
    giveConsent(deps, { ...review, allowance: chosen, requestId, seenFrom, isRemembered: false }),
    remember(deps, review, allowedNow(review, chosen)),
  ]);
  // Decided otherwise in the same moment: then nothing was allowed that could be remembered.
  if (given.outcome !== 'redirect') await remember(deps, review, before);
  return given;
}

/** As old as the oldest of it, when something stays that was not on the page. */
function allowedNow(
  { grantable, refreshable, allowedBefore: { scopes, since } }: ConsentReview,
  chosen: Allowance,
): AllowedBefore {
  const shown = { scopes: grantable, refreshable };
  const isOlder = since !== undefined && unseenOf(scopes, shown).length > 0;
  return { scopes: allowedAfter(scopes, shown, chosen), ...(isOlder && { since }) };
}

function remember(
  deps: DecideConsentDeps,
  { pending, client, person }: ConsentReview,
  allowed: AllowedBefore,
): Promise<void> {
  const { redirect_uri, resources } = pending;
  const parties = { subject: person.sub, client, redirect_uri, resources };
  return rememberConsent(deps, parties, allowed);
}

/** Gives what was allowed before, without a question. Only for a review that says so. */
export async function giveRemembered(
  deps: GiveConsentDeps,
  review: ConsentReview,
  asked: Pick<ConsentForm, 'requestId' | 'seenFrom'>,
): Promise<GiveOutcome> {
  const { grantable, refreshable } = review;
  const allowance = { scopes: grantable, refreshable };
  return giveConsent(deps, { ...review, ...asked, allowance, isRemembered: true });
}

async function deny(
  deps: DecideConsentDeps,
  { pending, person }: ConsentReview,
  { requestId, seenFrom }: ConsentForm,
): Promise<DecideOutcome> {
  const outcome = await deps.authorizations.deny(pending.grant_id, { requestId });
  if (outcome !== 'done') return { outcome };
  deps.emit({
    name: 'consent.denied',
    by: 'person',
    client_id: pending.client_id,
    subject: person.sub,
    ...(seenFrom !== undefined && { network: seenFrom }),
  });
  const error = new OAuthError('access_denied', 'the person denied the request');
  return {
    outcome: 'redirect',
    url: formatErrorResponse({ ...pending, issuer: deps.issuer }, error),
  };
}
