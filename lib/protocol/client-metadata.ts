/**
 * Client metadata as a stranger sent it: types and syntax of every member we know, nothing else.
 *
 * What is unknown is ignored (RFC 7591 §2); only known members are picked, one by one, so that a
 * member named `__proto__` or `skip_consent` goes nowhere. `null` and `""` count as not sent.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7591#section-2
 * @module
 */
import type { DisplayMetadata } from './client.ts';
import { isBlank, isDeceptive } from './display-text.ts';
import { OAuthError } from './errors.ts';
import { parseScope, uniqueScopes, type Scope } from './scope.ts';
import { isPublicHost } from './host.ts';

const MAX_NAME_LENGTH = 256;
const MAX_SOFTWARE_LENGTH = 256;
const MAX_URI_LENGTH = 2048;
const PRINTABLE_ASCII = /^[\x20-\x7E]*$/;

/** What was sent, checked for type and syntax; absent where nothing was. */
export interface RequestedMetadata {
  readonly redirect_uris: readonly string[];
  readonly token_endpoint_auth_method?: string;
  readonly grant_types?: readonly string[];
  readonly response_types?: readonly string[];
  /** The scopes asked for; absent when the client asked for nothing. */
  readonly scope?: readonly Scope[];
  /** Members that are kept and echoed as they are. */
  readonly display: DisplayMetadata;
}

/**
 * Reads the body of a registration request.
 *
 * @throws {OAuthError} `invalid_redirect_uri` for `redirect_uris`, else `invalid_client_metadata`.
 */
export function parseClientMetadata(body: unknown): RequestedMetadata {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw invalid('the client metadata must be a JSON object');
  }
  const member = (name: string): unknown => {
    const value: unknown = Object.hasOwn(body, name) ? Reflect.get(body, name) : undefined;
    return value === null || value === '' ? undefined : value;
  };
  return {
    redirect_uris: redirectUris(member('redirect_uris')),
    ...present('token_endpoint_auth_method', text(member, 'token_endpoint_auth_method')),
    ...present('grant_types', stringList(member, 'grant_types')),
    ...present('response_types', stringList(member, 'response_types')),
    ...present('scope', scope(member('scope'))),
    display: displayMetadata(member),
  };
}

type Member = (name: string) => unknown;

function displayMetadata(member: Member): DisplayMetadata {
  return {
    ...present('client_name', clientName(member)),
    ...present('client_uri', webUri(member, 'client_uri')),
    ...present('logo_uri', logoUri(member)),
    ...present('tos_uri', webUri(member, 'tos_uri')),
    ...present('policy_uri', webUri(member, 'policy_uri')),
    ...present('software_id', software(member, 'software_id')),
    ...present('software_version', software(member, 'software_version')),
    ...present('application_type', applicationType(member)),
  };
}

function redirectUris(value: unknown): readonly string[] {
  const isList = Array.isArray(value) && value.length > 0;
  if (!isList || !value.every((uri): uri is string => typeof uri === 'string' && uri !== '')) {
    throw new OAuthError('invalid_redirect_uri', 'redirect_uris must be a list of URIs');
  }
  return [...new Set(value)];
}

/** A string or a JSON array of strings, for real clients send both; blanks ask for nothing. */
function scope(value: unknown): readonly Scope[] | undefined {
  const parts: unknown[] = [value ?? []].flat();
  const scopes = parts.map((part) => (typeof part === 'string' ? parseScope(part) : undefined));
  if (!scopes.every((tokens) => tokens !== undefined)) {
    throw invalid('scope must be a space-delimited string of scope tokens');
  }
  const unique = uniqueScopes(scopes.flat());
  return unique.length > 0 ? unique : undefined;
}

function stringList(member: Member, name: string): readonly string[] | undefined {
  const value = member(name);
  if (value === undefined) return undefined;
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) {
    throw invalid(`${name} must be a list of strings`);
  }
  return value.length > 0 ? [...new Set(value)] : undefined;
}

function text(member: Member, name: string): string | undefined {
  const value = member(name);
  if (value === undefined || typeof value === 'string') return value;
  throw invalid(`${name} must be a string`);
}

function clientName(member: Member): string | undefined {
  const name = text(member, 'client_name')?.trim();
  if (name === undefined || isBlank(name)) return undefined;
  // Counted as a person would: an emoji is one character.
  if (Array.from(name).length > MAX_NAME_LENGTH) {
    throw invalid(`client_name is longer than ${String(MAX_NAME_LENGTH)} characters`);
  }
  if (isDeceptive(name)) {
    throw invalid('client_name has control, bidirectional or invisible characters');
  }
  return name;
}

/** An http(s) URL: anything else could run in the person's browser when it is followed. */
function webUri(member: Member, name: string): string | undefined {
  const value = text(member, name);
  if (value === undefined) return undefined;
  const isWeb = /^https?:\/\/[^/\\]/i.test(value) && URL.canParse(value);
  if (!isWeb || value.length > MAX_URI_LENGTH || /[^\x21-\x7E]/.test(value)) {
    throw invalid(`${name} must be an http or https URL`);
  }
  return value;
}

/** A logo that a page could not load safely is left out rather than refused: nobody needs it. */
function logoUri(member: Member): string | undefined {
  const value = webUri(member, 'logo_uri');
  if (value === undefined) return undefined;
  const url = new URL(value);
  return url.protocol === 'https:' && isPublicHost(url.hostname) ? value : undefined;
}

function software(member: Member, name: string): string | undefined {
  const value = text(member, name);
  if (value === undefined) return undefined;
  if (value.length > MAX_SOFTWARE_LENGTH || !PRINTABLE_ASCII.test(value)) {
    throw invalid(
      `${name} must be at most ${String(MAX_SOFTWARE_LENGTH)} printable ASCII characters`,
    );
  }
  return value;
}

function applicationType(member: Member): 'native' | 'web' | undefined {
  const value = text(member, 'application_type');
  if (value === undefined || value === 'native' || value === 'web') return value;
  throw invalid('application_type must be native or web');
}

function invalid(description: string): OAuthError {
  return new OAuthError('invalid_client_metadata', description);
}

/** A member, or nothing at all: what is absent stays absent. */
function present<Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): Partial<Record<Name, Value>> {
  return value === undefined ? {} : ({ [name]: value } as Record<Name, Value>);
}
