/**
 * How a client says who it is, and what it proves it with.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-2.3
 * @see https://www.rfc-editor.org/rfc/rfc7617#section-2
 * @module
 */
import {
  CLIENT_ASSERTION_TYPE,
  readAssertion,
  subjectOf,
  type AssertionParameters,
} from './client-assertion.ts';
import { OAuthError } from './errors.ts';
import type { Parameters } from './parameters.ts';

/** What a client presented. */
export interface ClientCredentials {
  readonly client_id: string;
  /** The secret, in each way in which it can be read; empty when there was none. */
  readonly secrets: readonly string[];
  /** A signed assertion in the place of a secret (RFC 7523 §2.2). */
  readonly assertion?: string;
}

/** The challenge to a client that used the header and failed (RFC 6749 §5.2). */
export const BASIC_CHALLENGE = 'Basic realm="token endpoint", charset="UTF-8"';

/** RFC 7617 §2. The scheme is compared without regard to case (RFC 9110 §11.1). */
const BASIC = /^Basic +([A-Za-z0-9+/]+={0,2}) *$/i;

/**
 * Reads the credentials of a request.
 *
 * @param header - The `Authorization` header.
 * @param unnamed - What it is called when nobody is named.
 * @throws {OAuthError} `invalid_request` when nobody is named or two methods are used at once,
 * `invalid_client` when the header or the assertion cannot be read, or names another client than the body.
 */
export function parseClientCredentials(
  header: string | undefined,
  parameters: Parameters,
  unnamed: 'invalid_request' | 'invalid_client' = 'invalid_request',
): ClientCredentials {
  const client_id = parameters.get('client_id');
  const secret = parameters.get('client_secret');
  const asserted = readAssertion(parameters);
  requireOneMethod(header, secret, asserted);
  if (asserted) return named(client_id, credentialsAsserted(asserted));
  if (header !== undefined) return named(client_id, credentialsInHeader(header));
  if (client_id !== undefined) return { client_id, secrets: secret === undefined ? [] : [secret] };
  throw unnamed === 'invalid_request'
    ? new OAuthError('invalid_request', 'the parameter client_id is missing')
    : invalidClient('nobody is named');
}

/** "The client MUST NOT use more than one authentication method in each request" (RFC 6749 §2.3). */
function requireOneMethod(
  header: string | undefined,
  secret: string | undefined,
  asserted: AssertionParameters | undefined,
): void {
  if (asserted && (header !== undefined || secret !== undefined)) {
    throw new OAuthError(
      'invalid_request',
      'the client authenticates by an assertion and by other means; only one is allowed',
    );
  }
  if (header === undefined || secret === undefined) return;
  throw new OAuthError(
    'invalid_request',
    'the client authenticates in the header and in the body; only one is allowed',
  );
}

/** The parameter may be left out beside another method; it must not name another client. */
function named(client_id: string | undefined, credentials: ClientCredentials): ClientCredentials {
  if (client_id === undefined || client_id === credentials.client_id) return credentials;
  throw invalidClient('the request names two clients');
}

function credentialsInHeader(header: string): ClientCredentials {
  const credentials = parseBasic(header);
  if (!credentials) throw invalidClient('the Authorization header is not a Basic one');
  return credentials;
}

function credentialsAsserted({ type, assertion }: AssertionParameters): ClientCredentials {
  if (type === undefined || assertion === undefined) {
    throw new OAuthError(
      'invalid_request',
      'client_assertion and client_assertion_type belong together',
    );
  }
  if (type !== CLIENT_ASSERTION_TYPE) throw invalidClient('the assertion is of another type');
  const subject = subjectOf(assertion);
  if (subject === undefined) throw invalidClient('the assertion cannot be read');
  return { client_id: subject, secrets: [], assertion };
}

/**
 * One answer for every reason, so that nobody learns which clients exist (RFC 6749 §5.2). Only the
 * operator is told.
 */
export function invalidClient(why: string, client_id?: string): OAuthError {
  return new OAuthError(
    'invalid_client',
    'the client is not known, or its credentials are missing or wrong',
    { detail: { why, ...(client_id !== undefined && { client_id }) } },
  );
}

/**
 * RFC 6749 §2.3.1 has id and secret form-encoded before they are joined; many clients leave that
 * out. The two readings differ only where there is a `%` or a `+`: the id is then the decoded one,
 * for an encoded id is what a client that follows the specification sends.
 */
function parseBasic(header: string): ClientCredentials | undefined {
  const [, encoded] = BASIC.exec(header) ?? [];
  const pair = encoded === undefined ? undefined : utf8(Buffer.from(encoded, 'base64'));
  const [, id = '', secret = ''] = /^([^:]*):(.*)$/s.exec(pair ?? '') ?? [];
  if (id === '') return undefined;
  const readings = [formDecoded(secret), secret].filter(
    (reading) => reading !== undefined && reading !== '',
  );
  return { client_id: formDecoded(id) ?? id, secrets: [...new Set(readings)] as string[] };
}

/** The text, unless the bytes are none: a replacement character would stand for many. */
function utf8(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** @returns `undefined` when a percent sign stands for nothing. */
function formDecoded(value: string): string | undefined {
  try {
    return decodeURIComponent(value.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}
