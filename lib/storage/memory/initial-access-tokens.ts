/**
 * Minted initial access tokens in memory.
 *
 * @module
 */
import { requireDigest } from '../ids.ts';
import {
  MAX_INITIAL_ACCESS_TOKENS,
  StoreUnavailableError,
  type Attempt,
  type InitialAccessToken,
  type InitialAccessTokenStore,
  type InsertTokenOutcome,
  type Licence,
  type NewInitialAccessToken,
} from '../store.ts';
import { ExpiringMap } from './expiring-map.ts';
import { frozenCopy } from '../../protocol/frozen-copy.ts';

interface Kept {
  readonly token: InitialAccessToken;
  /** Request ids of the uses that may still be given back. */
  readonly takers: readonly string[];
}

/** As many as Redis remembers. */
const MAX_TAKERS = 20;

export class MemoryInitialAccessTokens implements InitialAccessTokenStore {
  readonly #now: () => number;
  readonly #kept: ExpiringMap<Kept>;

  constructor(now: () => number) {
    this.#now = now;
    this.#kept = new ExpiringMap(now);
  }

  async insert(token: NewInitialAccessToken, ttlMs: number): Promise<InsertTokenOutcome> {
    requireDigest(token.digest);
    if (this.#kept.get(token.digest)) {
      throw new StoreUnavailableError('the store is unavailable (taken)');
    }
    if (this.#alive().length >= MAX_INITIAL_ACCESS_TOKENS) return { outcome: 'full' };
    const created_at = this.#now();
    const expires_at = created_at + Math.round(ttlMs);
    this.#keep({ token: { ...token, left: token.uses, created_at, expires_at }, takers: [] });
    return { outcome: 'inserted', expires_at };
  }

  async use(digest: string, { requestId }: Attempt): Promise<Licence | undefined> {
    const kept = this.#find(digest);
    if (!kept) return undefined;
    const { token, takers } = kept;
    if (takers.includes(requestId)) return token.licence;
    if (token.left < 1) return undefined;
    this.#keep({
      token: { ...token, left: token.left - 1 },
      takers: [...takers, requestId].slice(-MAX_TAKERS),
    });
    return token.licence;
  }

  async giveBack(digest: string, { requestId }: Attempt): Promise<void> {
    const kept = this.#find(digest);
    if (!kept?.takers.includes(requestId)) return;
    const { token, takers } = kept;
    this.#keep({
      token: { ...token, left: token.left + 1 },
      takers: takers.filter((taker) => taker !== requestId),
    });
  }

  async list(): Promise<readonly InitialAccessToken[]> {
    return this.#alive();
  }

  async remove(digest: string): Promise<boolean> {
    const wasAlive = this.#find(digest) !== undefined;
    this.#kept.delete(digest);
    return wasAlive;
  }

  #find(digest: string): Kept | undefined {
    const kept = this.#kept.get(digest);
    return kept && this.#now() < kept.token.expires_at ? kept : undefined;
  }

  #alive(): InitialAccessToken[] {
    return this.#kept
      .values()
      .map(({ token }) => token)
      .filter(({ expires_at }) => this.#now() < expires_at)
      .sort((one, other) => one.expires_at - other.expires_at);
  }

  #keep(kept: Kept): void {
    this.#kept.set(kept.token.digest, frozenCopy(kept), kept.token.expires_at);
  }
}
