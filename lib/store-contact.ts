/**
 * What an instance has to learn from the store before it serves: whose the store is, and which keys
 * sign.
 *
 * @module
 */
import { KeyKeeper } from './keys/key-keeper.ts';
import { KeptKeys, LOOK_EVERY_MS, type KeysState } from './keys/kept-keys.ts';
import { periodically } from './keys/periodically.ts';
import type { Runtime } from './runtime.ts';
import type { Settings } from './settings.ts';
import { claimedStore, type IssuerState } from './storage/claimed-store.ts';
import type { Store } from './storage/store.ts';
import { createEnvelopes } from './tokens/envelope.ts';
import { createSigningKeys, type SigningKeys } from './tokens/signing-keys.ts';

/** Soon: an instance that started while the store was away becomes ready by itself. */
const RETRY_MS = 1_000;

/** What is known at this moment. */
export interface ContactState {
  readonly issuer: IssuerState;
  readonly keys: KeysState;
}

export interface StoreContact {
  /** Fails for everything while the store belongs to another issuer. */
  readonly store: Store;
  readonly keys: SigningKeys;
  readonly state: ContactState;
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
export function beginContact(settings: ContactSettings, runtime: Runtime): StoreContact {
  const { issuer, logger, signingKeys } = settings;
  const store = claimedStore(settings.store, issuer, logger);
  const kept = signingKeys ? undefined : keptKeys(settings, runtime, store);
  const look = async (): Promise<void> => {
    await store.look();
    await kept?.look();
  };
  // What no other process sees does not change behind our back.
  const everyMs = store.shared ? LOOK_EVERY_MS : undefined;
  const end = periodically(look, { everyMs, retryMs: RETRY_MS });
  return {
    store,
    keys: kept ?? createSigningKeys(signingKeys ?? []),
    get state() {
      return { issuer: store.issuerState, keys: kept?.state ?? 'ready' };
    },
    close() {
      end();
      return store.close();
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
