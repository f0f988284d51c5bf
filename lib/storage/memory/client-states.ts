/**
 * Decisions about clients in memory.
 *
 * @module
 */
import { ArgumentError } from '../../diagnostics/argument-error.ts';
import { frozenCopy } from '../../protocol/frozen-copy.ts';
import type { BlockedClient, ClientState, ClientStatePage, ClientStateStore } from '../store.ts';
import { ExpiringMap } from './expiring-map.ts';

export class MemoryClientStates implements ClientStateStore {
  readonly #now: () => number;
  readonly #kept: ExpiringMap<ClientState>;

  constructor(now: () => number) {
    this.#now = now;
    this.#kept = new ExpiringMap(now);
  }

  async find(clientId: string): Promise<ClientState | undefined> {
    return this.#kept.get(clientId);
  }

  /** In one page: there is no limit that it would keep. */
  async scan(cursor?: string): Promise<ClientStatePage> {
    if (cursor !== undefined)
      throw new ArgumentError('the cursor is not one that a page came with');
    const kept = this.#kept.values();
    const states = kept.flatMap(({ client_id }) => this.#kept.get(client_id) ?? []);
    return { states, looked: kept.length, entries: kept.length };
  }

  async block(clientId: string, given?: string): Promise<boolean> {
    const before = this.#kept.get(clientId)?.blocked;
    const { since = this.#now(), reason: old } = before ?? {};
    const reason = given ?? old;
    this.#decide(clientId, Infinity, { since, ...(reason !== undefined && { reason }) });
    return before === undefined;
  }

  async unblock(clientId: string, ttlMs: number): Promise<boolean> {
    if (!this.#kept.get(clientId)?.blocked) return false;
    this.#decide(clientId, this.#now() + Math.round(ttlMs));
    return true;
  }

  async endGrants(clientId: string, ttlMs: number): Promise<void> {
    const { blocked } = this.#kept.get(clientId) ?? {};
    this.#decide(clientId, blocked ? Infinity : this.#now() + Math.round(ttlMs), blocked);
  }

  #decide(client_id: string, endsAt: number, blocked?: BlockedClient): void {
    const { revoked_before: before = 0 } = this.#kept.get(client_id) ?? {};
    const revoked_before = Math.max(before, this.#now());
    const state = { client_id, ...(blocked && { blocked }), revoked_before };
    this.#kept.set(client_id, frozenCopy(state), endsAt);
  }
}
