/**
 * Putting something around what a store does. It is made once: requests ask the store too often for a
 * `Proxy`, which looks each time.
 *
 * @module
 */
import type { Limiter } from './limiter.ts';
import { LIMITER_METHODS, PART_METHODS, type PartName } from './store-methods.ts';
import type { Store } from './store.ts';

type Method = (...given: unknown[]) => unknown;

/** Makes of a method what stands in its place. @param run - The method of this moment, of its own part. */
export type Around = (name: string, run: Method) => Method;

/** All parts of a store, with something around each of their methods. */
export function partsWith(
  store: Pick<Store, PartName>,
  around: (part: PartName) => Around,
): Pick<Store, PartName> {
  const entries = (Object.keys(PART_METHODS) as PartName[]).map((name) => [
    name,
    partWith(name, store[name], around(name)),
  ]);
  return Object.fromEntries(entries) as Pick<Store, PartName>;
}

/** One of them. */
export function partWith<Name extends PartName>(
  name: Name,
  part: Store[Name],
  around: Around,
): Store[Name] {
  return methodsWith(part, PART_METHODS[name], around);
}

export function limiterWith(limiter: Limiter, around: Around): Limiter {
  return methodsWith(limiter, LIMITER_METHODS, around);
}

/**
 * The part is asked for its method at each call, as if nothing stood around it: one that is not there is
 * an error, and never nothing done.
 */
function methodsWith<Part extends object>(
  part: Part,
  names: Readonly<Record<string, true>>,
  around: Around,
): Part {
  const members = part as Readonly<Record<string, unknown>>;
  const methods = Object.keys(names).map((name) => {
    const run: Method = (...given) => Reflect.apply(members[name] as Method, part, given);
    return [name, around(name, run)] as const;
  });
  return Object.fromEntries(methods) as Part;
}
