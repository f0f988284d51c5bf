/**
 * Signing keys that the server makes itself and shares with its other instances through the store.
 *
 * Requests are served from memory. What is known is looked at again on a period, and it is good for
 * the time that a key is published before it signs: until then no key that is not known can have
 * begun to sign.
 *
 * @module
 */
import type { JSONWebKeySet } from 'jose';
import { describeError, type Logger } from '../operations/logger.ts';
import { isStoreUnavailable, StoreUnavailableError, type Store } from '../storage/store.ts';
import {
  generateSigningKey,
  publicJwk,
  type SigningKey,
  type SigningKeys,
} from '../tokens/signing-keys.ts';
import { KeysUnopenedError, type Agreed, type KeyKeeper } from './key-keeper.ts';
import {
  currentKey,
  firstKeySet,
  goodAfterLookMs,
  plannedKeySet,
  publishedKeys,
  PUBLISHED_BEFORE_MS,
  type KeyPlan,
  type KeySet,
} from './key-set.ts';
import { UNOPENED_REMEDIES } from './remedies.ts';

/** How often what is known is compared with what the store holds. */
export const LOOK_EVERY_MS = 30_000;

/**
 * How often at most while something is wrong: keys that do not open, and tokens that name an unknown
 * key, which anybody can send.
 */
const LOOK_AGAIN_AFTER_MS = 1_000;

/**
 * - `not loaded`: nothing is known yet, and no token can be signed or verified.
 * - `not opened`: what the store holds cannot be used; what was known before still verifies.
 * - `out of date`: the store has not answered for so long that nothing is signed any more.
 */
export type KeysState = 'ready' | 'not loaded' | 'not opened' | 'out of date';

export interface KeptKeysDeps {
  readonly keeper: Pick<KeyKeeper, 'agree'>;
  readonly store: Pick<Store, 'now'>;
  readonly plan: KeyPlan;
  readonly logger: Logger;
}

export class KeptKeys implements SigningKeys {
  readonly #deps: KeptKeysDeps;
  #known: Agreed | undefined;
  #unopened: KeysUnopenedError | undefined;
  #looking: Promise<void> | undefined;
  #lookedAt = -Infinity;

  constructor(deps: KeptKeysDeps) {
    this.#deps = deps;
  }

  get state(): KeysState {
    if (this.#unopened) return 'not opened';
    if (!this.#known) return 'not loaded';
    return this.#isOutOfDate() ? 'out of date' : 'ready';
  }

  async current(): Promise<SigningKey> {
    if (this.#isOutOfDate()) await this.look();
    else this.#lookIfDue();
    if (this.#unopened) throw this.#unopened;
    return currentKey(this.#loaded().set, this.#now()).key;
  }

  async find(kid: string): Promise<SigningKey | undefined> {
    this.#lookIfDue();
    const key = this.#findKnown(kid);
    if (key) return key;
    const isOutOfDate = this.#isOutOfDate();
    if (isOutOfDate || this.#now() - this.#lookedAt >= LOOK_AGAIN_AFTER_MS) {
      await this.look().catch((error: unknown) => {
        // Who knows all keys that can have signed by now knows that this one is none.
        if (isOutOfDate || !isStoreUnavailable(error)) throw error;
      });
    }
    // Others may have opened what we cannot, and signed with it.
    if (this.#unopened) throw this.#unopened;
    return this.#findKnown(kid);
  }

  async jwks(): Promise<JSONWebKeySet> {
    if (!this.#known) await this.look();
    else if (this.#isOutOfDate()) await this.look().catch(() => undefined);
    else this.#lookIfDue();
    const keys = publishedKeys(this.#loaded().set, this.#now());
    return { keys: keys.map(({ key }) => publicJwk(key)) };
  }

  /**
   * Compares with the store, and does what is due: the first key, the next one, one that has ended.
   * Whoever asks meanwhile waits for the same answer.
   *
   * @throws {StoreUnavailableError}
   */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #look(): Promise<void> {
    const { keeper, plan } = this.#deps;
    try {
      const agreed = await keeper.agree(
        (set, now) =>
          set
            ? plannedKeySet(set, now, plan, generateSigningKey)
            : firstKeySet(now, generateSigningKey),
        { known: this.#inUse(), mayWait: true },
      );
      this.#known = agreed;
      this.#unopened = undefined;
      this.#lookedAt = agreed.at;
    } catch (error) {
      // Not before: until the first answer the store's clock may be a guess.
      this.#lookedAt = this.#now();
      if (error instanceof KeysUnopenedError) this.#refuse(error);
      throw error;
    }
  }

  /** Said once, and again when it is another reason. */
  #refuse(error: KeysUnopenedError): void {
    const { situation } = error;
    if (this.#unopened?.situation !== situation) {
      const remedy = UNOPENED_REMEDIES[situation];
      this.#deps.logger.error('signing keys in the store do not open', {
        code: 'ERR_DCR_KEYS_NOT_OPENED',
        situation,
        remedy,
      });
    }
    this.#unopened = error;
  }

  /** In the background: nobody waits for it, and what is known is good meanwhile. */
  #lookIfDue(): void {
    const everyMs = this.#unopened ? LOOK_AGAIN_AFTER_MS : LOOK_EVERY_MS;
    if (this.#now() - this.#lookedAt < everyMs) return;
    this.look().catch((error: unknown) => {
      if (isStoreUnavailable(error)) return;
      this.#deps.logger.error('signing keys not looked at', {
        code: 'ERR_DCR_KEYS_NOT_LOOKED_AT',
        cause: describeError(error),
      });
    });
  }

  #findKnown(kid: string): SigningKey | undefined {
    const published = this.#known ? publishedKeys(this.#known.set, this.#now()) : [];
    return published.find(({ key }) => key.kid === kid)?.key;
  }

  /** What is known, for as long as something that was signed by it can be good. */
  #inUse(): KeySet | undefined {
    const { plan } = this.#deps;
    const known = this.#known;
    return known && this.#now() < known.at + goodAfterLookMs(plan) ? known.set : undefined;
  }

  #isOutOfDate(): boolean {
    return !this.#known || this.#now() - this.#known.at >= PUBLISHED_BEFORE_MS;
  }

  #loaded(): Agreed {
    if (this.#known) return this.#known;
    throw new StoreUnavailableError('the signing keys are not known yet');
  }

  #now(): number {
    return this.#deps.store.now();
  }
}
