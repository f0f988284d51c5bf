/**
 * Deciding: the person allows or denies, and the client gets a code or `access_denied`.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2
 * @module
 */
import { formatCodeResponse, formatErrorResponse } from '../protocol/authorization-response.ts';
import { OAuthError } from '../protocol/errors.ts';
import { formatScope } from '../protocol/scope.ts';
import type { AuthorizationStore, ClientStore, NewGrant } from '../storage/store.ts';
import type { GrantCredentials } from '../tokens/grant-credentials.ts';
import type { Keyring } from '../tokens/keyring.ts';
import { indexGrant, type IndexGrantDeps } from './index-grant.ts';
import type { ConsentReview } from './review-consent.ts';

export interface DecideConsentDeps extends IndexGrantDeps {
  readonly authorizations: Pick<AuthorizationStore, 'allow' | 'deny'>;
  readonly clients: Pick<ClientStore, 'renew'>;
  readonly credentials: GrantCredentials;
  readonly keyring: Pick<Keyring, 'verify'>;
  readonly codeTtlMs: number;
  readonly grantMaxTtlMs: number;
  readonly clientIdleTtlMs: number;
}

/** What the form said. */
export interface ConsentForm {
  readonly decision: 'allow' | 'deny';
  readonly csrf: string;
  readonly requestId: string;
}

/**
 * - `redirect`: back to the client.
 * - `changed`: the form is not the page this person would see now; they must look again.
 * - `decided`: it has been decided otherwise, or the code was used.
 * - `gone`: it expired meanwhile.
 */
export type DecideOutcome =
  | { readonly outcome: 'redirect'; readonly url: string }
  | { readonly outcome: 'changed' | 'decided' | 'gone' };

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
  { requestId }: ConsentForm,
): Promise<DecideOutcome> {
  // With nothing to grant, only denying makes sense; the page offers nothing else.
  if (review.grantable.length === 0) return { outcome: 'changed' };
  const grant = newGrant(review);
  // Together: one wait. The client's lifetime is renewed before the grant can outlive it.
  const [outcome] = await Promise.all([
    deps.authorizations.allow({
      grant,
      requestId,
      codeTtlMs: deps.codeTtlMs,
      grantMaxTtlMs: deps.grantMaxTtlMs,
    }),
    deps.clients.renew(review.client.record, deps.clientIdleTtlMs),
    indexGrant(deps, grant, deps.codeTtlMs),
  ]);
  if (outcome !== 'done') return { outcome };
  deps.logger.debug('consent given', {
    client_id: grant.client_id,
    grant_id: grant.grant_id,
    scope: grant.granted,
  });
  return {
    outcome: 'redirect',
    url: formatCodeResponse(
      { ...review.pending, issuer: deps.issuer },
      deps.credentials.code(grant),
    ),
  };
}

async function deny(
  deps: DecideConsentDeps,
  { pending }: ConsentReview,
  { requestId }: ConsentForm,
): Promise<DecideOutcome> {
  const outcome = await deps.authorizations.deny(pending.grant_id, { requestId });
  if (outcome !== 'done') return { outcome };
  deps.logger.debug('consent denied', { client_id: pending.client_id });
  const error = new OAuthError('access_denied', 'the person denied the request');
  return {
    outcome: 'redirect',
    url: formatErrorResponse({ ...pending, issuer: deps.issuer }, error),
  };
}

function newGrant({ pending, person, grantable, refreshable }: ConsentReview): NewGrant {
  const { grant_id, client_id, resource, redirect_uri, redirect_uri_given, code_challenge, salt } =
    pending;
  return {
    grant_id,
    client_id,
    subject: person.sub,
    granted: formatScope(grantable),
    resource,
    redirect_uri,
    redirect_uri_given,
    code_challenge,
    salt,
    refreshable,
    ...(person.auth_time !== undefined && { auth_time: person.auth_time }),
  };
}
