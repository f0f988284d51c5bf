/**
 * What an operator has decided about a client, beside what the client is: blocked, or its grants ended.
 *
 * It stands by itself and not in the client's record, for clients that have none can be blocked too:
 * those of the configuration, and those that are known by a document.
 *
 * @module
 */

/** What was decided about a client; most have none. */
export interface ClientState {
  readonly client_id: string;
  /** Absent while it is not blocked. */
  readonly blocked?: BlockedClient;
  /** Grants made until then are over, and so is what was remembered of consents: store's milliseconds. */
  readonly revoked_before: number;
}

/** That a client is blocked, since when and why. */
export interface BlockedClient {
  /** In the store's milliseconds. */
  readonly since: number;
  /** In the operator's words. */
  readonly reason?: string;
}

/** Some of all that was decided, in no order. One may come twice. */
export interface ClientStatePage {
  readonly states: readonly ClientState[];
  /** Absent after the last page. */
  readonly cursor?: string;
  /** How much of the store was looked at for this page, about, in entries of any kind. */
  readonly looked: number;
  /** How many entries there are in all, about. */
  readonly entries: number;
}

/** Decisions about clients of any kind, by their ids: any texts. */
export interface ClientStateStore {
  /** What was decided about a client; nothing about most. */
  find(clientId: string): Promise<ClientState | undefined>;
  /**
   * All of them, page by page, by looking through everything that is stored: never for a request. What stands there
   * from the first page to the last comes.
   *
   * @throws {TypeError} For a cursor that is not one.
   */
  scan(cursor?: string): Promise<ClientStatePage>;
  /**
   * Blocks a client until it is unblocked, and ends its grants. One that is blocked already stays so since
   * when it was; its reason changes where there is a new one.
   *
   * @returns Whether it was not blocked before.
   */
  block(clientId: string, reason?: string): Promise<boolean>;
  /**
   * Lets a client in again. Its grants stay over, also those that were made in the moment of the block.
   *
   * @param ttlMs - As long as a grant or a remembered consent of before can live.
   * @returns Whether it was blocked.
   */
  unblock(clientId: string, ttlMs: number): Promise<boolean>;
  /**
   * Ends all grants that the client has at this moment.
   *
   * @param ttlMs - As for {@link ClientStateStore.unblock}.
   */
  endGrants(clientId: string, ttlMs: number): Promise<void>;
}
