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
import type { AuthorizationStore } from './authorization-store.ts';
import type { ClientStore } from './client-store.ts';
import type { ConsentStore } from './consent-store.ts';
import type { GrantStore } from './grant-store.ts';
import type { KeyStore } from './key-store.ts';
import type { Limiter, Quota } from './limiter.ts';
import type { StoreHealth } from './store-health.ts';
import type { UpstreamTokenStore } from './upstream-token-store.ts';

export type * from './authorization-store.ts';
export type * from './client-store.ts';
export type * from './consent-store.ts';
export type * from './grant-store.ts';
export type * from './key-store.ts';
export type * from './upstream-token-store.ts';
export { MAX_GRANTS_PER_SUBJECT } from './grant-store.ts';
export { SCHEMA_VERSION } from './schema-version.ts';

/**
 * The store did not answer in time, answered with an error, or holds a record nobody can read.
 * Recognised by `code`, for two copies of this module may meet in one process.
 */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError';
  readonly code = 'ERR_DCR_STORE_UNAVAILABLE';
}

/** What a store may say about itself, and how. */
export interface StoreLogger {
  debug(message: string, fields?: Readonly<Record<string, unknown>>): unknown;
  info(message: string, fields?: Readonly<Record<string, unknown>>): unknown;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): unknown;
  error(message: string, fields?: Readonly<Record<string, unknown>>): unknown;
}

/** The whole of what is kept. */
export interface Store {
  /** Whether other instances and the next start see the same records. */
  readonly shared: boolean;
  readonly clients: ClientStore;
  readonly authorizations: AuthorizationStore;
  readonly grants: GrantStore;
  readonly consents: ConsentStore;
  readonly upstreamTokens: UpstreamTokenStore;
  /** Counts requests for all instances; without it, each counts in its own memory. */
  limiter?(quota: Quota): Limiter;
  readonly keys: KeyStore;
  /** Makes the store that of an issuer, unless it is one's already; tells whose it is. */
  claim(issuer: string): Promise<string>;
  /** Gets the server's logger, when the store has something to say that no request is told of. */
  useLogger?(logger: StoreLogger): void;
  /** The store's clock, as well as this instance knows it: milliseconds since the epoch. */
  now(): number;
  /** How it is. A store that cannot tell is asked for a client instead, to see whether it answers. */
  health?(): Promise<StoreHealth>;
  /** Waits for what is under way, then lets go of the connection. */
  close(): Promise<void>;
}
