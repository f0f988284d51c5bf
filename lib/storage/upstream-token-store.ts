/**
 * The part of the store that keeps the tokens of identity providers, each with the grant that its
 * login led to.
 *
 * To the store they are one sealed text: what is in it and who can open it is no business of its own.
 *
 * @module
 */
import type { Attempt } from './grant-store.ts';

/** Putting tokens in the place of those that were refreshed. */
export interface ReplaceUpstreamTokens extends Attempt {
  /** Who holds the lock. */
  readonly owner: string;
  readonly sealed: string;
}

/**
 * - `done`: replaced, and the lock is free.
 * - `lost`: the lock is somebody else's by now, or nobody's; nothing changed.
 * - `gone`: the grant is over, or has no tokens; nothing changed.
 */
export type ReplaceUpstreamOutcome = 'done' | 'lost' | 'gone';

/** Tokens of identity providers, sealed. They are there exactly as long as their grant. */
export interface UpstreamTokenStore {
  /** The sealed tokens of a grant. */
  find(grantId: string): Promise<string | undefined>;
  /**
   * Takes the lock of a grant's tokens, so that only one instance refreshes them. It ends by itself.
   * Whoever holds it already keeps it to its end.
   */
  lock(grantId: string, owner: string, ttlMs: number): Promise<boolean>;
  /** Frees the lock; nothing happens when it is somebody else's. */
  unlock(grantId: string, owner: string): Promise<void>;
  /** Puts others in their place, for whoever holds the lock. */
  replace(grantId: string, replace: ReplaceUpstreamTokens): Promise<ReplaceUpstreamOutcome>;
  /**
   * Removes the tokens and returns them, to one caller only, so that they can be revoked at the
   * provider. Works while the grant lives and for 60 s after its end, be it revoked or expired.
   */
  take(grantId: string): Promise<string | undefined>;
}
