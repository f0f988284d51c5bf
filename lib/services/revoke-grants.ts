/**
 * Revoking grants one by one, for operators: a single one, those of a person, or those that a scope is in.
 *
 * @module
 */
import type { Emit } from '../operations/audit.ts';
import type { ConsentStore, GrantRecord, GrantStore } from '../storage/store.ts';
import { findGrants, type FindGrantsDeps, type GrantQuery } from './find-grants.ts';
import { forgetAllConsents, forgetConsent } from './remembered-consent.ts';

export interface RevokeGrantsDeps extends FindGrantsDeps {
  readonly grants: FindGrantsDeps['grants'] & Pick<GrantStore, 'revoke'>;
  readonly consents: Pick<ConsentStore, 'forget' | 'forgetAll'>;
  readonly newRequestId: () => string;
  readonly emit: Emit;
  /** Revokes the tokens of the login elsewhere that went with a grant. Never rejects. */
  readonly revokeUpstream: (grantId: string) => Promise<void>;
}

/** What was done with one page, and how far it has come. */
export interface RevokedGrants {
  readonly revoked: number;
  readonly looked: number;
  readonly entries: number;
}

/**
 * Ends each grant that fits, and forgets what was remembered of the consent to it. What is granted
 * meanwhile may be missed: who takes a scope away takes it out of the policy first.
 *
 * @throws {StoreUnavailableError} To begin again is safe: what has been revoked stays so.
 */
export async function* revokeGrants(
  deps: RevokeGrantsDeps,
  query: GrantQuery,
): AsyncGenerator<RevokedGrants, void, undefined> {
  const { subject, clientId: client_id } = query;
  // Also where no grant is left.
  const isAll = query.grantId === undefined && query.scope === undefined;
  if (isAll && subject !== undefined) {
    await (client_id === undefined
      ? forgetAllConsents(deps, subject)
      : forgetConsent(deps, { subject, client_id }));
  }
  for await (const { grants, ...progress } of findGrants(deps, query)) {
    await Promise.all(grants.map((grant) => revoke(deps, grant)));
    yield { ...progress, revoked: grants.length };
  }
}

async function revoke(deps: RevokeGrantsDeps, grant: GrantRecord): Promise<void> {
  const { grant_id, client_id, subject } = grant;
  // First: should it fail, the grant is still there to be found by the next attempt.
  await forgetConsent(deps, grant);
  await deps.grants.revoke(grant_id, { requestId: deps.newRequestId() });
  deps.emit({ name: 'grant.revoked', by: 'operator', grant_id, client_id, subject });
  await deps.revokeUpstream(grant_id);
}
