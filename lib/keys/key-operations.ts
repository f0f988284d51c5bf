/**
 * What an operator can do with the keys that the server keeps.
 *
 * @module
 */
import { StoreUnavailableError } from '../storage/store.ts';
import { generateSigningKey } from '../tokens/signing-keys.ts';
import type { KeyKeeper } from './key-keeper.ts';
import {
  currentKey,
  publishedKeys,
  replacedKeySet,
  rotatedKeySet,
  type KeyPlan,
  type KeySet,
} from './key-set.ts';

/** A key as an operator sees it: nothing secret. Times are milliseconds on the store's clock. */
export interface KeyView {
  readonly kid: string;
  readonly alg: string;
  readonly use: 'signs' | 'next' | 'previous';
  readonly published_at: number;
  readonly signs_from: number;
  readonly ends_at?: number;
}

/** The keys that are published: the one that signs first; none when no server has made any yet. */
export async function listKeys(keeper: Pick<KeyKeeper, 'find'>): Promise<KeyView[]> {
  const found = await keeper.find();
  if (!found) return [];
  const { set, at } = found;
  const current = currentKey(set, at);
  return publishedKeys(set, at).map((kept) => {
    const { key, ...times } = kept;
    const isNext = kept.signs_from > current.signs_from;
    return {
      kid: key.kid,
      alg: key.alg,
      use: kept === current ? 'signs' : isNext ? 'next' : 'previous',
      ...times,
    };
  });
}

/**
 * Publishes the next key now; it signs when it has been published long enough, and no token ends.
 * Where one is published already, that one stays the next.
 */
export async function rotateKeys(keeper: Pick<KeyKeeper, 'agree'>, plan: KeyPlan): Promise<void> {
  await keeper.agree((kept, now) => rotatedKeySet(existing(kept), now, plan, generateSigningKey));
}

/**
 * Puts a new key in the place of all others at once, for keys that somebody else may have: every
 * access token that is out ends, at each instance with its next look.
 */
export async function replaceKeys(keeper: Pick<KeyKeeper, 'agree'>): Promise<void> {
  await keeper.agree((kept, now) => replacedKeySet(existing(kept), now, generateSigningKey));
}

/**
 * Seals the keys for the secrets that are configured here and for no others; the instances do so by
 * themselves. Does nothing when they are sealed like that.
 */
export async function rewrapKeys(keeper: Pick<KeyKeeper, 'agree'>): Promise<void> {
  await keeper.agree(existing);
}

/** Keys are made by a server that starts, not by who looks at them. */
function existing(set: KeySet | undefined): KeySet {
  if (set) return set;
  throw new StoreUnavailableError('the store holds no signing keys: no server has made them yet');
}
