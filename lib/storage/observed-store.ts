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
  const makeLimiter = limiter && ((quota: never) => watched('limiter', limiter(quota), onFailure));
  const made = madeOnce();
  return new Proxy(store, {
    get(target, name) {
      if (name === 'limiter') return makeLimiter;
      const member: unknown = Reflect.get(target, name);
      if (typeof member === 'function')
        return made(name, member, () => member.bind(target) as object);
      if (typeof member !== 'object' || member === null) return member;
      return made(name, member, () => watched(String(name), member, onFailure));
    },
  });
}

/** What stands for a member, as long as it is the same: each request asks for several. */
function madeOnce(): (name: string | symbol, member: object, make: () => object) => object {
  const known = new Map<string | symbol, { readonly member: object; readonly made: object }>();
  return (name, member, make) => {
    const last = known.get(name);
    if (last?.member === member) return last.made;
    const made = make();
    known.set(name, { member, made });
    return made;
  };
}

function watched<Part extends object>(part: string, of: Part, onFailure: OnStoreFailure): Part {
  const made = madeOnce();
  return new Proxy(of, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return made(name, member, () => {
        const fail = (error: unknown): void => onFailure(`${part}.${String(name)}`, error);
        return (...given: unknown[]): unknown => {
          const answer: unknown = Reflect.apply(member, target, given);
          if (answer instanceof Promise) answer.catch(fail);
          return answer;
        };
      });
    },
  });
}
