/**
 * Authorization requests in progress, as they are kept: through a login here or elsewhere, to consent.
 *
 * @module
 */
import type { Attempt, NewGrant } from './grant-store.ts';
import type { SCHEMA_VERSION } from './schema-version.ts';

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
  /** The APIs that its tokens can be for, each for one of them; at least one. */
  readonly resources: readonly string[];
  readonly code_challenge: string;
  /** The salt of the grant it may become: chosen once, so that allowing twice gives the same code. */
  readonly salt: string;
  readonly state?: string;
  readonly nonce?: string;
  /** Login older than this does not count; epoch seconds. Set by `prompt=login` and `max_age`. */
  readonly auth_time_not_before?: number;
  /** The languages asked for, as sent: BCP 47 tags, space-delimited. At most 256 characters. */
  readonly ui_locales?: string;
  /** What the login is asked to do, for one that is chosen later. */
  readonly login_request?: RequestedLogin;
  /** The request had `prompt=consent`: what was allowed before does not count. */
  readonly consent_prompted?: true;
  /** Digest of the browser id in the cookie. */
  readonly browser: string;
  readonly created_at: number;
  readonly expires_at: number;
}

/** What an authorization request asks of the login, in the words of OpenID Connect. */
export interface RequestedLogin {
  readonly prompt?: 'none' | 'login' | 'select_account';
  /** Seconds. */
  readonly max_age?: number;
  readonly login_hint?: string;
}

/** A login elsewhere that the browser was sent to. */
export interface LoginAttempt {
  /** SHA-256 of the state and the browser, base64url: in another browser the state is another one. */
  readonly state: string;
  /** Name of the login. */
  readonly upstream: string;
  /** What the answer is checked with, sealed. */
  readonly secrets: string;
}

/** What came back from a login elsewhere. */
export interface LoginResult {
  /** Name of the login. */
  readonly upstream: string;
  /** Who logged in, sealed. */
  readonly person: string;
  /** Tokens of the provider, sealed; they go with the grant that this may become. */
  readonly tokens?: string;
}

/** A pending authorization and what has happened to it. */
export interface FoundAuthorization {
  readonly pending: PendingAuthorization;
  readonly decision?: 'allowed' | 'denied';
  /** The last login elsewhere that was begun; also after its state was used up. */
  readonly attempt?: LoginAttempt;
  /** Who logged in elsewhere, last. */
  readonly login?: LoginResult;
}

/** A pending authorization that is about to be kept; the store adds the times. */
export type NewAuthorization = Omit<PendingAuthorization, 'v' | 'created_at' | 'expires_at'>;

/** The consent of one person in one browser. */
export interface Allow extends Attempt {
  readonly grant: NewGrant;
  /** The login elsewhere that was found, for the person who allows is the one who logged in there. */
  readonly login?: LoginResult;
  readonly codeTtlMs: number;
  readonly grantMaxTtlMs: number;
}

/**
 * - `done`: decided by this call, or by an earlier one that still stands and came to the same.
 * - `decided`: decided otherwise before, or the code has been redeemed already, or somebody has
 *   logged in elsewhere since.
 * - `gone`: expired, or never was.
 */
export type DecisionOutcome = 'done' | 'decided' | 'gone';

/** - `gone`: not the state of the attempt, used before, or the authorization is decided or expired. */
export type TakeLoginOutcome = 'taken' | 'gone';

/** Authorization requests in progress. */
export interface AuthorizationStore {
  /**
   * Keeps a new authorization. Ids are random: there is no conflict to report.
   *
   * @param attempt - The login elsewhere that the browser is sent to at once.
   */
  insert(pending: NewAuthorization, ttlMs: number, attempt?: LoginAttempt): Promise<void>;
  /** An authorization request, from its beginning to the decision. */
  find(grantId: string): Promise<FoundAuthorization | undefined>;
  /**
   * Notes that the browser is sent to log in elsewhere, in the place of an earlier attempt, whose
   * state is good no more. The same attempt again changes nothing.
   */
  beginLogin(grantId: string, attempt: LoginAttempt): Promise<DecisionOutcome>;
  /** Uses up the state of the attempt: it is good once. Whoever finds it may do so at the same time. */
  takeLogin(grantId: string, state: string, attempt: Attempt): Promise<TakeLoginOutcome>;
  /** Notes who logged in, in the place of whoever did before. */
  completeLogin(grantId: string, result: LoginResult, attempt: Attempt): Promise<DecisionOutcome>;
  /**
   * Turns the pending authorization into a grant, and hands it the tokens of the login elsewhere.
   * The same person allowing the same scopes twice is allowing once.
   */
  allow(allow: Allow): Promise<DecisionOutcome>;
  /** Ends the pending authorization without a grant; denying twice is denying once. */
  deny(grantId: string, attempt: Attempt): Promise<DecisionOutcome>;
}
