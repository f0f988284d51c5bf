/**
 * A store that tells of each operation that failed: for metrics.
 *
 * @module
 */
import { limiterWith, partsWith, type Around } from './around.ts';
import type { Store } from './store.ts';

/**
 * Told of each. Never throws.
 *
 * @param operation - Part and method, such as `clients.find`.
 */
export type OnStoreFailure = (operation: string, error: unknown) => void;

/** The same store; its parts are watched, and so is a limiter that it makes. */
export function observedStore(store: Store, onFailure: OnStoreFailure): Store {
  const watching =
    (part: string): Around =>
    (name, run) => {
      const fail = (error: unknown): void => onFailure(`${part}.${name}`, error);
      return (...given) => {
        const answer = run(...given);
        if (answer instanceof Promise) answer.catch(fail);
        return answer;
      };
    };
  const limiter = store.limiter?.bind(store);
  return {
    shared: store.shared,
    ...partsWith(store, watching),
    ...(limiter && { limiter: (quota) => limiterWith(limiter(quota), watching('limiter')) }),
    claim: (issuer) => store.claim(issuer),
    useLogger: (logger) => store.useLogger?.(logger),
    now: () => store.now(),
    ...(store.owner && { owner: store.owner.bind(store) }),
    ...(store.health && { health: store.health.bind(store) }),
    close: () => store.close(),
  };
}
