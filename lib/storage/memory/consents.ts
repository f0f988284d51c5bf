/**
 * Remembered consents in memory.
 *
 * @module
 */
import { requireDigest } from '../ids.ts';
import type { ConsentStore, KeptConsent, RememberedConsent } from '../store.ts';
import { ExpiringMap } from './expiring-map.ts';
import { frozenCopy } from '../../protocol/frozen-copy.ts';

interface Kept {
  readonly consent: KeptConsent;
  readonly ends_at: number;
}

export class MemoryConsents implements ConsentStore {
  readonly #now: () => number;
  /** By person and client, then by target. */
  readonly #kept: ExpiringMap<ReadonlyMap<string, Kept>>;
  /** Until when all is forgotten, by person. */
  readonly #forgotten: ExpiringMap<number>;

  constructor(now: () => number) {
    this.#now = now;
    this.#kept = new ExpiringMap(now);
    this.#forgotten = new ExpiringMap(now);
  }

  async find(subjectDigest: string, clientDigest: string): Promise<readonly KeptConsent[]> {
    const kept = this.#kept.get(idOf(subjectDigest, clientDigest));
    const forgotten = this.#forgotten.get(subjectDigest) ?? -1;
    return [...(kept?.values() ?? [])]
      .filter(({ ends_at }) => this.#now() < ends_at)
      .map(({ consent }) => consent)
      .filter(({ remembered_at = 0 }) => forgotten < remembered_at);
  }

  async remember(
    subjectDigest: string,
    clientDigest: string,
    { target, scope, shown, since = Infinity }: RememberedConsent,
    ttlMs: number,
  ): Promise<void> {
    for (const digest of [subjectDigest, clientDigest, target, shown]) requireDigest(digest);
    const id = idOf(subjectDigest, clientDigest);
    const kept = new Map(this.#kept.get(id));
    const remembered_at = Math.min(since, this.#now());
    const ends_at = remembered_at + Math.round(ttlMs);
    kept.set(target, { consent: frozenCopy({ target, scope, shown, remembered_at }), ends_at });
    this.#kept.set(id, kept, Math.max(...[...kept.values()].map((one) => one.ends_at)));
  }

  async forget(subjectDigest: string, clientDigest: string): Promise<void> {
    this.#kept.delete(idOf(subjectDigest, clientDigest));
  }

  async forgetAll(subjectDigest: string, ttlMs: number): Promise<void> {
    requireDigest(subjectDigest);
    const moment = Math.max(this.#forgotten.get(subjectDigest) ?? 0, this.#now());
    this.#forgotten.set(subjectDigest, moment, moment + Math.round(ttlMs));
  }
}

function idOf(subjectDigest: string, clientDigest: string): string {
  return `${subjectDigest} ${clientDigest}`;
}
