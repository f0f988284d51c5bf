/**
 * Registered clients, as they are kept.
 *
 * @module
 */
import type { ClientMetadata } from '../protocol/client.ts';
import type { RegisteredScope } from '../protocol/scope.ts';
import type { Licence } from './initial-access-token-store.ts';
import type { SCHEMA_VERSION } from './schema-version.ts';

/**
 * What was answered to a registration, and by which policy: a note, and the rule only where the policy
 * leaves old clients alone.
 */
export interface RegisteredNote {
  readonly scopes: readonly RegisteredScope[];
  /** Digest of the policy of that moment. */
  readonly policy: string;
}

/** What was good before something new took its place, and is for a while yet. */
export interface PreviousDigest {
  readonly digest: string;
  /** In the store's milliseconds. */
  readonly ends_at: number;
}

/** What the registration is read, changed and ended with (RFC 7592 §3). */
export interface RegistrationToken {
  /** SHA-256, base64url. */
  readonly digest: string;
  /** The one before: good until this one is used, for the answer that brought it may have been lost. */
  readonly previous?: PreviousDigest;
}

/** A registered client. */
export interface ClientRecord {
  readonly v: typeof SCHEMA_VERSION;
  readonly client_id: string;
  /** Seconds since the epoch, as answered. */
  readonly client_id_issued_at: number;
  /**
   * When it was taken over from another server, in the store's milliseconds; absent for one that registered
   * here. What was granted until then, to one of the same id, is over.
   */
  readonly imported_at?: number;
  /** The trust class. Set by us, never by a request. */
  readonly origin: 'registered';
  /** How often it was updated; absent before the first time. The store counts. */
  readonly revision?: number;
  readonly metadata: ClientMetadata;
  /** SHA-256 of the client secret, base64url; exactly when the client is confidential. */
  readonly secret_digest?: string;
  /** The secret before this one, while both are good. */
  readonly previous_secret?: PreviousDigest;
  /** The scope the client asked for, as one string; absent when it asked for nothing. */
  readonly requested?: string;
  readonly registered: RegisteredNote;
  /** What its initial access token allowed, where that is not what everybody may. */
  readonly licence?: Licence;
  /** Absent for a client that registered before there was one. */
  readonly registration_token?: RegistrationToken;
  /** End of the record, in the store's milliseconds. */
  readonly expires_at: number;
  /** Whether a person has ever consented to it: decides between the unused and the idle lifetime. */
  readonly used: boolean;
}

/** A client that is about to be kept; the store adds its end. */
export type NewClient = Omit<ClientRecord, 'v' | 'expires_at' | 'used'>;

/**
 * - `updated`: kept. A repetition is told the same.
 * - `changed`: somebody else updated it since it was read; nothing was done.
 * - `gone`: there is none, or none any more; nothing was done.
 */
export type UpdateOutcome = 'updated' | 'changed' | 'gone';

/**
 * - `annotated`: the note is what it was to be. A repetition is told the same.
 * - `changed`: the client was updated since it was read, or somebody else noted something; nothing was done.
 * - `gone`: there is none, or none any more; nothing was done.
 */
export type AnnotateOutcome = 'annotated' | 'changed' | 'gone';

/** How many clients there are that have not ended. */
export interface ClientCounts {
  /** Those that nobody has consented to. */
  readonly unused: number;
  readonly used: number;
}

/** How many clients may wait for their first consent. Those that people use are not counted. */
export interface UnusedBound {
  readonly max: number;
  /** So long a client is kept after its registration, however many come: a person may be logging in. */
  readonly protectedMs: number;
}

/**
 * - `inserted`: kept; as many of the oldest unused clients as `evicted` says had to go for it.
 * - `full`: not kept, for none of the unused ones is old enough to go; one will be after `waitMs`.
 */
export type InsertOutcome =
  | { readonly outcome: 'inserted'; readonly evicted: number }
  | { readonly outcome: 'full'; readonly waitMs: number };

/** Which page of the clients is wanted. */
export interface ListClients {
  /** Those that a person has consented to, or those that nobody has. */
  readonly used: boolean;
  /** At most so many, 1 to 100. */
  readonly limit: number;
  /** Where the page before said that this one begins. */
  readonly cursor?: string;
}

/** Some clients, those that end first before the others. One renewed meanwhile may come twice. */
export interface ClientPage {
  readonly clients: readonly ClientRecord[];
  /** Absent after the last page. */
  readonly cursor?: string;
}

/** Registered clients. */
export interface ClientStore {
  /**
   * Keeps a new client. Ids are random: there is no conflict to report.
   *
   * @param bound - Absent: kept whatever else is there.
   */
  insert(record: NewClient, ttlMs: number, bound?: UnusedBound): Promise<InsertOutcome>;
  /** @throws {TypeError} For a limit or a cursor that is not one. */
  list(query: ListClients): Promise<ClientPage>;
  /** A client, for as long as it lives. */
  find(clientId: string): Promise<ClientRecord | undefined>;
  /**
   * Renews the client's lifetime, for a person consented or a token was issued; never to an end that
   * is sooner than the one it has. A record that changed since it was read is left alone: whoever
   * changed it renewed it.
   */
  renew(record: ClientRecord, ttlMs: number): Promise<void>;
  /**
   * Puts what a client is to be in the place of what it was when it was read. Its end and its use stay
   * what they are, also when they changed meanwhile; and so does the note, unless the update brings
   * another one than was read.
   */
  update(read: ClientRecord, client: NewClient): Promise<UpdateOutcome>;
  /**
   * Puts another note in the place of the one that was read, and changes nothing else: not what the client
   * asked for, not how often it was updated, not its end.
   */
  annotate(read: ClientRecord, note: RegisteredNote): Promise<AnnotateOutcome>;
  /** How many there are, used and unused. */
  count(): Promise<ClientCounts>;
  /** Ends a client, and leaves no trace of it in the indexes. One that is gone already is no mistake. */
  remove(clientId: string): Promise<void>;
}
