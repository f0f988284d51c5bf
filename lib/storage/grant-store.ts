/**
 * Authorization grants, as they are kept, and the transitions of their codes and refresh tokens.
 *
 * @module
 */
import type { SCHEMA_VERSION } from './schema-version.ts';

/** An authorization grant: the parent of its code, refresh tokens and access tokens. */
export interface GrantRecord {
  readonly v: typeof SCHEMA_VERSION;
  readonly grant_id: string;
  readonly client_id: string;
  readonly subject: string;
  /** What the person approved; a policy may narrow it at a refresh, nothing widens it. */
  readonly granted: string;
  /** The APIs that its tokens can be for, each for one of them; at least one. */
  readonly resources: readonly string[];
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
  /** As the client sent it, for its ID token; only where `openid` was granted. */
  readonly nonce?: string;
  /** What is known of the person for the client, sealed; only where `openid` was granted. */
  readonly claims?: string;
  /** When the code was redeemed. */
  readonly redeemed_at?: number;
  /** When the current generation replaced the one before. */
  readonly rotated_at?: number;
  /** The end that the generation before had of itself: the grace window does not go beyond it. */
  readonly previous_ends_at?: number;
  /** Absolute end: nothing of this grant lives longer. */
  readonly ends_at: number;
  /** End in the present state: of the code, of the access token, or of the idle refresh token. */
  readonly expires_at: number;
}

/** What the allow transition needs; the store adds the times. */
export type NewGrant = Omit<
  GrantRecord,
  | 'v'
  | 'generation'
  | 'created_at'
  | 'redeemed_at'
  | 'rotated_at'
  | 'previous_ends_at'
  | 'ends_at'
  | 'expires_at'
>;

/**
 * Identifies one attempt at a transition. The store answers a second run with the same id as it
 * answered the first, so that a reply lost on the way changes nothing.
 */
export interface Attempt {
  readonly requestId: string;
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
  /** What is known of the person, sealed again, in the place of what is there; absent: that stays. */
  readonly claims?: string;
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
  /** The client that has it, for the grant itself may come to be a moment later. */
  readonly clientId: string;
  /** How long the grant lives if nothing happens to it. */
  readonly ttlMs: number;
}

/** So many grants one person can have: to have one more ends one of the client that has the most. */
export const MAX_GRANTS_PER_SUBJECT = 200;

/** Some of all grants that are alive, in no order. One may come twice. */
export interface GrantPage {
  readonly grants: readonly GrantRecord[];
  /** Absent after the last page. */
  readonly cursor?: string;
  /** How much of the store was looked at for this page, about, in entries of any kind. */
  readonly looked: number;
  /** How many entries there are in all, about. */
  readonly entries: number;
}

/** Authorization grants. Validity is an allow-list: a token is good because its grant is here. */
export interface GrantStore {
  /**
   * Adds a grant to those of its person, or tells its new end; one that is sooner than what was told
   * before changes nothing. The list may lag behind the grants, which alone say what is valid, and be
   * told of one before it is there: both are sent together, and nobody says which comes first.
   *
   * Where there are 200 beside it (`MAX_GRANTS_PER_SUBJECT`), it ends as many as make room: of the client
   * that has the most, the new one counted, the one that would end first; of `clientId` where others have
   * as many; never the new one.
   *
   * @returns The grants that it ended, as they were: each is told to one caller alone. Their people and
   * the identity providers are told by the server.
   */
  index(entry: SubjectEntry): Promise<readonly GrantRecord[]>;
  /**
   * The grants of one person that are alive, those that end first before the others. One that cannot be
   * read is left out.
   */
  listBySubject(subjectDigest: string): Promise<readonly GrantRecord[]>;
  /**
   * All grants, page by page: for what nobody waits for at a request, because it looks through everything
   * that is stored. Every grant that is there from the first page to the last comes. One that cannot be
   * read is left out.
   *
   * @param cursor - Where the page before said that this one begins.
   * @throws {TypeError} For a cursor that is not one.
   */
  scan(cursor?: string): Promise<GrantPage>;
  /** A grant, for as long as it lives. */
  find(grantId: string): Promise<GrantRecord | undefined>;
  /** Uses up the code of a grant. */
  redeem(redeem: Redeem): Promise<RedeemOutcome>;
  /** Puts the next refresh token in the place of the one that was presented. */
  rotate(rotate: Rotate): Promise<RotateOutcome>;
  /** Ends the grant and everything that hangs on it. */
  revoke(grantId: string, attempt: Attempt): Promise<void>;
}
