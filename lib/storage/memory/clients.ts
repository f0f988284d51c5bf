/**
 * Registered clients in memory.
 *
 * @module
 */
import {
  SCHEMA_VERSION,
  StoreUnavailableError,
  type ClientRecord,
  type ClientStore,
} from '../store.ts';
import { ExpiringMap } from './expiring-map.ts';
import { frozenCopy } from './frozen.ts';
import { requireClientId } from '../ids.ts';

interface Kept {
  readonly record: ClientRecord;
  /** What was inserted, to tell a repetition from a collision. */
  readonly inserted: string;
}

export class MemoryClients implements ClientStore {
  readonly #now: () => number;
  readonly #kept: ExpiringMap<Kept>;

  constructor(now: () => number) {
    this.#now = now;
    this.#kept = new ExpiringMap(now);
  }

  async insert(
    record: Omit<ClientRecord, 'v' | 'expires_at' | 'used'>,
    ttlMs: number,
  ): Promise<void> {
    requireClientId(record.client_id);
    const inserted = JSON.stringify(record);
    const kept = this.#kept.get(record.client_id);
    if (kept) {
      if (kept.inserted === inserted) return;
      throw new StoreUnavailableError('the store is unavailable (taken)');
    }
    const expires_at = this.#now() + Math.round(ttlMs);
    this.#keep({ record: { v: SCHEMA_VERSION, ...record, expires_at, used: false }, inserted });
  }

  async find(clientId: string): Promise<ClientRecord | undefined> {
    const record = this.#kept.get(clientId)?.record;
    return record && this.#now() < record.expires_at ? record : undefined;
  }

  async renew(record: ClientRecord, ttlMs: number): Promise<void> {
    const kept = this.#kept.get(record.client_id);
    const now = this.#now();
    if (!kept || now >= kept.record.expires_at) return;
    if (kept.record.expires_at !== record.expires_at || kept.record.used !== record.used) return;
    const expires_at = now + Math.round(ttlMs);
    this.#keep({ ...kept, record: { ...kept.record, expires_at, used: true } });
  }

  #keep(kept: Kept): void {
    this.#kept.set(kept.record.client_id, frozenCopy(kept), kept.record.expires_at);
  }
}
