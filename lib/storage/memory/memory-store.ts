/**
 * A store in the memory of one process: for tests, and for a first look without Redis.
 *
 * It answers exactly as the store in Redis does, because the same suite is run on both.
 *
 * @module
 */
import type { AuthorizationStore, ClientStore, GrantStore, Store } from '../store.ts';
import { MemoryAuthorizations } from './authorizations.ts';
import { MemoryClients } from './clients.ts';
import { MemoryGrants } from './grants.ts';

export interface MemoryStoreOptions {
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: () => number;
}

export class MemoryStore implements Store {
  readonly shared = false;
  readonly clients: ClientStore;
  readonly authorizations: AuthorizationStore;
  readonly grants: GrantStore;
  readonly #now: () => number;

  constructor({ now = Date.now }: MemoryStoreOptions = {}) {
    const grants = new MemoryGrants(now);
    this.#now = now;
    this.clients = new MemoryClients(now);
    this.authorizations = new MemoryAuthorizations(now, grants);
    this.grants = grants;
  }

  now(): number {
    return this.#now();
  }

  async close(): Promise<void> {
    // There is nothing to let go of.
  }
}
