/**
 * What a host throws to refuse a registration.
 *
 * @module
 */
import { ArgumentError } from '../diagnostics/argument-error.ts';
import { OAuthError, type OAuthErrorCode } from '../protocol/errors.ts';

/** What a client can be told: its metadata will not do, or it may not register at all. */
export type RegistrationRefusalCode = Extract<
  OAuthErrorCode,
  'invalid_client_metadata' | 'invalid_redirect_uri' | 'access_denied'
>;

const CODES: readonly string[] = [
  'invalid_client_metadata',
  'invalid_redirect_uri',
  'access_denied',
] satisfies readonly RegistrationRefusalCode[];

/** What a client is told whose registration is refused. */
export interface RegistrationRefusal {
  /** @default 'invalid_client_metadata' */
  readonly error?: RegistrationRefusalCode;
  /**
   * What the client is told: printable ASCII without quotes and backslashes (RFC 6749 §5.2). Whoever
   * registers reads it, so it should say nothing that only the operator may know.
   * @default 'this server does not take this registration'
   */
  readonly description?: string;
}

const DEFAULT_DESCRIPTION = 'this server does not take this registration';

/** What may stand in an `error_description`. */
const DESCRIPTION = /^[\x20\x21\x23-\x5B\x5D-\x7E]{1,200}$/;

/**
 * Thrown by `onRegister` to refuse. The message is for the log. Recognised by `code`, for two copies of
 * this module may meet in one process.
 */
export class RegistrationRefusedError extends Error {
  override readonly name = 'RegistrationRefusedError';
  readonly code = 'ERR_DCR_REGISTRATION_REFUSED';
  readonly error: RegistrationRefusalCode;
  readonly description: string;

  /** @throws {TypeError} For an error that is none of the three, or a description that cannot be sent. */
  constructor(message: string, { error, description }: RegistrationRefusal = {}) {
    super(message);
    this.error = error ?? 'invalid_client_metadata';
    this.description = description ?? DEFAULT_DESCRIPTION;
    if (!isCode(this.error)) {
      throw new ArgumentError(`RegistrationRefusedError: error must be one of ${CODES.join(', ')}`);
    }
    if (!isDescription(this.description)) {
      throw new ArgumentError(
        'RegistrationRefusedError: description must be 1 to 200 characters of printable ASCII without quotes and backslashes',
      );
    }
  }
}

/**
 * The refusal as it is answered; `undefined` for anything else that was thrown, also for one that a host
 * in plain JavaScript has made by itself and that cannot be sent.
 */
export function registrationRefusal(thrown: unknown): OAuthError | undefined {
  const { code, error, description, message } = Object(thrown) as Partial<RegistrationRefusedError>;
  const says = description ?? DEFAULT_DESCRIPTION;
  if (code !== 'ERR_DCR_REGISTRATION_REFUSED' || !isCode(error) || !isDescription(says)) {
    return undefined;
  }
  return new OAuthError(error, says, {
    detail: { refusal: message },
    ...(error === 'access_denied' && { status: 403 }),
  });
}

function isCode(error: unknown): error is RegistrationRefusalCode {
  return typeof error === 'string' && CODES.includes(error);
}

function isDescription(description: unknown): description is string {
  return typeof description === 'string' && DESCRIPTION.test(description);
}
