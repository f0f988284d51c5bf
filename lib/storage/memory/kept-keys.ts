/**
 * The sealed signing keys in memory.
 *
 * @module
 */
import type { KeptText, KeyStore, ReplaceOutcome, ReplaceText } from '../store.ts';

export class MemoryKeys implements KeyStore {
  #kept: KeptText | undefined;

  async read(): Promise<KeptText | undefined> {
    return this.#kept;
  }

  async replace({ text, expected, requestId }: ReplaceText): Promise<ReplaceOutcome> {
    if (this.#kept?.revision === requestId) return 'replaced';
    if (this.#kept?.revision !== expected) return 'changed';
    this.#kept = Object.freeze({ text, revision: requestId });
    return 'replaced';
  }
}
