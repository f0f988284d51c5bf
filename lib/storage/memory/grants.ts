/**
 * Authorization grants in memory.
 *
 * @module
 */
import { ArgumentError } from '../../diagnostics/argument-error.ts';
import {
  MAX_GRANTS_PER_SUBJECT,
  SCHEMA_VERSION,
  type Allow,
  type Attempt,
  type DecisionOutcome,
  type GrantPage,
  type GrantRecord,
  type GrantStore,
  type NewGrant,
  type Redeem,
  type RedeemOutcome,
  type Rotate,
  type RotateOutcome,
  type SubjectEntry,
} from '../store.ts';
import { requireDigest, requireGrantId } from '../ids.ts';
import { surplusGrants } from '../surplus-grants.ts';
import { ExpiringMap } from './expiring-map.ts';
import { frozenCopy } from '../../protocol/frozen-copy.ts';
import type { MemoryUpstreamTokens } from './upstream-tokens.ts';

interface Kept {
  readonly grant: GrantRecord;
  /** Request ids of the redemption and of the last rotation. */
  readonly redeemedBy?: string;
  readonly rotatedBy?: string;
}

export class MemoryGrants implements GrantStore {
  readonly #now: () => number;
  readonly #upstreamTokens: MemoryUpstreamTokens;
  readonly #kept: ExpiringMap<Kept>;
  /** Ids of the grants of each person, with the ends that were told, by the digest. */
  readonly #bySubject: ExpiringMap<ReadonlyMap<string, number>>;

  constructor(now: () => number, upstreamTokens: MemoryUpstreamTokens) {
    this.#now = now;
    this.#upstreamTokens = upstreamTokens;
    this.#kept = new ExpiringMap(now);
    this.#bySubject = new ExpiringMap(now);
  }

  /** In one page: there is no limit that it would keep. */
  async scan(cursor?: string): Promise<GrantPage> {
    if (cursor !== undefined) throw new ArgumentError('the cursor is not one of a page of grants');
    const kept = this.#kept.values();
    const grants = kept.flatMap(({ grant }) => this.#alive(grant.grant_id)?.grant ?? []);
    return { grants, looked: kept.length, entries: kept.length };
  }

  async find(grantId: string): Promise<GrantRecord | undefined> {
    return this.#alive(grantId)?.grant;
  }

  /** Makes the grant of an allowed request. */
  start({ grant, codeTtlMs, grantMaxTtlMs }: Allow, upstreamTokens: string | undefined): void {
    const created_at = this.#now();
    const ends_at = created_at + Math.round(grantMaxTtlMs);
    const expires_at = Math.min(created_at + Math.round(codeTtlMs), ends_at);
    const state = { generation: 0, created_at, ends_at, expires_at };
    if (upstreamTokens !== undefined) {
      this.#upstreamTokens.start(grant.grant_id, upstreamTokens, expires_at);
    }
    this.#keep({ grant: { v: SCHEMA_VERSION, ...grant, ...state } });
  }

  /** Whether an earlier allow still stands for the person who allows the same again. */
  standing({ grant_id, subject, granted }: NewGrant): DecisionOutcome {
    const grant = this.#kept.get(grant_id)?.grant;
    if (!grant) return 'gone';
    if (grant.subject !== subject || grant.granted !== granted) return 'decided';
    if (grant.redeemed_at !== undefined) return 'decided';
    return this.#alive(grant_id) ? 'done' : 'gone';
  }

  async redeem(redeem: Redeem): Promise<RedeemOutcome> {
    const kept = this.#alive(redeem.grantId);
    if (!kept) return 'gone';
    const { grant } = kept;
    const now = this.#now();
    if (grant.redeemed_at !== undefined) {
      if (kept.redeemedBy === redeem.requestId) return 'redeemed';
      if (now - grant.redeemed_at <= redeem.doubledWithinMs) return 'doubled';
      this.#end(redeem.grantId);
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
        const isOver = now >= (grant.previous_ends_at ?? 0);
        return isOver ? { outcome: 'gone' } : { outcome: 'repeated', generation };
      }
      this.#end(rotate.grantId);
      return { outcome: 'reused' };
    }
    const expires_at = Math.min(now + Math.round(rotate.idleTtlMs), grant.ends_at);
    this.#keep({
      ...kept,
      grant: {
        ...grant,
        ...(rotate.claims !== undefined && { claims: rotate.claims }),
        generation: presented + 1,
        rotated_at: now,
        previous_ends_at: grant.expires_at,
        expires_at,
      },
      rotatedBy: rotate.requestId,
    });
    return { outcome: 'rotated', generation: presented + 1 };
  }

  async index({
    grantId,
    subjectDigest,
    clientId,
    ttlMs,
  }: SubjectEntry): Promise<readonly GrantRecord[]> {
    requireGrantId(grantId);
    requireDigest(subjectDigest);
    const now = this.#now();
    const told = new Map(this.#bySubject.get(subjectDigest));
    // An end only moves on: of two writers that cross, the later one may know of the sooner end.
    told.set(grantId, Math.max(now + Math.round(ttlMs), told.get(grantId) ?? 0));
    // One that is not there may be about to come: it was told of beside that.
    for (const [id, endsAt] of told) if (endsAt <= now) told.delete(id);
    const isFull = told.size > MAX_GRANTS_PER_SUBJECT;
    const surplus = isFull ? this.#makeRoom(told, grantId, clientId) : [];
    this.#bySubject.set(subjectDigest, told, Math.max(...told.values()));
    return surplus;
  }

  async listBySubject(subjectDigest: string): Promise<readonly GrantRecord[]> {
    return this.#living(this.#bySubject.get(subjectDigest)?.keys() ?? []);
  }

  async revoke(grantId: string, _attempt: Attempt): Promise<void> {
    this.#end(grantId);
  }

  /** Those that were revoked make room first, then those of the client that has most; never the new one. */
  #makeRoom(told: Map<string, number>, newId: string, clientId: string): readonly GrantRecord[] {
    const others = this.#living(told.keys()).filter(({ grant_id }) => grant_id !== newId);
    const surplus = surplusGrants(others, clientId);
    for (const { grant_id } of surplus) this.#end(grant_id);
    const staying = others.filter((one) => !surplus.includes(one));
    const left = new Set([newId, ...staying.map(({ grant_id }) => grant_id)]);
    for (const id of told.keys()) if (!left.has(id)) told.delete(id);
    return surplus;
  }

  /** Those that are alive, by their ends. */
  #living(ids: Iterable<string>): GrantRecord[] {
    return [...ids]
      .flatMap((id) => this.#alive(id)?.grant ?? [])
      .sort((one, other) => one.expires_at - other.expires_at);
  }

  #alive(grantId: string): Kept | undefined {
    const kept = this.#kept.get(grantId);
    if (!kept) return undefined;
    return this.#now() < Math.min(kept.grant.expires_at, kept.grant.ends_at) ? kept : undefined;
  }

  #keep(kept: Kept): void {
    const { grant_id, expires_at } = kept.grant;
    this.#kept.set(grant_id, frozenCopy(kept), expires_at);
    this.#upstreamTokens.moveEnd(grant_id, expires_at);
  }

  #end(grantId: string): void {
    this.#kept.delete(grantId);
    this.#upstreamTokens.moveEnd(grantId, this.#now());
  }
}
