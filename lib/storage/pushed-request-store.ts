/**
 * Authorization requests that clients have pushed, as they are kept until a browser brings their URI.
 *
 * @module
 */
import type { SCHEMA_VERSION } from './schema-version.ts';

/** A pushed authorization request, bound to its client, and to the browser that used it first. */
export interface PushedRequest {
  readonly v: typeof SCHEMA_VERSION;
  /** 16 random bytes, base64url. */
  readonly request_id: string;
  readonly client_id: string;
  /** Its parameters, form-encoded; nothing of what proves who the client is. */
  readonly parameters: string;
  /** Digest of the id of the browser that used it first; absent until then. */
  readonly browser?: string;
  readonly expires_at: number;
}

/** A request that is about to be kept; the store adds its end. */
export type NewPushedRequest = Omit<PushedRequest, 'v' | 'browser' | 'expires_at'>;

/**
 * - `bound`: to this browser, by this call or before.
 * - `foreign`: another browser was first.
 * - `gone`: expired, or never was.
 */
export type BindOutcome = 'bound' | 'foreign' | 'gone';

/** Authorization requests that clients have pushed (RFC 9126). */
export interface PushedRequestStore {
  /** Keeps a request. Ids are random: there is no conflict to report. */
  insert(request: NewPushedRequest, ttlMs: number): Promise<void>;
  /** A request, until its end. */
  find(requestId: string): Promise<PushedRequest | undefined>;
  /** Lets the first browser have it, and no other. */
  bind(requestId: string, browser: string): Promise<BindOutcome>;
}
