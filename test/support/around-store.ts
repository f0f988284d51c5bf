/**
 * A store with something around each call of its parts.
 */
import { partsWith, type Around } from '../../lib/storage/around.ts';
import type { PartName } from '../../lib/storage/store-methods.ts';
import type { Store } from '../../lib/storage/store.ts';

export function storeWith(store: Store, around: (part: PartName) => Around): Store {
  return {
    shared: store.shared,
    ...partsWith(store, around),
    claim: (issuer) => store.claim(issuer),
    now: () => store.now(),
    close: () => store.close(),
  };
}
