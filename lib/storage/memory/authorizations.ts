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
  type PendingAuthorization,
} from '../store.ts';
import { ExpiringMap } from './expiring-map.ts';
import { frozenCopy } from './frozen.ts';
import type { MemoryGrants } from './grants.ts';
import { requireGrantId } from '../ids.ts';

interface Kept {
  readonly found: FoundAuthorization;
  /** What was inserted, to tell a repetition from a collision. */
  readonly inserted: string;
  /** Request id of the call that decided. */
  readonly decidedBy?: string;
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

  async insert(
    pending: Omit<PendingAuthorization, 'v' | 'created_at' | 'expires_at'>,
    ttlMs: number,
  ): Promise<void> {
    requireGrantId(pending.grant_id);
    const inserted = JSON.stringify(pending);
    const kept = this.#kept.get(pending.grant_id);
    if (kept) {
      if (kept.inserted === inserted) return;
      throw new StoreUnavailableError('the store is unavailable (taken)');
    }
    const created_at = this.#now();
    const expires_at = created_at + Math.round(ttlMs);
    const found = { pending: { v: SCHEMA_VERSION, ...pending, created_at, expires_at } } as const;
    this.#keep({ found, inserted });
  }

  async find(grantId: string): Promise<FoundAuthorization | undefined> {
    const found = this.#kept.get(grantId)?.found;
    return found && this.#now() < found.pending.expires_at ? found : undefined;
  }

  async allow(allow: Allow): Promise<DecisionOutcome> {
    const { grant, requestId } = allow;
    const kept = this.#kept.get(grant.grant_id);
    if (!kept) return 'gone';
    const { pending, decision } = kept.found;
    if (decision === 'allowed' && kept.decidedBy === requestId) return 'done';
    if (this.#now() >= pending.expires_at) return 'gone';
    if (decision === 'denied') return 'decided';
    if (decision === 'allowed') return this.#grants.standing(grant.grant_id, grant.subject);
    this.#keep({ ...kept, found: { pending, decision: 'allowed' }, decidedBy: requestId });
    this.#grants.start(allow);
    return 'done';
  }

  async deny(grantId: string, { requestId }: Attempt): Promise<DecisionOutcome> {
    const kept = this.#kept.get(grantId);
    if (!kept) return 'gone';
    const { pending, decision } = kept.found;
    if (decision === 'denied' && kept.decidedBy === requestId) return 'done';
    if (this.#now() >= pending.expires_at) return 'gone';
    if (decision !== undefined) return decision === 'denied' ? 'done' : 'decided';
    this.#keep({ ...kept, found: { pending, decision: 'denied' }, decidedBy: requestId });
    return 'done';
  }

  #keep(kept: Kept): void {
    const { grant_id, expires_at } = kept.found.pending;
    this.#kept.set(grant_id, frozenCopy(kept), expires_at);
  }
}
