/**
 * Finding grants, for operators: one by its id, those of a person by the list that there is, others by
 * looking through all of them.
 *
 * @module
 */
import { parseScope, type Scope } from '../protocol/scope.ts';
import type { GrantRecord, GrantStore } from '../storage/store.ts';
import {
  clientStanding,
  isOver,
  type ClientStanding,
  type ClientStandingDeps,
} from './client-standing.ts';
import { grantPages } from './grant-pages.ts';
import { subjectDigest } from './index-grant.ts';

export interface FindGrantsDeps extends ClientStandingDeps {
  readonly issuer: string;
  readonly grants: Pick<GrantStore, 'find' | 'listBySubject' | 'scan'>;
}

/** Which grants: every member that is there must fit. */
export interface GrantQuery {
  readonly grantId?: string;
  /** The `sub` that the login gave. */
  readonly subject?: string;
  readonly clientId?: string;
  /** One that was granted. */
  readonly scope?: Scope;
}

/** Some of the grants that fit, and how far the search has come. */
export interface FoundGrants {
  readonly grants: readonly GrantRecord[];
  /** How much was looked at for them, and how much there is in all, about. */
  readonly looked: number;
  readonly entries: number;
}

/**
 * The grants that are alive, page by page, each once. Without `grantId` or `subject` everything that is stored is
 * looked through, which takes as long as there is much.
 *
 * @throws {StoreUnavailableError}
 */
export async function* findGrants(
  deps: FindGrantsDeps,
  query: GrantQuery,
): AsyncGenerator<FoundGrants, void, undefined> {
  const standings = new Map<string, Promise<ClientStanding>>();
  const standingOf = (client_id: string): Promise<ClientStanding> => {
    const known = standings.get(client_id) ?? clientStanding(deps, client_id);
    standings.set(client_id, known);
    return known;
  };
  const seen = new Set<string>();
  for await (const { grants, ...progress } of pagesOf(deps, query)) {
    const fitting = grants.filter((grant) => fits(grant, query) && !seen.has(grant.grant_id));
    for (const { grant_id } of fitting) seen.add(grant_id);
    const standing = await Promise.all(fitting.map(({ client_id }) => standingOf(client_id)));
    const living = fitting.filter(({ created_at }, nth) => isLiving(standing[nth], created_at));
    yield { ...progress, grants: living };
  }
}

async function* pagesOf(
  { issuer, grants }: FindGrantsDeps,
  { grantId, subject }: GrantQuery,
): AsyncGenerator<FoundGrants, void, undefined> {
  if (grantId !== undefined) {
    const found = await grants.find(grantId);
    yield { grants: found ? [found] : [], looked: 1, entries: 1 };
    return;
  }
  if (subject !== undefined) {
    const found = await grants.listBySubject(subjectDigest(issuer, subject));
    yield { grants: found, looked: found.length, entries: found.length };
    return;
  }
  yield* grantPages(grants);
}

function fits(grant: GrantRecord, { subject, clientId, scope }: GrantQuery): boolean {
  return (
    (subject ?? grant.subject) === grant.subject &&
    (clientId ?? grant.client_id) === grant.client_id &&
    (scope === undefined || (parseScope(grant.granted) ?? []).includes(scope))
  );
}

function isLiving(standing: ClientStanding | undefined, created_at: number): boolean {
  return standing !== undefined && !standing.isBlocked && !isOver(standing, created_at);
}
