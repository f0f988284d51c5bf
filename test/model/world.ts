/**
 * What the store may hold, told in a few maps and numbers. Seconds count from the start of the run.
 *
 * A model is a list of worlds: all those that fit what has been seen. Where two requests were under
 * way at once there are several, and what is seen next leaves fewer.
 */
import { CODE_TTL, GRANT_TTL, type Policy } from './settings.ts';

export interface ClientState {
  readonly isThere: boolean;
  readonly isBlocked: boolean;
  /** What was granted until then is over; -1 where nothing is. */
  readonly over: number;
}

/** A consent page that the person has before them. */
export interface PageState {
  readonly client: number;
  readonly asked: readonly string[];
  readonly isAllowed: boolean;
}

export interface GrantState {
  readonly client: number;
  readonly granted: readonly string[];
  readonly created: number;
  readonly ends: number;
  readonly expires: number;
  /** 0 until the code is redeemed. */
  readonly generation: number;
  readonly redeemed?: number;
  readonly rotated?: number;
  /** The end that the generation before had of itself. */
  readonly previousEnds?: number;
}

type Numbered<Value> = Readonly<Partial<Record<number, Value>>>;

/** What a failover can take back. Of a page comes at most one grant, and it has its number. */
export interface Records {
  readonly clients: Numbered<ClientState>;
  readonly pages: Numbered<PageState>;
  readonly grants: Numbered<GrantState>;
}

export interface World extends Records {
  /** All that was granted until then is over. Instances know it, so a failover does not take it back. */
  readonly epoch: number;
  /** What the replica has. */
  readonly replica: Records;
}

/** Where and when something is asked. */
export interface Moment {
  readonly now: number;
  readonly policy: Policy;
}

const NOTHING: Records = { clients: {}, pages: {}, grants: {} };

export const EMPTY: World = { ...NOTHING, epoch: -1, replica: NOTHING };

export function withClient(world: World, client: number, state: Partial<ClientState>): World {
  const before = world.clients[client] ?? { isThere: false, isBlocked: false, over: -1 };
  return { ...world, clients: { ...world.clients, [client]: { ...before, ...state } } };
}

export function withPage(world: World, number: number, page: PageState): World {
  return { ...world, pages: { ...world.pages, [number]: page } };
}

export function withGrant(world: World, number: number, grant: GrantState | undefined): World {
  const grants: Partial<Record<number, GrantState>> = { ...world.grants };
  if (grant) grants[number] = grant;
  else Reflect.deleteProperty(grants, number);
  return { ...world, grants };
}

/** Whether anybody knows the client. */
export function isKnown({ clients }: World, client: number): boolean {
  const state = clients[client];
  return state?.isThere === true && !state.isBlocked;
}

export function isOver({ clients, epoch }: World, { client, created }: GrantState): boolean {
  return created <= Math.max(clients[client]?.over ?? -1, epoch);
}

/** A grant that has not come to its end. */
export function aliveGrant(world: World, number: number, now: number): GrantState | undefined {
  const grant = world.grants[number];
  return grant && now < Math.min(grant.expires, grant.ends) ? grant : undefined;
}

export function isRefreshable({ granted }: Pick<GrantState, 'granted'>): boolean {
  return granted.includes('offline_access');
}

export function newGrant(client: number, granted: readonly string[], created: number): GrantState {
  const ends = Math.floor(created) + GRANT_TTL;
  const expires = Math.floor(created) + CODE_TTL;
  return { client, granted, created, ends, expires, generation: 0 };
}

/** The replica has what the master has. */
export function replicated(world: World): World {
  const { clients, pages, grants } = world;
  return { ...world, replica: { clients, pages, grants } };
}

/** The replica is the master: what it did not get never happened. */
export function failedOver(world: World): World {
  return { ...world, ...world.replica };
}

/** Each of them once. */
export function distinct(worlds: readonly World[]): World[] {
  return [...new Map(worlds.map((world) => [JSON.stringify(world), world])).values()];
}
