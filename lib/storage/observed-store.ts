/**
 * A store that tells of each operation that failed: for metrics.
 *
 * @module
 */
import type { Store } from './store.ts';

/**
 * Told of each. Never throws.
 *
 * @param operation - Part and method, such as `clients.find`.
 */
export type OnStoreFailure = (operation: string, error: unknown) => void;

/** The same store; its parts are watched, and so is a limiter that it makes. */
export function observedStore(store: Store, onFailure: OnStoreFailure): Store {
  const limiter = store.limiter?.bind(store);
  return new Proxy(store, {
    get(target, name) {
      if (name === 'limiter') {
        return limiter && ((quota: never) => watched('limiter', limiter(quota), onFailure));
      }
      const member: unknown = Reflect.get(target, name);
      if (typeof member === 'function') return member.bind(target) as unknown;
      if (typeof member !== 'object' || member === null) return member;
      return watched(String(name), member, onFailure);
    },
  });
}

function watched<Part extends object>(part: string, of: Part, onFailure: OnStoreFailure): Part {
  return new Proxy(of, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return (...given: unknown[]): unknown => {
        const answer: unknown = Reflect.apply(member, target, given);
        if (answer instanceof Promise) {
          answer.catch((error: unknown) => {
            onFailure(`${part}.${String(name)}`, error);
          });
        }
        return answer;
      };
    },
  });
}
