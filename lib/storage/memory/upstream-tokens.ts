/**
 * The tokens of identity providers in memory.
 *
 * @module
 */
import { requireGrantId } from '../ids.ts';
import type {
  ReplaceUpstreamOutcome,
  ReplaceUpstreamTokens,
  UpstreamTokenStore,
} from '../store.ts';
import { ExpiringMap } from './expiring-map.ts';

interface Kept {
  readonly sealed: string;
  readonly ends_at: number;
  readonly replacedBy?: string;
}

interface Lock {
  readonly owner: string;
  readonly ends_at: number;
}

export class MemoryUpstreamTokens implements UpstreamTokenStore {
  readonly #now: () => number;
  readonly #kept: ExpiringMap<Kept>;
  readonly #locks: ExpiringMap<Lock>;

  constructor(now: () => number) {
    this.#now = now;
    this.#kept = new ExpiringMap(now);
    this.#locks = new ExpiringMap(now);
  }

  /** Those of a grant that begins. */
  start(grantId: string, sealed: string, ends_at: number): void {
    this.#kept.set(grantId, { sealed, ends_at }, ends_at);
  }

  /** The grant ends at another time: later, or just now. */
  moveEnd(grantId: string, ends_at: number): void {
    const kept = this.#kept.get(grantId);
    if (kept) this.#kept.set(grantId, { ...kept, ends_at }, ends_at);
  }

  async find(grantId: string): Promise<string | undefined> {
    return this.#alive(grantId)?.sealed;
  }

  async lock(grantId: string, owner: string, ttlMs: number): Promise<boolean> {
    requireGrantId(grantId);
    const lock = this.#lockOf(grantId);
    if (lock) return lock.owner === owner;
    const ends_at = this.#now() + Math.round(ttlMs);
    this.#locks.set(grantId, { owner, ends_at }, ends_at);
    return true;
  }

  async unlock(grantId: string, owner: string): Promise<void> {
    if (this.#lockOf(grantId)?.owner === owner) this.#locks.delete(grantId);
  }

  async replace(
    grantId: string,
    { owner, sealed, requestId }: ReplaceUpstreamTokens,
  ): Promise<ReplaceUpstreamOutcome> {
    const kept = this.#alive(grantId);
    if (!kept) return 'gone';
    if (kept.replacedBy === requestId) return 'done';
    if (this.#lockOf(grantId)?.owner !== owner) return 'lost';
    this.#kept.set(grantId, { ...kept, sealed, replacedBy: requestId }, kept.ends_at);
    this.#locks.delete(grantId);
    return 'done';
  }

  async take(grantId: string): Promise<string | undefined> {
    const sealed = this.#kept.get(grantId)?.sealed;
    this.#kept.delete(grantId);
    return sealed;
  }

  #alive(grantId: string): Kept | undefined {
    const kept = this.#kept.get(grantId);
    return kept && this.#now() < kept.ends_at ? kept : undefined;
  }

  #lockOf(grantId: string): Lock | undefined {
    const lock = this.#locks.get(grantId);
    return lock && this.#now() < lock.ends_at ? lock : undefined;
  }
}
