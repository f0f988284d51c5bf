/**
 * A store that answers only for the issuer that it belongs to.
 *
 * Two servers on one prefix would see each other's clients and authorizations. So the first server
 * claims it, and one with another issuer serves nothing from it. Whose it is is learnt at the first
 * contact and looked at again now and then, not at every call.
 *
 * @module
 */
import { limiterWith, partsWith, partWith, type Around } from './around.ts';
import { KnownSwitches } from './known-switches.ts';
import {
  StoreUnavailableError,
  type ClosedRegistration,
  type Store,
  type StoreLogger,
} from './store.ts';

/** - `unknown`: the store has not answered yet. */
export type IssuerState = 'unknown' | 'ours' | 'of another issuer';

export interface ClaimedStore extends Store {
  /** Whose the store is, as far as this instance knows. */
  readonly issuerState: IssuerState;
  /** The switches, as far as this instance knows: what is granted until then is over. */
  readonly revokedBefore: number;
  /** Absent while registration is what the configuration says. */
  readonly registrationClosed: ClosedRegistration | undefined;
  /**
   * Waits for the first contact, and for nothing after it: what the switches say is known then.
   *
   * @throws {StoreUnavailableError} As {@link ClaimedStore.look}.
   */
  known(): Promise<void>;
  /**
   * Claims the store, or looks again whose it is.
   *
   * @throws {StoreUnavailableError} When it does not answer, or belongs to another issuer.
   */
  look(): Promise<void>;
  /**
   * Looks at the switches alone.
   *
   * @throws {StoreUnavailableError}
   */
  lookAtSwitches(): Promise<void>;
}

export function claimedStore(store: Store, issuer: string, logger: StoreLogger): ClaimedStore {
  const known = new KnownSwitches(store.switches);
  const claim = new Claim({ store, known, issuer, logger });
  return {
    shared: store.shared,
    ...partsWith(store, () => behind(claim)),
    switches: partWith('switches', known, behind(claim)),
    get issuerState() {
      return claim.state;
    },
    get revokedBefore() {
      return known.revokedBefore;
    },
    get registrationClosed() {
      return known.registrationClosed;
    },
    known: async () => claim.admission(),
    look: () => claim.look(),
    async lookAtSwitches() {
      await claim.admission();
      await known.look();
    },
    claim: (other) => store.claim(other),
    ...limiting(claim, store),
    useLogger: (given) => store.useLogger?.(given),
    now: () => store.now(),
    close: () => store.close(),
  };
}

/** A limiter's refusals are known without the store. */
function limiting(claim: Claim, store: Store): Pick<Store, 'limiter'> {
  if (!store.limiter) return {};
  const limiter = store.limiter.bind(store);
  return { limiter: (quota) => limiterWith(limiter(quota), behind(claim, ['refusal'])) };
}

interface ClaimOptions {
  readonly store: Pick<Store, 'claim' | 'switches'>;
  /** Learnt in the same wait: nothing is served before it is known. */
  readonly known: KnownSwitches;
  readonly issuer: string;
  readonly logger: StoreLogger;
}

class Claim {
  readonly #store: Pick<Store, 'claim' | 'switches'>;
  readonly #known: KnownSwitches;
  readonly #issuer: string;
  readonly #logger: StoreLogger;
  #state: IssuerState = 'unknown';
  #looking: Promise<void> | undefined;

  constructor({ store, known, issuer, logger }: ClaimOptions) {
    this.#store = store;
    this.#known = known;
    this.#issuer = issuer;
    this.#logger = logger;
  }

  get state(): IssuerState {
    return this.#state;
  }

  /** Everybody who wants to know meanwhile waits for the same answer. */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  /** What a call has to wait for; nothing, once the store is known to be ours. */
  admission(): Promise<void> | undefined {
    if (this.#state === 'ours') return undefined;
    return this.#state === 'unknown' ? this.look() : Promise.reject(refused());
  }

  async #look(): Promise<void> {
    const { switches } = this.#store;
    const [owner, stored] = await Promise.all([this.#store.claim(this.#issuer), switches.read()]);
    const before = this.#state;
    this.#state = owner === this.#issuer ? 'ours' : 'of another issuer';
    if (this.#state === 'ours') {
      this.#known.heard(stored);
      return;
    }
    if (before !== this.#state) {
      this.#logger.error(
        'the store belongs to another issuer: nothing is served (give each issuer a DCR_REDIS_PREFIX of its own)',
        { code: 'ERR_DCR_STORE_OF_ANOTHER_ISSUER', issuer: this.#issuer, store_issuer: owner },
      );
    }
    throw refused();
  }
}

function refused(): StoreUnavailableError {
  return new StoreUnavailableError('the store is unavailable (of another issuer)');
}

/**
 * A method of a part of the store, once it is certain that the store is ours.
 *
 * @param local - Methods that ask nobody, and answer at once.
 */
function behind(claim: Claim, local: readonly string[] = []): Around {
  return (name, run) => {
    if (local.includes(name)) return run;
    return (...given) => {
      const admission = claim.admission();
      return admission ? admission.then(() => run(...given)) : run(...given);
    };
  };
}
