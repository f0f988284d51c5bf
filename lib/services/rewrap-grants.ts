/**
 * Sealing anew what is kept with grants, after the secrets were changed: so that what nobody asks for
 * opens, too, when the old secret is gone.
 *
 * @module
 */
import { OAuthError } from '../protocol/errors.ts';
import type { GrantRecord, GrantStore, UpstreamTokenStore } from '../storage/store.ts';
import type { Envelopes } from '../tokens/envelope.ts';
import { openClaims } from './grant-claims.ts';
import { grantPages } from './grant-pages.ts';
import { openUpstreamTokens, sealAgain } from './kept-upstream-tokens.ts';

export interface RewrapGrantsDeps {
  readonly grants: Pick<GrantStore, 'scan'>;
  readonly upstreamTokens: Pick<UpstreamTokenStore, 'find' | 'lock' | 'replace' | 'unlock'>;
  readonly envelopes: Envelopes;
  readonly newRequestId: () => string;
}

/** How many there are of each. */
export interface RewrapCounts {
  /** Sealed for the secrets of now by this run. */
  readonly sealed: number;
  /** Sealed for them before. */
  readonly current: number;
  /** Not yet: in use at this moment, or sealed with the next refresh of the grant. */
  readonly waiting: number;
  /** Not opened by any of the secrets. */
  readonly unopened: number;
}

export interface RewrapReport {
  readonly upstreamTokens: RewrapCounts;
  /** Claims of people are sealed where their grant is refreshed, and nowhere else. */
  readonly claims: RewrapCounts;
}

/** How much was looked at for a page, and how much there is in all, about. */
export type OnPage = (looked: number, entries: number) => void;

type Standing = keyof RewrapCounts;

/**
 * Looks through all that is stored. Beside traffic, and to be repeated.
 *
 * @throws {StoreUnavailableError}
 */
export async function rewrapGrants(deps: RewrapGrantsDeps, onPage: OnPage): Promise<RewrapReport> {
  const upstreamTokens = new Tally();
  const claims = new Tally();
  for await (const { grants, looked, entries } of grantPages(deps.grants)) {
    await Promise.all(
      grants.map(async (grant) => {
        upstreamTokens.add(grant.grant_id, await tokensOf(deps, grant.grant_id));
        claims.add(grant.grant_id, claimsOf(deps, grant));
      }),
    );
    onPage(looked, entries);
  }
  return { upstreamTokens: upstreamTokens.counts(), claims: claims.counts() };
}

/** Each grant once: a page may bring one again, and it counts as it was found first. */
class Tally {
  readonly #standings = new Map<string, Standing>();

  add(grantId: string, standing: Standing | undefined): void {
    if (standing && !this.#standings.has(grantId)) this.#standings.set(grantId, standing);
  }

  counts(): RewrapCounts {
    const counts = { sealed: 0, current: 0, waiting: 0, unopened: 0 };
    for (const standing of this.#standings.values()) counts[standing] += 1;
    return counts;
  }
}

async function tokensOf(deps: RewrapGrantsDeps, grantId: string): Promise<Standing | undefined> {
  const sealed = await deps.upstreamTokens.find(grantId);
  if (sealed === undefined) return undefined;
  return opening(async () => {
    const found = openUpstreamTokens(deps.envelopes, grantId, sealed);
    if (found.isForAll) return 'current';
    await sealAgain(deps, grantId, found);
    const after = await deps.upstreamTokens.find(grantId);
    if (after === undefined) return undefined;
    // An instance that holds the lock seals them for the secrets that it knows.
    return openUpstreamTokens(deps.envelopes, grantId, after).isForAll ? 'sealed' : 'waiting';
  });
}

function claimsOf({ envelopes }: RewrapGrantsDeps, grant: GrantRecord): Standing | undefined {
  if (grant.claims === undefined) return undefined;
  try {
    return openClaims(envelopes, grant).isForAll ? 'current' : 'waiting';
  } catch (error) {
    return unopened(error);
  }
}

async function opening(run: () => Promise<Standing | undefined>): Promise<Standing | undefined> {
  try {
    return await run();
  } catch (error) {
    return unopened(error);
  }
}

/** What does not open is told of as an error of the protocol; everything else is the store's. */
function unopened(error: unknown): Standing {
  if (error instanceof OAuthError) return 'unopened';
  throw error;
}
