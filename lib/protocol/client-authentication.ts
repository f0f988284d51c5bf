/**
 * How a client says who it is at the token endpoint, and what it proves it with.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-2.3
 * @see https://www.rfc-editor.org/rfc/rfc7617#section-2
 * @module
 */
import { OAuthError } from './errors.ts';
import type { Parameters } from './parameters.ts';

/** What a client presented. */
export interface ClientCredentials {
  readonly client_id: string;
  /** The secret, in each way in which it can be read; empty when there was none. */
  readonly secrets: readonly string[];
}

/** The challenge to a client that used the header and failed (RFC 6749 §5.2). */
export const BASIC_CHALLENGE = 'Basic realm="token endpoint", charset="UTF-8"';

/** RFC 7617 §2. The scheme is compared without regard to case (RFC 9110 §11.1). */
const BASIC = /^Basic +([A-Za-z0-9+/]+={0,2}) *$/i;

/**
 * Reads the credentials of a request.
 *
 * @param header - The `Authorization` header.
 * @throws {OAuthError} `invalid_request` when nobody is named or two methods are used at once,
 * `invalid_client` when the header cannot be read or names another client than the body.
 */
export function parseClientCredentials(
  header: string | undefined,
  parameters: Parameters,
): ClientCredentials {
  const client_id = parameters.get('client_id');
  const secret = parameters.get('client_secret');
  if (header === undefined) {
    if (client_id === undefined) {
      throw new OAuthError('invalid_request', 'the parameter client_id is missing');
    }
    return { client_id, secrets: secret === undefined ? [] : [secret] };
  }
  // "The client MUST NOT use more than one authentication method in each request" (RFC 6749 §2.3).
  if (secret !== undefined) {
    throw new OAuthError(
      'invalid_request',
      'the client authenticates in the header and in the body; only one is allowed',
    );
  }
  const credentials = parseBasic(header);
  const isSame = client_id === undefined || client_id === credentials?.client_id;
  if (!credentials) throw invalidClient('the Authorization header is not a Basic one');
  if (!isSame) throw invalidClient('header and body name two clients');
  return credentials;
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
