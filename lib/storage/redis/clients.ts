/**
 * Registered clients in Redis.
 *
 * @module
 */
import type { ClientRecord, ClientStore } from '../store.ts';
import { formatClient, formatClientTail, parseClient } from './client-record.ts';
import { INSERT_CLIENT, RENEW_CLIENT } from './client-scripts.ts';
import type { Commands } from './commands.ts';
import type { Keys } from './keys.ts';

export class RedisClients implements ClientStore {
  readonly #commands: Commands;
  readonly #keys: Keys;

  constructor(commands: Commands, keys: Keys) {
    this.#commands = commands;
    this.#keys = keys;
  }

  async insert(
    record: Omit<ClientRecord, 'v' | 'expires_at' | 'used'>,
    ttlMs: number,
  ): Promise<void> {
    const key = this.#keys.client(record.client_id);
    if (key === undefined) throw new TypeError('client_id must be a random UUID');
    await this.#commands.run({
      script: INSERT_CLIENT,
      keys: [key],
      args: [ttlMs, formatClient(record)],
    });
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
    await this.#commands.run({
      script: RENEW_CLIENT,
      keys: [key],
      args: [ttlMs, formatClientTail(record), record.expires_at],
    });
  }
}
