/**
 * Authorization grants in memory.
 *
 * @module
 */
import {
  SCHEMA_VERSION,
  type Allow,
  type Attempt,
  type DecisionOutcome,
  type GrantRecord,
  type GrantStore,
  type Redeem,
  type RedeemOutcome,
  type Rotate,
  type RotateOutcome,
} from '../store.ts';
import { ExpiringMap } from './expiring-map.ts';
import { frozenCopy } from './frozen.ts';

interface Kept {
  readonly grant: GrantRecord;
  /** Request ids of the redemption and of the last rotation. */
  readonly redeemedBy?: string;
  readonly rotatedBy?: string;
  /** The end that the refresh token before had of itself. */
  readonly previousEndsAt?: number;
}

export class MemoryGrants implements GrantStore {
  readonly #now: () => number;
  readonly #kept: ExpiringMap<Kept>;

  constructor(now: () => number) {
    this.#now = now;
    this.#kept = new ExpiringMap(now);
  }

  async find(grantId: string): Promise<GrantRecord | undefined> {
    return this.#alive(grantId)?.grant;
  }

  /** Makes the grant of an allowed request. */
  start({ grant, codeTtlMs, grantMaxTtlMs }: Allow): void {
    const created_at = this.#now();
    const ends_at = created_at + Math.round(grantMaxTtlMs);
    const expires_at = Math.min(created_at + Math.round(codeTtlMs), ends_at);
    const state = { generation: 0, created_at, ends_at, expires_at };
    this.#keep({ grant: { v: SCHEMA_VERSION, ...grant, ...state } });
  }

  /** Whether an earlier allow still stands for the person who allows again. */
  standing(grantId: string, subject: string): DecisionOutcome {
    const grant = this.#kept.get(grantId)?.grant;
    if (!grant) return 'gone';
    if (grant.subject !== subject || grant.redeemed_at !== undefined) return 'decided';
    return this.#alive(grantId) ? 'done' : 'gone';
  }

  async redeem(redeem: Redeem): Promise<RedeemOutcome> {
    const kept = this.#alive(redeem.grantId);
    if (!kept) return 'gone';
    const { grant } = kept;
    const now = this.#now();
    if (grant.redeemed_at !== undefined) {
      if (kept.redeemedBy === redeem.requestId) return 'redeemed';
      if (now - grant.redeemed_at <= redeem.doubledWithinMs) return 'doubled';
      this.#kept.delete(redeem.grantId);
      return 'replayed';
    }
    const lifetime = Math.round(grant.refreshable ? redeem.idleTtlMs : redeem.accessTtlMs);
    const expires_at = Math.min(now + lifetime, grant.ends_at);
    this.#keep({
      grant: { ...grant, generation: 1, redeemed_at: now, expires_at },
      redeemedBy: redeem.requestId,
    });
    return 'redeemed';
  }

  async rotate(rotate: Rotate): Promise<RotateOutcome> {
    const kept = this.#alive(rotate.grantId);
    const presented = rotate.generation;
    if (!kept?.grant.refreshable || kept.grant.generation < 1) return { outcome: 'gone' };
    if (!Number.isSafeInteger(presented) || presented < 1) return { outcome: 'gone' };
    const { grant } = kept;
    const { generation } = grant;
    const now = this.#now();
    if (kept.rotatedBy === rotate.requestId) return { outcome: 'rotated', generation };
    if (presented < generation) {
      const inTime = now <= (grant.rotated_at ?? 0) + rotate.graceMs;
      if (presented === generation - 1 && inTime) {
        const isOver = now >= (kept.previousEndsAt ?? 0);
        return isOver ? { outcome: 'gone' } : { outcome: 'repeated', generation };
      }
      this.#kept.delete(rotate.grantId);
      return { outcome: 'reused' };
    }
    const expires_at = Math.min(now + Math.round(rotate.idleTtlMs), grant.ends_at);
    this.#keep({
      ...kept,
      grant: { ...grant, generation: presented + 1, rotated_at: now, expires_at },
      rotatedBy: rotate.requestId,
      previousEndsAt: grant.expires_at,
    });
    return { outcome: 'rotated', generation: presented + 1 };
  }

  async revoke(grantId: string, _attempt: Attempt): Promise<void> {
    this.#kept.delete(grantId);
  }

  #alive(grantId: string): Kept | undefined {
    const kept = this.#kept.get(grantId);
    if (!kept) return undefined;
    return this.#now() < Math.min(kept.grant.expires_at, kept.grant.ends_at) ? kept : undefined;
  }

  #keep(kept: Kept): void {
    this.#kept.set(kept.grant.grant_id, frozenCopy(kept), kept.grant.expires_at);
  }
}
