/**
 * The errors an OAuth endpoint can answer with, and the HTTP status of each.
 *
 * One table, so that a code and its status can never disagree between endpoints.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5.2
 * @see https://www.rfc-editor.org/rfc/rfc7591#section-3.2.2
 * @module
 */

/** Error code to HTTP status: the only place in the code where a status is chosen for an error. */
export const ERROR_STATUS = {
  invalid_request: 400,
  invalid_client: 401,
  invalid_grant: 400,
  unauthorized_client: 400,
  unsupported_grant_type: 400,
  unsupported_response_type: 400,
  invalid_scope: 400,
  invalid_target: 400,
  invalid_redirect_uri: 400,
  invalid_client_metadata: 400,
  access_denied: 400,
  login_required: 400,
  consent_required: 400,
  interaction_required: 400,
  request_not_supported: 400,
  request_uri_not_supported: 400,
  invalid_request_uri: 400,
  invalid_token: 401,
  insufficient_scope: 403,
  server_error: 500,
  temporarily_unavailable: 503,
} as const;

/** Every error code this server can put on the wire. */
export type OAuthErrorCode = keyof typeof ERROR_STATUS;

/** Overrides of the status where HTTP has a better word than 400 for the same OAuth code. */
export interface OAuthErrorDetails {
  /** What really happened; for the log, never for the wire. */
  readonly cause?: unknown;
  /** What an operator needs to understand the refusal; for the debug log, never for the wire. */
  readonly detail?: Readonly<Record<string, unknown>>;
  /**
   * 405, 413 and 415 carry an `invalid_*` code but their own status; 403 is a door that is shut, 429
   * one that opens again by itself; 409 is for who comes second where two cannot both be right.
   */
  readonly status?: 403 | 405 | 409 | 413 | 415 | 429;
  /** When it is known how long it makes no sense to come back (RFC 9110 §10.2.3). */
  readonly retryAfterSeconds?: number;
  /** Nothing has failed: it is meant to be so for a while. */
  readonly isPlanned?: true;
  /** The parameter that is to blame, where a person is to be told more than the code says. */
  readonly parameter?: 'redirect_uri';
}

/**
 * A protocol refusal, as opposed to a mistake of the host (`TypeError`) or a failure of ours.
 *
 * `description` is a fixed sentence. It may name a parameter and never repeats what a stranger sent.
 */
export class OAuthError extends Error {
  override readonly name = 'OAuthError';
  readonly code: OAuthErrorCode;
  readonly description: string;
  readonly status: number;
  readonly isPlanned: boolean;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly retryAfterSeconds: number | undefined;
  readonly parameter: 'redirect_uri' | undefined;

  constructor(code: OAuthErrorCode, description: string, details: OAuthErrorDetails = {}) {
    super(`${code}: ${description}`, { cause: details.cause });
    this.code = code;
    this.description = description;
    this.detail = details.detail ?? {};
    this.retryAfterSeconds = details.retryAfterSeconds;
    this.parameter = details.parameter;
    this.isPlanned = details.isPlanned === true;
    this.status = details.status ?? ERROR_STATUS[code];
  }

  /** The body of the answer: two members, no more (RFC 6749 §5.2). */
  toJSON(): { error: OAuthErrorCode; error_description: string } {
    return { error: this.code, error_description: this.description };
  }
}
