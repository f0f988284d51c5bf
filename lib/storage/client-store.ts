/**
 * Registered clients, as they are kept.
 *
 * @module
 */
import type { ClientMetadata } from '../protocol/client.ts';
import type { RegisteredScope } from '../protocol/scope.ts';
import type { SCHEMA_VERSION } from './schema-version.ts';

/** What was answered to a registration, and by which policy: a note, not the rule. */
export interface RegisteredNote {
  readonly scopes: readonly RegisteredScope[];
  /** Digest of the policy of that moment. */
  readonly policy: string;
}

/** A registered client. */
export interface ClientRecord {
  readonly v: typeof SCHEMA_VERSION;
  readonly client_id: string;
  /** Seconds since the epoch, as answered. */
  readonly client_id_issued_at: number;
  /** The trust class. Set by us, never by a request. */
  readonly origin: 'registered';
  readonly metadata: ClientMetadata;
  /** SHA-256 of the client secret, base64url; exactly when the client is confidential. */
  readonly secret_digest?: string;
  /** The scope the client asked for, as one string; absent when it asked for nothing. */
  readonly requested?: string;
  readonly registered: RegisteredNote;
  /** End of the record, in the store's milliseconds. */
  readonly expires_at: number;
  /** Whether a person has ever consented to it: decides between the unused and the idle lifetime. */
  readonly used: boolean;
}

/** A client that is about to be kept; the store adds its end. */
export type NewClient = Omit<ClientRecord, 'v' | 'expires_at' | 'used'>;

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
  find(clientId: string): Promise<ClientRecord | undefined>;
  /**
   * Renews the client's lifetime, for a person consented or a token was issued; never to an end that
   * is sooner than the one it has. A record that changed since it was read is left alone: whoever
   * changed it renewed it.
   */
  renew(record: ClientRecord, ttlMs: number): Promise<void>;
}
