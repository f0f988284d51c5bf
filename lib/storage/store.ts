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
import type { ClientStore } from './client-store.ts';
import type { KeyStore } from './key-store.ts';
import type { SCHEMA_VERSION } from './schema-version.ts';
import type { Limiter, Quota } from './limiter.ts';
import type { StoreHealth } from './store-health.ts';

export type * from './client-store.ts';
export type * from './key-store.ts';
export { SCHEMA_VERSION } from './schema-version.ts';

/**
 * The store did not answer in time, answered with an error, or holds a record nobody can read.
 * Recognised by `code`, for two copies of this module may meet in one process.
 */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError';
  readonly code = 'ERR_DCR_STORE_UNAVAILABLE';
}

/** An authorization request on its way through login and consent, bound to one browser. */
export interface PendingAuthorization {
  readonly v: typeof SCHEMA_VERSION;
  /** The id of the grant it may become. */
  readonly grant_id: string;
  readonly client_id: string;
  /** As requested, with the real port: compared byte for byte at the token endpoint. */
  readonly redirect_uri: string;
  /** Whether the request named it; if not, the token request may leave it out too. */
  readonly redirect_uri_given: boolean;
  /** The scopes asked for, or what stands for them when none were; within the ceiling. */
  readonly scope: string;
  readonly resource: string;
  readonly code_challenge: string;
  /** The salt of the grant it may become: chosen once, so that allowing twice gives the same code. */
  readonly salt: string;
  readonly state?: string;
  readonly nonce?: string;
  /** Login older than this does not count; epoch seconds. Set by `prompt=login` and `max_age`. */
  readonly auth_time_not_before?: number;
  /** Digest of the browser id in the cookie. */
  readonly browser: string;
  readonly created_at: number;
  readonly expires_at: number;
}

/** A pending authorization and what has been decided about it. */
export interface FoundAuthorization {
  readonly pending: PendingAuthorization;
  readonly decision?: 'allowed' | 'denied';
}

/** An authorization grant: the parent of its code, refresh tokens and access tokens. */
export interface GrantRecord {
  readonly v: typeof SCHEMA_VERSION;
  readonly grant_id: string;
  readonly client_id: string;
  readonly subject: string;
  /** What the person approved; a policy may narrow it at a refresh, nothing widens it. */
  readonly granted: string;
  readonly resource: string;
  readonly redirect_uri: string;
  readonly redirect_uri_given: boolean;
  readonly code_challenge: string;
  /** Random; part of every MAC of this grant, so that a token cannot be made without the record. */
  readonly salt: string;
  /** Whether it can be refreshed; decided once, when it is made. */
  readonly refreshable: boolean;
  /** 0 until the code is redeemed; then the generation of the current refresh token. */
  readonly generation: number;
  readonly created_at: number;
  /** Epoch seconds of the person's login, when the login port knows it. */
  readonly auth_time?: number;
  /** When the code was redeemed. */
  readonly redeemed_at?: number;
  /** When the current generation replaced the one before. */
  readonly rotated_at?: number;
  /** Absolute end: nothing of this grant lives longer. */
  readonly ends_at: number;
  /** End in the present state: of the code, of the access token, or of the idle refresh token. */
  readonly expires_at: number;
}

/** What the allow transition needs; the store adds the times. */
export type NewGrant = Omit<
  GrantRecord,
  'v' | 'generation' | 'created_at' | 'redeemed_at' | 'rotated_at' | 'ends_at' | 'expires_at'
>;

/**
 * Identifies one attempt at a transition. The store answers a second run with the same id as it
 * answered the first, so that a reply lost on the way changes nothing.
 */
export interface Attempt {
  readonly requestId: string;
}

/** The consent of one person in one browser. */
export interface Allow extends Attempt {
  readonly grant: NewGrant;
  readonly codeTtlMs: number;
  readonly grantMaxTtlMs: number;
}

/**
 * - `done`: decided by this call, or by an earlier one of the same person that still stands.
 * - `decided`: decided otherwise before, or the code has been redeemed already.
 * - `gone`: expired, or never was.
 */
export type DecisionOutcome = 'done' | 'decided' | 'gone';

/** Authorization requests in progress. */
export interface AuthorizationStore {
  insert(
    pending: Omit<PendingAuthorization, 'v' | 'created_at' | 'expires_at'>,
    ttlMs: number,
  ): Promise<void>;
  find(grantId: string): Promise<FoundAuthorization | undefined>;
  /** Turns the pending authorization into a grant; allowing twice is allowing once. */
  allow(allow: Allow): Promise<DecisionOutcome>;
  /** Ends the pending authorization without a grant; denying twice is denying once. */
  deny(grantId: string, attempt: Attempt): Promise<DecisionOutcome>;
}

/** Redeeming a code; everything that can be checked has been checked by the caller. */
export interface Redeem extends Attempt {
  readonly grantId: string;
  /** Lifetime of a grant without a refresh token, which is that of its access token. */
  readonly accessTtlMs: number;
  /** Idle lifetime of a refresh token. */
  readonly idleTtlMs: number;
  /** How long a second redemption counts as the same request sent twice. */
  readonly doubledWithinMs: number;
}

/**
 * - `redeemed`: this call redeemed the code; the grant is in its first generation.
 * - `doubled`: redeemed a moment ago by another call; nothing changed.
 * - `replayed`: redeemed longer ago; the grant has been revoked by this call.
 * - `gone`: expired, revoked, or never was.
 */
export type RedeemOutcome = 'redeemed' | 'doubled' | 'replayed' | 'gone';

/** Presenting a refresh token of one generation. */
export interface Rotate extends Attempt {
  readonly grantId: string;
  readonly generation: number;
  readonly idleTtlMs: number;
  /** How long, from the rotation, the generation before still gets the same successor. */
  readonly graceMs: number;
}

/**
 * - `rotated`: the grant moved on to `generation`.
 * - `repeated`: the generation before was presented within the grace window; `generation` stands.
 * - `reused`: an older one, or too late; the grant has been revoked by this call.
 * - `gone`: expired, revoked, or never was.
 */
export type RotateOutcome =
  | { readonly outcome: 'rotated' | 'repeated'; readonly generation: number }
  | { readonly outcome: 'reused' | 'gone' };

/** A grant among those of its person. */
export interface SubjectEntry {
  readonly grantId: string;
  /** Digest of issuer and subject: who the person is does not stand in a key. */
  readonly subjectDigest: string;
  /** How long the grant lives if nothing happens to it. */
  readonly ttlMs: number;
}

/** So many grants one person can have: to have one more revokes the one that would end first. */
export const MAX_GRANTS_PER_SUBJECT = 200;

/** Authorization grants. Validity is an allow-list: a token is good because its grant is here. */
export interface GrantStore {
  /**
   * Adds a grant to those of its person, or tells its new end. The list may lag behind the grants,
   * which alone say what is valid.
   */
  index(entry: SubjectEntry): Promise<void>;
  /** The grants of one person that are alive, those that end first before the others. */
  listBySubject(subjectDigest: string): Promise<readonly GrantRecord[]>;
  find(grantId: string): Promise<GrantRecord | undefined>;
  redeem(redeem: Redeem): Promise<RedeemOutcome>;
  rotate(rotate: Rotate): Promise<RotateOutcome>;
  /** Ends the grant and everything that hangs on it. */
  revoke(grantId: string, attempt: Attempt): Promise<void>;
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
