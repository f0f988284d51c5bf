/**
 * A store that tells whenever something is to be kept.
 *
 * @module
 */
import type { Store } from '../../../lib/storage/store.ts';

/** Counts of refusals for the charts are not what a stranger should not be able to leave behind. */
const PARTS = [
  ...['clients', 'clientStates', 'authorizations', 'pushedRequests', 'grants', 'consents'],
  ...['upstreamTokens', 'initialAccessTokens', 'assertions'],
];
const WRITES = [
  ...['insert', 'update', 'annotate', 'remove', 'renew', 'block', 'unblock', 'endGrants'],
  ...['allow', 'deny', 'beginLogin', 'takeLogin', 'completeLogin', 'bind', 'index', 'revoke'],
  ...['remember', 'forget', 'forgetAll', 'replace', 'take', 'use'],
];

export function watchedStore(store: Store, onWrite: () => void): Store {
  for (const part of PARTS) {
    const methods = Object(Reflect.get(store, part)) as Record<string, unknown>;
    for (const name of WRITES) {
      const method = methods[name];
      if (typeof method !== 'function') continue;
      methods[name] = (...given: unknown[]): unknown => {
        onWrite();
        return Reflect.apply(method, methods, given) as unknown;
      };
    }
  }
  return store;
}
