/**
 * Registered clients in memory.
 *
 * @module
 */
import { cursorAfter, isAfter, startOf, type ClientPosition } from '../client-cursor.ts';
import {
  SCHEMA_VERSION,
  StoreUnavailableError,
  type AnnotateOutcome,
  type ClientCounts,
  type ClientPage,
  type ClientRecord,
  type ClientStore,
  type InsertOutcome,
  type ListClients,
  type NewClient,
  type RegisteredNote,
  type UnusedBound,
  type UpdateOutcome,
} from '../store.ts';
import { ExpiringMap } from './expiring-map.ts';
import { frozenCopy } from '../../protocol/frozen-copy.ts';
import { clientPlaceOf, requireClientPlace } from '../ids.ts';

interface Kept {
  readonly record: ClientRecord;
  /** What was written last, to tell a repetition from a collision. */
  readonly written: string;
}

const UNBOUNDED: UnusedBound = { max: Infinity, protectedMs: 0 };

export class MemoryClients implements ClientStore {
  readonly #now: () => number;
  readonly #kept: ExpiringMap<Kept>;
  /** Ids of clients that nobody has consented to, oldest first. Those that ended go with the others. */
  readonly #unused = new Set<string>();

  constructor(now: () => number) {
    this.#now = now;
    this.#kept = new ExpiringMap(now);
  }

  async insert(record: NewClient, ttlMs: number, bound = UNBOUNDED): Promise<InsertOutcome> {
    requireClientPlace(record.client_id);
    const written = JSON.stringify(record);
    const kept = this.#kept.get(record.client_id);
    if (kept) {
      if (kept.written === written) return { outcome: 'inserted', evicted: 0 };
      throw new StoreUnavailableError('the store is unavailable (taken)');
    }
    const made = this.#makeRoom(bound);
    if (made.outcome === 'full') return made;
    const expires_at = this.#now() + Math.round(ttlMs);
    this.#keep({ record: { v: SCHEMA_VERSION, ...record, expires_at, used: false }, written });
    this.#unused.add(record.client_id);
    return made;
  }

  async count(): Promise<ClientCounts> {
    const records = [...this.#kept.values()].map(({ record }) => record);
    const living = records.filter((record) => this.#now() < record.expires_at);
    const used = living.filter((record) => record.used).length;
    return { unused: living.length - used, used };
  }

  async list(query: ListClients): Promise<ClientPage> {
    const position = startOf(query, 1);
    const behind = [...this.#kept.values()]
      .map(({ record }) => record)
      .filter((record) => record.used === query.used && this.#now() < record.expires_at)
      .filter((record) => isAfter(positionOf(record), position))
      .sort((one, other) => (isAfter(positionOf(one), positionOf(other)) ? 1 : -1));
    const clients = behind.slice(0, query.limit);
    const last = clients.at(-1);
    return behind.length > clients.length && last
      ? { clients, cursor: cursorAfter(positionOf(last)) }
      : { clients };
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
    // Never sooner than was said before: a grant that counts on it may be older than the settings.
    const expires_at = Math.max(now + Math.round(ttlMs), record.expires_at);
    this.#keep({ ...kept, record: { ...kept.record, expires_at, used: true } });
    this.#unused.delete(record.client_id);
  }

  async update(read: ClientRecord, client: NewClient): Promise<UpdateOutcome> {
    const kept = this.#kept.get(read.client_id);
    if (!kept || this.#now() >= kept.record.expires_at) return 'gone';
    const updated = { ...client, revision: (read.revision ?? 0) + 1 };
    const written = JSON.stringify(updated);
    if (kept.written === written) return 'updated';
    const { v, expires_at, used, revision = 0, registered: noted } = kept.record;
    if (revision !== (read.revision ?? 0)) return 'changed';
    const isRead = JSON.stringify(client.registered) === JSON.stringify(read.registered);
    const registered = isRead ? noted : client.registered;
    this.#keep({ record: { v, ...updated, registered, expires_at, used }, written });
    return 'updated';
  }

  async annotate(read: ClientRecord, note: RegisteredNote): Promise<AnnotateOutcome> {
    const kept = this.#kept.get(read.client_id);
    if (!kept || this.#now() >= kept.record.expires_at) return 'gone';
    const { record } = kept;
    const [written, noted] = [JSON.stringify(note), JSON.stringify(record.registered)];
    if (record.revision !== read.revision) return 'changed';
    if (noted === written) return 'annotated';
    if (noted !== JSON.stringify(read.registered)) return 'changed';
    this.#keep({ ...kept, record: { ...record, registered: note } });
    return 'annotated';
  }

  async remove(clientId: string): Promise<void> {
    this.#kept.delete(clientId);
    this.#unused.delete(clientId);
  }

  /** The oldest unused clients go, as many as are too many, unless even the oldest is protected. */
  #makeRoom({ max, protectedMs }: UnusedBound): InsertOutcome {
    let evicted = 0;
    for (const clientId of this.#unused) {
      if (this.#unused.size < max) break;
      const kept = this.#kept.get(clientId)?.record;
      const record = kept && this.#now() < kept.expires_at ? kept : undefined;
      const age = this.#now() - (record?.client_id_issued_at ?? 0) * 1000;
      if (record && age < protectedMs) {
        if (evicted === 0) return { outcome: 'full', waitMs: protectedMs - age };
        break;
      }
      if (record) evicted += 1;
      this.#unused.delete(clientId);
      this.#kept.delete(clientId);
    }
    return { outcome: 'inserted', evicted };
  }

  #keep(kept: Kept): void {
    this.#kept.set(kept.record.client_id, frozenCopy(kept), kept.record.expires_at);
  }
}

function positionOf({ client_id, expires_at }: ClientRecord): ClientPosition {
  return { shard: 0, expires_at, place: clientPlaceOf(client_id) ?? '' };
}
