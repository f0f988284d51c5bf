/**
 * What a store can do, by name: a store of the host may be of any kind of object, which does not tell.
 *
 * @module
 */
import type { Limiter } from './limiter.ts';
import type { Store } from './store.ts';

/** The parts of a store. */
export type PartName = {
  [Name in keyof Store]-?: Store[Name] extends
    boolean | ((...given: never[]) => unknown) | undefined
    ? never
    : Name;
}[keyof Store];

/** All of them, and no others: the compiler looks at both. */
type MethodsOf<Part> = Readonly<Record<keyof Part, true>>;

export const PART_METHODS: { readonly [Name in PartName]: MethodsOf<Store[Name]> } = {
  clients: {
    insert: true,
    list: true,
    find: true,
    renew: true,
    update: true,
    annotate: true,
    count: true,
    remove: true,
  },
  clientStates: { find: true, scan: true, block: true, unblock: true, endGrants: true },
  authorizations: {
    insert: true,
    find: true,
    beginLogin: true,
    takeLogin: true,
    completeLogin: true,
    allow: true,
    deny: true,
  },
  pushedRequests: { insert: true, find: true, bind: true },
  grants: {
    index: true,
    listBySubject: true,
    scan: true,
    find: true,
    redeem: true,
    rotate: true,
    revoke: true,
  },
  consents: { find: true, remember: true, forget: true, forgetAll: true },
  upstreamTokens: { find: true, lock: true, unlock: true, replace: true, take: true },
  initialAccessTokens: { insert: true, use: true, giveBack: true, list: true, remove: true },
  assertions: { use: true },
  stats: { add: true, read: true },
  keys: { read: true, replace: true },
  switches: { read: true, raise: true, closeRegistration: true, openRegistration: true },
};

export const LIMITER_METHODS: MethodsOf<Limiter> = { consume: true, refund: true, refusal: true };
