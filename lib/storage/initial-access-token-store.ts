/**
 * Initial access tokens that the operator has minted, as they are kept.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7591#section-1.2
 * @module
 */
import type { Scope } from '../protocol/scope.ts';
import type { Attempt } from './grant-store.ts';

/** What somebody may register who brings a token. What is absent is as for everybody. */
export interface Licence {
  /** The whole of what may be registered, restricted scopes included; never empty. */
  readonly scopes?: readonly Scope[];
  /** Where redirects may lead, within what the operator allows everybody; never empty. */
  readonly redirectHosts?: readonly string[];
}

/** A token that is about to be kept; the store adds when that is, and its end. */
export interface NewInitialAccessToken {
  /** SHA-256 of the token, base64url. */
  readonly digest: string;
  /** How many clients can be registered with it, at least 1. */
  readonly uses: number;
  readonly licence: Licence;
  /** What the operator knows it by. */
  readonly label?: string;
}

/** A token that is kept. */
export interface InitialAccessToken extends NewInitialAccessToken {
  /** How many uses are left. */
  readonly left: number;
  readonly created_at: number;
  readonly expires_at: number;
}

/** - `full`: not kept, for there are as many as there may be. */
export type InsertTokenOutcome =
  { readonly outcome: 'inserted'; readonly expires_at: number } | { readonly outcome: 'full' };

/** As many may be kept at a time: nobody can find their way among more. */
export const MAX_INITIAL_ACCESS_TOKENS = 10_000;

/** Initial access tokens, by their digests. */
export interface InitialAccessTokenStore {
  /** Keeps a new token. Digests are of random texts: there is no conflict to report. */
  insert(token: NewInitialAccessToken, ttlMs: number): Promise<InsertTokenOutcome>;
  /**
   * Takes one use.
   *
   * @returns What the token allows; `undefined` for one that is not known, has ended or is used up:
   * nobody can tell which.
   */
  use(digest: string, attempt: Attempt): Promise<Licence | undefined>;
  /**
   * Gives the use back that this attempt took, if it did. A token that has ended or was removed stays
   * so. Of many uses that are under way at once, the oldest may be forgotten and stay taken.
   */
  giveBack(digest: string, attempt: Attempt): Promise<void>;
  /** Those that are alive, used up or not, by their ends. */
  list(): Promise<readonly InitialAccessToken[]>;
  /** Forgets a token; tells whether there was one that is alive. */
  remove(digest: string): Promise<boolean>;
}
