/**
 * Putting something around what a store does.
 *
 * @module
 */
import type { Store } from './store.ts';

/** The parts of a store. */
const PARTS = [
  'clients',
  'clientStates',
  'authorizations',
  'pushedRequests',
  'grants',
  'consents',
  'upstreamTokens',
  'initialAccessTokens',
  'assertions',
  'stats',
  'keys',
  'switches',
] as const satisfies readonly (keyof Store)[];

type PartName = (typeof PARTS)[number];

type Method = (...given: unknown[]) => unknown;

/** Makes of a method what stands in its place. @param run - The method of this moment, of its own part. */
export type Around = (name: string, run: Method) => Method;

/** All parts of a store, with something around each of their methods. */
export function partsWith(store: Store, around: (part: PartName) => Around): Pick<Store, PartName> {
  const entries = PARTS.map((name) => [name, methodsWith(store[name], around(name))]);
  return Object.fromEntries(entries) as Pick<Store, PartName>;
}

/**
 * A part, with something around each of its methods. It is made once: requests ask the store too often
 * for a `Proxy`, which looks each time.
 */
export function methodsWith<Part extends object>(part: Part, around: Around): Part {
  const members = part as Readonly<Record<string, unknown>>;
  const names = methodNames(part).map((name) => {
    const run: Method = (...given) => (members[name] as Method).apply(part, given);
    return [name, around(name, run)] as const;
  });
  return Object.fromEntries(names) as Part;
}

/** Those that are its own, and those of its classes. */
function methodNames(part: object): string[] {
  const names = new Set<string>();
  for (
    let owner: object | null = part;
    owner !== null && owner !== Object.prototype;
    owner = Object.getPrototypeOf(owner) as object | null
  ) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(owner))) {
      if (typeof value === 'function' && name !== 'constructor') names.add(name);
    }
  }
  return [...names];
}
