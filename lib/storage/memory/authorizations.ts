/**
 * Authorization requests in progress, in memory.
 *
 * @module
 */
import {
  SCHEMA_VERSION,
  StoreUnavailableError,
  type Allow,
  type Attempt,
  type AuthorizationStore,
  type DecisionOutcome,
  type FoundAuthorization,
  type LoginAttempt,
  type LoginResult,
  type NewAuthorization,
  type TakeLoginOutcome,
} from '../store.ts';
import { ExpiringMap } from './expiring-map.ts';
import { frozenCopy } from '../../protocol/frozen-copy.ts';
import type { MemoryGrants } from './grants.ts';
import { requireDigest, requireGrantId } from '../ids.ts';

interface Kept {
  readonly found: FoundAuthorization;
  /** What was inserted, to tell a repetition from a collision. */
  readonly inserted: string;
  /** Request ids of the calls that decided, used up the state, and noted who logged in. */
  readonly decidedBy?: string;
  readonly takenBy?: string | undefined;
  readonly loggedInBy?: string;
}

export class MemoryAuthorizations implements AuthorizationStore {
  readonly #now: () => number;
  readonly #grants: MemoryGrants;
  readonly #kept: ExpiringMap<Kept>;

  constructor(now: () => number, grants: MemoryGrants) {
    this.#now = now;
    this.#grants = grants;
    this.#kept = new ExpiringMap(now);
  }

  async insert(pending: NewAuthorization, ttlMs: number, attempt?: LoginAttempt): Promise<void> {
    requireGrantId(pending.grant_id);
    if (attempt) requireDigest(attempt.state);
    const inserted = JSON.stringify([pending, attempt?.state]);
    const kept = this.#kept.get(pending.grant_id);
    if (kept) {
      if (kept.inserted === inserted) return;
      throw new StoreUnavailableError('the store is unavailable (taken)');
    }
    const created_at = this.#now();
    const expires_at = created_at + Math.round(ttlMs);
    const begun = { v: SCHEMA_VERSION, ...pending, created_at, expires_at } as const;
    this.#keep({ found: { pending: begun, ...(attempt && { attempt }) }, inserted });
  }

  async find(grantId: string): Promise<FoundAuthorization | undefined> {
    const found = this.#kept.get(grantId)?.found;
    return found && this.#now() < found.pending.expires_at ? found : undefined;
  }

  async beginLogin(grantId: string, attempt: LoginAttempt): Promise<DecisionOutcome> {
    requireDigest(attempt.state);
    const kept = this.#alive(grantId);
    if (!kept) return 'gone';
    if (kept.found.decision) return 'decided';
    if (kept.found.attempt?.state === attempt.state) return 'done';
    this.#keep({ ...kept, found: { ...kept.found, attempt }, takenBy: undefined });
    return 'done';
  }

  async takeLogin(
    grantId: string,
    state: string,
    { requestId }: Attempt,
  ): Promise<TakeLoginOutcome> {
    const kept = this.#kept.get(grantId);
    if (!kept || kept.found.attempt?.state !== state) return 'gone';
    if (kept.takenBy !== undefined) return kept.takenBy === requestId ? 'taken' : 'gone';
    if (!this.#alive(grantId) || kept.found.decision) return 'gone';
    this.#keep({ ...kept, takenBy: requestId });
    return 'taken';
  }

  async completeLogin(
    grantId: string,
    login: LoginResult,
    { requestId }: Attempt,
  ): Promise<DecisionOutcome> {
    const kept = this.#kept.get(grantId);
    if (!kept) return 'gone';
    if (kept.loggedInBy === requestId) return 'done';
    if (!this.#alive(grantId)) return 'gone';
    if (kept.found.decision) return 'decided';
    this.#keep({ ...kept, found: { ...kept.found, login }, loggedInBy: requestId });
    return 'done';
  }

  async allow(allow: Allow): Promise<DecisionOutcome> {
    const { grant, requestId } = allow;
    const kept = this.#kept.get(grant.grant_id);
    if (!kept) return 'gone';
    const { decision, login } = kept.found;
    if (decision === 'allowed' && kept.decidedBy === requestId) return 'done';
    if (!this.#alive(grant.grant_id)) return 'gone';
    if (decision === 'denied') return 'decided';
    if (decision === 'allowed') return this.#grants.standing(grant);
    if (login?.person !== allow.login?.person) return 'decided';
    this.#decide(kept, 'allowed', requestId);
    this.#grants.start(allow, login?.tokens);
    return 'done';
  }

  async deny(grantId: string, { requestId }: Attempt): Promise<DecisionOutcome> {
    const kept = this.#kept.get(grantId);
    if (!kept) return 'gone';
    const { decision } = kept.found;
    if (decision === 'denied' && kept.decidedBy === requestId) return 'done';
    if (!this.#alive(grantId)) return 'gone';
    if (decision !== undefined) return decision === 'denied' ? 'done' : 'decided';
    this.#decide(kept, 'denied', requestId);
    return 'done';
  }

  #alive(grantId: string): Kept | undefined {
    const kept = this.#kept.get(grantId);
    return kept && this.#now() < kept.found.pending.expires_at ? kept : undefined;
  }

  #decide(kept: Kept, decision: 'allowed' | 'denied', decidedBy: string): void {
    this.#keep({ ...kept, found: { ...kept.found, decision }, decidedBy });
  }

  #keep(kept: Kept): void {
    const { grant_id, expires_at } = kept.found.pending;
    this.#kept.set(grant_id, frozenCopy(kept), expires_at);
  }
}
