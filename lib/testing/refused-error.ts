/**
 * What the helpers throw when the server says no, as it should or should not.
 *
 * @module
 */
import { AssertionError } from 'node:assert';

/** An OAuth error as a client gets it. */
export interface OAuthRefusal {
  /** Of the answer that carries it: 303 for one that went back to the client. */
  readonly status: number;
  /** RFC 6749 §4.1.2.1 and §5.2, RFC 7591 §3.2.2, RFC 6750 §3.1; absent in a bare challenge. */
  readonly error?: string | undefined;
  readonly error_description?: string | undefined;
}

/**
 * The server refused what a helper asked for. Uncaught, it fails the test and says why; where the
 * refusal is what you want, hand the promise to {@link expectOAuthError}.
 */
export class RefusedError extends AssertionError implements OAuthRefusal {
  readonly status: number;
  readonly error: string | undefined;
  readonly error_description: string | undefined;

  /** @param what - What was asked for, such as `the registration`. */
  constructor(what: string, refusal: OAuthRefusal) {
    super({ message: `${what} was refused: ${spoken(refusal)}` });
    this.name = 'RefusedError';
    this.status = refusal.status;
    this.error = refusal.error;
    this.error_description = refusal.error_description;
  }
}

/** `400 invalid_scope (a sentence)`. */
export function spoken({ status, error, error_description }: OAuthRefusal): string {
  const reason = error_description === undefined ? '' : ` (${error_description})`;
  return `${status} ${error ?? 'without an error code'}${reason}`;
}
