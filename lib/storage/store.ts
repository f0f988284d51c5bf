/**
 * What is kept, told in the words of the protocol, split by artifact.
 *
 * Every method that changes state is one atomic transition. A store knows nothing of OAuth errors:
 * absence is `undefined`, an outcome is a tag, and a store that cannot answer throws
 * {@link StoreUnavailableError}, which every endpoint turns into 503. Times are milliseconds since
 * the epoch on the store's own clock, so that instances with different clocks agree on every end.
 *
 * @module
 */
import type { AssertionStore } from './assertion-store.ts';
import type { AuthorizationStore } from './authorization-store.ts';
import type { ClientStateStore } from './client-state-store.ts';
import type { ClientStore } from './client-store.ts';
import type { ConsentStore } from './consent-store.ts';
import type { GrantStore } from './grant-store.ts';
import type { InitialAccessTokenStore } from './initial-access-token-store.ts';
import type { KeyStore } from './key-store.ts';
import type { Limiter, Quota } from './limiter.ts';
import type { PushedRequestStore } from './pushed-request-store.ts';
import type { StatsStore } from './stats-store.ts';
import type { StoreHealth } from './store-health.ts';
import type { SwitchStore } from './switch-store.ts';
import type { UpstreamTokenStore } from './upstream-token-store.ts';

export type * from './assertion-store.ts';
export type * from './authorization-store.ts';
export type * from './client-state-store.ts';
export type * from './client-store.ts';
export type * from './consent-store.ts';
export type * from './grant-store.ts';
export type * from './initial-access-token-store.ts';
export type * from './key-store.ts';
export type * from './pushed-request-store.ts';
export type * from './stats-store.ts';
export type * from './switch-store.ts';
export type * from './upstream-token-store.ts';
export { MAX_GRANTS_PER_SUBJECT } from './grant-store.ts';
export { MAX_INITIAL_ACCESS_TOKENS } from './initial-access-token-store.ts';
export { isKeptClientId } from './ids.ts';
export { SCHEMA_VERSION } from './schema-version.ts';

/**
 * The store did not answer in time, answered with an error, or holds a record nobody can read.
 * Recognised by `code`, for two copies of this module may meet in one process.
 */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError';
  readonly code = 'ERR_DCR_STORE_UNAVAILABLE';
}

/** By `code`: see {@link StoreUnavailableError}. */
export function isStoreUnavailable(error: unknown): boolean {
  return (Object(error) as { code?: unknown }).code === 'ERR_DCR_STORE_UNAVAILABLE';
}

/** What a store may say about itself, and how. */
export interface StoreLogger {
  /** What helps to find out why something went wrong. */
  debug(message: string, fields?: Readonly<Record<string, unknown>>): unknown;
  /** What happens when all is well. */
  info(message: string, fields?: Readonly<Record<string, unknown>>): unknown;
  /** What an operator should look at. */
  warn(message: string, fields?: Readonly<Record<string, unknown>>): unknown;
  /** What is broken now. */
  error(message: string, fields?: Readonly<Record<string, unknown>>): unknown;
}

/** The whole of what is kept. */
export interface Store {
  /** Whether other instances and the next start see the same records. */
  readonly shared: boolean;
  readonly clients: ClientStore;
  readonly clientStates: ClientStateStore;
  readonly authorizations: AuthorizationStore;
  readonly pushedRequests: PushedRequestStore;
  readonly grants: GrantStore;
  readonly consents: ConsentStore;
  readonly upstreamTokens: UpstreamTokenStore;
  readonly initialAccessTokens: InitialAccessTokenStore;
  readonly assertions: AssertionStore;
  readonly stats: StatsStore;
  /** Counts requests for all instances; without it, each counts in its own memory. */
  limiter?(quota: Quota): Limiter;
  readonly keys: KeyStore;
  readonly switches: SwitchStore;
  /** Makes the store that of an issuer, unless it is one's already; tells whose it is. */
  claim(issuer: string): Promise<string>;
  /** Whose it is, without claiming it; nobody's when nobody has. Asked by the command line alone. */
  owner?(): Promise<string | undefined>;
  /** Gets the server's logger, when the store has something to say that no request is told of. */
  useLogger?(logger: StoreLogger): void;
  /** The store's clock, as well as this instance knows it: milliseconds since the epoch. Tokens are dated by it. */
  now(): number;
  /** How it is. A store that cannot tell is asked for a client instead, to see whether it answers. */
  health?(): Promise<StoreHealth>;
  /** Waits for what is under way, then lets go of the connection. */
  close(): Promise<void>;
}
