/**
 * Pushed authorization requests in memory.
 *
 * @module
 */
import { requireDigest, requireRequestId } from '../ids.ts';
import {
  SCHEMA_VERSION,
  StoreUnavailableError,
  type BindOutcome,
  type NewPushedRequest,
  type PushedRequest,
  type PushedRequestStore,
} from '../store.ts';
import { ExpiringMap } from './expiring-map.ts';
import { frozenCopy } from '../../protocol/frozen-copy.ts';

export class MemoryPushedRequests implements PushedRequestStore {
  readonly #now: () => number;
  readonly #kept: ExpiringMap<PushedRequest>;

  constructor(now: () => number) {
    this.#now = now;
    this.#kept = new ExpiringMap(now);
  }

  async insert(
    { request_id, client_id, parameters }: NewPushedRequest,
    ttlMs: number,
  ): Promise<void> {
    requireRequestId(request_id);
    const kept = this.#kept.get(request_id);
    if (kept) {
      if (kept.client_id === client_id && kept.parameters === parameters) return;
      throw new StoreUnavailableError('the store is unavailable (taken)');
    }
    const expires_at = this.#now() + Math.round(ttlMs);
    this.#keep({ v: SCHEMA_VERSION, request_id, client_id, parameters, expires_at });
  }

  async find(requestId: string): Promise<PushedRequest | undefined> {
    return this.#alive(requestId);
  }

  async bind(requestId: string, browser: string): Promise<BindOutcome> {
    requireDigest(browser);
    const kept = this.#alive(requestId);
    if (!kept) return 'gone';
    if (kept.browser !== undefined) return kept.browser === browser ? 'bound' : 'foreign';
    this.#keep({ ...kept, browser });
    return 'bound';
  }

  /** At once: between looking and binding nobody may come. */
  #alive(requestId: string): PushedRequest | undefined {
    const kept = this.#kept.get(requestId);
    return kept && this.#now() < kept.expires_at ? kept : undefined;
  }

  #keep(request: PushedRequest): void {
    this.#kept.set(request.request_id, frozenCopy(request), request.expires_at);
  }
}
