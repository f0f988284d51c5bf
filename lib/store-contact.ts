/**
 * What an instance has to learn from the store before it serves: whose the store is, and which keys
 * sign.
 *
 * @module
 */
import { KeyKeeper } from './keys/key-keeper.ts';
import { KeptKeys, LOOK_EVERY_MS } from './keys/kept-keys.ts';
import { keysCondition } from './keys/keys-condition.ts';
import type { Runtime } from './runtime.ts';
import type { Settings } from './options/settings.ts';
import { claimedStore } from './storage/claimed-store.ts';
import { observedStore, type OnStoreFailure } from './storage/observed-store.ts';
import { issuerCondition } from './storage/issuer-condition.ts';
import type { Condition } from './storage/store-health.ts';
import type { ClosedRegistration, Store } from './storage/store.ts';
import { periodically } from './timing/periodically.ts';
import { within } from './timing/within.ts';
import { createEnvelopes } from './tokens/envelope.ts';
import { createSigningKeys, type SigningKeys } from './tokens/signing-keys.ts';

/** Soon: an instance that started while the store was away becomes ready by itself. */
const RETRY_MS = 1_000;

/** For stores that do not keep a deadline of their own; that of ours is shorter. */
const FIRST_CONTACT_WITHIN_MS = 5_000;

/** Soon enough for an incident, with room for a look that fails. */
const SWITCHES_LOOK_MS = 2_000;

/**
 * More seldom than the owner of the store looks: if Redis loses its data, the owner claims it first.
 */
const FOREIGN_LOOK_MS = 4 * LOOK_EVERY_MS;

export interface StoreContact {
  /** Fails for everything while the store belongs to another issuer. */
  readonly store: Store;
  /** None is found before the first contact has ended, well or badly; from then on nothing waits for it. */
  readonly keys: SigningKeys;
  /** What was granted until then is over, whosever it is; in the store's milliseconds. */
  revokedBefore(): number;
  /** Waits for the first contact, and for nothing after it. */
  known(): Promise<void>;
  /** Absent while registration is what the configuration says. */
  registrationClosed(): ClosedRegistration | undefined;
  /** What is known at this moment, for health. */
  conditions(): readonly Condition[];
  /** Ends the looking, and the store. */
  close(): Promise<void>;
}

type ContactSettings = Pick<
  Settings,
  | 'issuer'
  | 'store'
  | 'secrets'
  | 'signingKeys'
  | 'signingKeyRotationSeconds'
  | 'accessTokenTtlSeconds'
  | 'logger'
>;

/** Begins at once, and goes on in the background. */
export function beginContact(
  settings: ContactSettings,
  runtime: Runtime,
  onStoreFailure?: OnStoreFailure,
): StoreContact {
  const { issuer, logger, signingKeys } = settings;
  const own = settings.store;
  const watched = onStoreFailure ? observedStore(own, onStoreFailure) : own;
  const store = claimedStore(watched, issuer, logger);
  const kept = signingKeys ? undefined : keptKeys(settings, runtime, store);
  const look = async (): Promise<void> => {
    await store.look();
    await kept?.look();
  };
  const first = within(store.look(), FIRST_CONTACT_WITHIN_MS).catch(() => undefined);
  // What no other process sees does not change behind our back.
  const everyMs = store.shared ? LOOK_EVERY_MS : undefined;
  const retryMs = (): number =>
    store.issuerState === 'of another issuer' ? FOREIGN_LOOK_MS : RETRY_MS;
  const ends = [periodically(() => look().then(() => everyMs, retryMs))];
  if (store.shared) {
    const lookAtSwitches = (): Promise<number> =>
      store.lookAtSwitches().then(
        () => SWITCHES_LOOK_MS,
        () => RETRY_MS,
      );
    ends.push(periodically(lookAtSwitches));
  }
  return {
    store,
    keys: kept ?? foundAfter(first, createSigningKeys(signingKeys ?? [])),
    revokedBefore: () => store.revokedBefore,
    known: () => store.known(),
    registrationClosed: () => store.registrationClosed,
    conditions: () => [keysCondition(kept?.state ?? 'ready'), issuerCondition(store.issuerState)],
    close() {
      for (const end of ends) end();
      return store.close();
    },
  };
}

/**
 * Keys that were given need no store, and it may be away when an instance starts. But whoever finds one looks
 * at a token with it, and for that the store has something to say where it can: what time it is, and until when
 * all is over.
 */
function foundAfter(first: Promise<void>, keys: SigningKeys): SigningKeys {
  return {
    ...keys,
    async find(kid) {
      await first;
      return keys.find(kid);
    },
  };
}

function keptKeys(settings: ContactSettings, runtime: Runtime, store: Store): KeptKeys {
  const { secrets, issuer, logger } = settings;
  const { randomBytes, randomUUID } = runtime;
  const keeper = new KeyKeeper({
    store,
    envelopes: createEnvelopes({ secrets, issuer, randomBytes }),
    logger,
    newRequestId: randomUUID,
  });
  const plan = {
    rotationMs: settings.signingKeyRotationSeconds * 1000,
    tokenTtlMs: settings.accessTokenTtlSeconds * 1000,
  };
  return new KeptKeys({ keeper, store, plan, logger });
}
