/**
 * Registered clients in Redis.
 *
 * @module
 */
import type {
  AnnotateOutcome,
  ClientCounts,
  ClientPage,
  ClientRecord,
  ClientStore,
  InsertOutcome,
  ListClients,
  NewClient,
  RegisteredNote,
  UnusedBound,
  UpdateOutcome,
} from '../store.ts';
import { clientPlaceOf, requireClientPlace } from '../ids.ts';
import { listClients } from './client-pages.ts';
import { formatClient, formatClientTail, formatNote, parseClient } from './client-record.ts';
import {
  ANNOTATE_CLIENT,
  INSERT_CLIENT,
  REMOVE_CLIENT,
  RENEW_CLIENT,
  UPDATE_CLIENT,
} from './client-scripts.ts';
import type { Commands } from './commands.ts';
import type { Keys } from './keys.ts';

/**
 * Places are random, so each of several shards has about its part of all clients: with room for chance
 * (three standard deviations), or a few would turn newcomers away while there is space in the others.
 */
function shardBound(max: number, shards: number): number {
  if (shards === 1) return max;
  const part = max / shards;
  return Math.ceil(part + 3 * Math.sqrt(part));
}

const UNBOUNDED: UnusedBound = { max: Number.MAX_SAFE_INTEGER, protectedMs: 0 };

/** An update that meets a new note each time comes second to whoever writes them. */
const MAX_ATTEMPTS = 3;

export class RedisClients implements ClientStore {
  readonly #commands: Commands;
  readonly #keys: Keys;

  constructor(commands: Commands, keys: Keys) {
    this.#commands = commands;
    this.#keys = keys;
  }

  async insert(record: NewClient, ttlMs: number, bound = UNBOUNDED): Promise<InsertOutcome> {
    const place = requireClientPlace(record.client_id);
    const max = shardBound(bound.max, this.#keys.shards.length);
    const {
      tag,
      values: [value = 0],
    } = await this.#commands.run({
      script: INSERT_CLIENT,
      keys: [this.#keys.clientAt(place), this.#keys.shardOf(place).unused],
      args: [ttlMs, formatClient(record), place, max, bound.protectedMs],
    });
    return tag === 'full' ? { outcome: tag, waitMs: value } : { outcome: tag, evicted: value };
  }

  async find(clientId: string): Promise<ClientRecord | undefined> {
    const place = clientPlaceOf(clientId);
    if (place === undefined) return undefined;
    const key = this.#keys.clientAt(place);
    const record = await this.#commands.text(key, (stored) => parseClient(stored, place));
    return record && this.#commands.now() < record.expires_at ? record : undefined;
  }

  async renew(record: ClientRecord, ttlMs: number): Promise<void> {
    const place = clientPlaceOf(record.client_id);
    if (place === undefined) return;
    const { unused, used } = this.#keys.shardOf(place);
    await this.#commands.run({
      script: RENEW_CLIENT,
      keys: [this.#keys.clientAt(place), unused, used],
      args: [ttlMs, formatClientTail(record), record.expires_at, place],
    });
  }

  async update(read: ClientRecord, client: NewClient): Promise<UpdateOutcome> {
    let [before, next, note] = [read, client, formatNote(read.registered)];
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
      const outcome = await this.#update(before, next, note);
      if (outcome !== 'annotated') return outcome;
      const { registered } = (await this.find(read.client_id)) ?? {};
      if (!registered) return 'gone';
      // The same in other words: then there is nothing to wait for.
      note = formatNote(registered) === note ? '' : formatNote(registered);
      [before, next] = [
        { ...before, registered },
        { ...next, registered },
      ];
    }
    return 'changed';
  }

  async #update(
    { client_id, revision = 0 }: ClientRecord,
    client: NewClient,
    note: string,
  ): Promise<UpdateOutcome | 'annotated'> {
    const place = clientPlaceOf(client_id);
    if (place === undefined) return 'gone';
    const { tag } = await this.#commands.run({
      script: UPDATE_CLIENT,
      keys: [this.#keys.clientAt(place)],
      args: [formatClient({ ...client, revision: revision + 1 }), revision, note],
    });
    return tag;
  }

  async annotate(read: ClientRecord, note: RegisteredNote): Promise<AnnotateOutcome> {
    const place = clientPlaceOf(read.client_id);
    if (place === undefined) return 'gone';
    const { tag } = await this.#commands.run({
      script: ANNOTATE_CLIENT,
      keys: [this.#keys.clientAt(place)],
      args: [formatNote(note), formatNote(read.registered), read.revision ?? 0],
    });
    return tag;
  }

  async count(): Promise<ClientCounts> {
    const total = async (index: 'unused' | 'used'): Promise<number> => {
      const counts = this.#keys.shards.map((shard) => this.#commands.countAfterNow(shard[index]));
      return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
    };
    const [unused, used] = await Promise.all([total('unused'), total('used')]);
    return { unused, used };
  }

  async remove(clientId: string): Promise<void> {
    const place = clientPlaceOf(clientId);
    if (place === undefined) return;
    const { unused, used } = this.#keys.shardOf(place);
    await this.#commands.run({
      script: REMOVE_CLIENT,
      keys: [this.#keys.clientAt(place), unused, used],
      args: [place],
    });
  }

  list(query: ListClients): Promise<ClientPage> {
    return listClients({ commands: this.#commands, keys: this.#keys }, query);
  }
}
