/**
 * Agreeing on the key set with the other instances, through what the store keeps.
 *
 * The set is read, changed and put back only if nobody else did so meanwhile. Whoever comes too late
 * throws its own change away and takes what is there: so eight instances that start at once end with
 * the keys of one of them. What cannot be opened is never written over.
 *
 * @module
 */
import type { Logger } from '../operations/logger.ts';
import {
  isStoreUnavailable,
  StoreUnavailableError,
  type KeptText,
  type Store,
} from '../storage/store.ts';
import { UnopenedError, type Envelopes, type Unopened } from '../tokens/envelope.ts';
import { joinedKeySet } from './joined-key-set.ts';
import type { KeySet } from './key-set.ts';
import { formatKeySet, parseKeySet } from './key-set-text.ts';

/** Each attempt that fails means that another instance has written. */
const MAX_ATTEMPTS = 10;

/** The keys are there and cannot be used by this instance. */
export class KeysUnopenedError extends StoreUnavailableError {
  readonly situation: Unopened;

  constructor(situation: Unopened) {
    super(`the signing keys do not open (${situation})`);
    this.situation = situation;
  }
}

/** What the set should be, given the one that there is. The same object means: as it is. */
export type Wish = (set: KeySet | undefined, now: number) => KeySet;

export interface Agreed {
  readonly set: KeySet;
  /** When that was so, on the store's clock. */
  readonly at: number;
}

export interface AgreeOptions {
  readonly known?: KeySet | undefined;
  readonly mayWait?: boolean;
}

export interface KeyKeeperDeps {
  readonly store: Pick<Store, 'keys' | 'now'>;
  readonly envelopes: Envelopes;
  readonly logger: Logger;
  readonly newRequestId: () => string;
}

interface Found {
  readonly set: KeySet;
  readonly isForAll: boolean;
}

export class KeyKeeper {
  readonly #deps: KeyKeeperDeps;

  constructor(deps: KeyKeeperDeps) {
    this.#deps = deps;
  }

  /**
   * Makes the wish true, or finds that another instance has.
   *
   * @param known - The set this instance knows: what is not in the store any more has been lost there,
   * and keys that are in use are not given up for new ones.
   * @param mayWait - Whether a change may wait when the store can be read and not written: then what it
   * holds goes on. Not for somebody who has to know that it was made.
   * @throws {KeysUnopenedError}
   * @throws {StoreUnavailableError} When the store does not answer.
   */
  async agree(wish: Wish, { known, mayWait }: AgreeOptions = {}): Promise<Agreed> {
    const { store } = this.#deps;
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
      const kept = await store.keys.read();
      const found = kept && this.#open(kept);
      const at = store.now();
      const base = joined(found?.set, known, at);
      const set = wish(base, at);
      if (found?.isForAll === true && set === found.set) return { set, at };
      try {
        if (await this.#isWritten(set, kept)) {
          this.#tell(set, base, found?.set);
          return { set, at };
        }
      } catch (error) {
        const isKept = mayWait === true && found && base === found.set;
        if (!isStoreUnavailable(error) || !isKept) throw error;
        return { set: found.set, at };
      }
    }
    throw new StoreUnavailableError('the store is unavailable (signing keys keep changing)');
  }

  /** What the store holds, as it is. @throws {KeysUnopenedError} */
  async find(): Promise<Agreed | undefined> {
    const { store } = this.#deps;
    const kept = await store.keys.read();
    return kept && { set: this.#open(kept).set, at: store.now() };
  }

  async #isWritten(set: KeySet, kept: KeptText | undefined): Promise<boolean> {
    const { store, envelopes, newRequestId } = this.#deps;
    const outcome = await store.keys.replace({
      text: envelopes.seal('signing_keys', formatKeySet(set)),
      expected: kept?.revision,
      requestId: newRequestId(),
    });
    return outcome === 'replaced';
  }

  #open({ text }: KeptText): Found {
    try {
      const opened = this.#deps.envelopes.open('signing_keys', text);
      return { set: parseKeySet(opened.text), isForAll: opened.isForAll };
    } catch (error) {
      if (error instanceof UnopenedError) throw new KeysUnopenedError(error.situation);
      throw error;
    }
  }

  #tell(set: KeySet, base: KeySet | undefined, found: KeySet | undefined): void {
    const { logger } = this.#deps;
    if (base && base !== found) {
      const code = 'ERR_DCR_KEYS_PUT_BACK';
      logger.warn('signing keys put back: the store had lost them', { code });
    }
    const before = new Set(base?.keys.map(({ key }) => key.kid));
    for (const { key, signs_from } of set.keys.filter(({ key: { kid } }) => !before.has(kid))) {
      logger.info('signing key made', {
        kid: key.kid,
        signs_from: new Date(signs_from).toISOString(),
      });
    }
  }
}

function joined(
  found: KeySet | undefined,
  known: KeySet | undefined,
  at: number,
): KeySet | undefined {
  return found && known ? joinedKeySet(found, known, at) : (found ?? known);
}
