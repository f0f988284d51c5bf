/**
 * Registered clients in Redis.
 *
 * @module
 */
import type {
  ClientPage,
  ClientRecord,
  ClientStore,
  InsertOutcome,
  ListClients,
  NewClient,
  UnusedBound,
} from '../store.ts';
import { listClients } from './client-pages.ts';
import { formatClient, formatClientTail, parseClient } from './client-record.ts';
import { INSERT_CLIENT, RENEW_CLIENT } from './client-scripts.ts';
import type { Commands } from './commands.ts';
import type { Keys } from './keys.ts';

/**
 * Ids are random, so each of several shards has about its part of all clients: with room for chance
 * (three standard deviations), or a few would turn newcomers away while there is space in the others.
 */
function shardBound(max: number, shards: number): number {
  if (shards === 1) return max;
  const part = max / shards;
  return Math.ceil(part + 3 * Math.sqrt(part));
}

const UNBOUNDED: UnusedBound = { max: Number.MAX_SAFE_INTEGER, protectedMs: 0 };

export class RedisClients implements ClientStore {
  readonly #commands: Commands;
  readonly #keys: Keys;

  constructor(commands: Commands, keys: Keys) {
    this.#commands = commands;
    this.#keys = keys;
  }

  async insert(record: NewClient, ttlMs: number, bound = UNBOUNDED): Promise<InsertOutcome> {
    const { client_id } = record;
    const key = this.#keys.client(client_id);
    if (key === undefined) throw new TypeError('client_id must be a random UUID');
    const max = shardBound(bound.max, this.#keys.shards.length);
    const {
      tag,
      values: [value = 0],
    } = await this.#commands.run({
      script: INSERT_CLIENT,
      keys: [key, this.#keys.shardOf(client_id).unused],
      args: [ttlMs, formatClient(record), client_id, max, bound.protectedMs],
    });
    return tag === 'full' ? { outcome: tag, waitMs: value } : { outcome: tag, evicted: value };
  }

  async find(clientId: string): Promise<ClientRecord | undefined> {
    const key = this.#keys.client(clientId);
    if (key === undefined) return undefined;
    const record = await this.#commands.text(key, (stored) => parseClient(stored, clientId));
    return record && this.#commands.now() < record.expires_at ? record : undefined;
  }

  async renew(record: ClientRecord, ttlMs: number): Promise<void> {
    const key = this.#keys.client(record.client_id);
    if (key === undefined) return;
    const { unused, used } = this.#keys.shardOf(record.client_id);
    await this.#commands.run({
      script: RENEW_CLIENT,
      keys: [key, unused, used],
      args: [ttlMs, formatClientTail(record), record.expires_at, record.client_id],
    });
  }

  list(query: ListClients): Promise<ClientPage> {
    return listClients({ commands: this.#commands, keys: this.#keys }, query);
  }
}
