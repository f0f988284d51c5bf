/**
 * The part of the store that remembers which assertions of clients have been used.
 *
 * @module
 */

/** Assertions that clients signed to say who they are: each is good once. */
export interface AssertionStore {
  /**
   * Uses one, for all instances.
   *
   * @param digest - Of whose it is and what it is called.
   * @param ttlMs - How long it would be taken if it were shown again.
   * @returns Whether it had not been used before.
   */
  use(digest: string, ttlMs: number): Promise<boolean>;
}
