/**
 * Client metadata as a stranger sent it: types and syntax of every member we know, nothing else.
 *
 * What is unknown is ignored (RFC 7591 §2); only known members are picked, one by one.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7591#section-2
 * @module
 */
import { ASSERTION_ALGORITHMS, type AssertionAlgorithm } from './client-assertion.ts';
import type { ClientMetadata } from './client.ts';
import { parseClientKeys } from './client-keys.ts';
import { parseDisplayMetadata } from './display-metadata.ts';
import { isDeceptive } from './display-text.ts';
import { OAuthError } from './errors.ts';
import {
  flag,
  invalid,
  membersOf,
  present,
  text,
  textList,
  type Member,
} from './metadata-members.ts';
import { parseScope, uniqueScopes, type Scope } from './scope.ts';

const MAX_SOFTWARE_LENGTH = 256;
const MAX_CONTACTS = 10;
const MAX_CONTACT_LENGTH = 256;
const PRINTABLE_ASCII = /^[\x20-\x7E]*$/;

const REQUIRE_PUSHED = 'require_pushed_authorization_requests';

/** What a registration decides about; every other member is kept and echoed as it is. */
type DecidedMember =
  | 'redirect_uris'
  | 'token_endpoint_auth_method'
  | 'grant_types'
  | 'response_types'
  | 'id_token_signed_response_alg';

/** What was sent, checked for type and syntax; absent where nothing was. */
export interface RequestedMetadata {
  readonly redirect_uris: readonly string[];
  readonly token_endpoint_auth_method?: string;
  readonly grant_types?: readonly string[];
  readonly response_types?: readonly string[];
  readonly id_token_signed_response_alg?: string;
  /** The scopes asked for; absent when the client asked for nothing. */
  readonly scope?: readonly Scope[];
  /** Members that are kept and echoed as they are. */
  readonly kept: Omit<ClientMetadata, DecidedMember>;
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
  const member = membersOf(body);
  return present({
    redirect_uris: redirectUris(member('redirect_uris')),
    token_endpoint_auth_method: text(member, 'token_endpoint_auth_method'),
    grant_types: textList(member, 'grant_types'),
    response_types: textList(member, 'response_types'),
    id_token_signed_response_alg: text(member, 'id_token_signed_response_alg'),
    scope: scope(member('scope')),
    kept: present({
      contacts: contacts(member),
      software_id: software(member, 'software_id'),
      software_version: software(member, 'software_version'),
      application_type: applicationType(member),
      [REQUIRE_PUSHED]: flag(member, REQUIRE_PUSHED),
      token_endpoint_auth_signing_alg: signingAlgorithm(member),
      ...parseDisplayMetadata(body),
      ...parseClientKeys(member),
    }),
  });
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

/** "Strings representing ways to contact people", typically e-mail addresses: texts for people. */
function contacts(member: Member): readonly string[] | undefined {
  // One alone is sent without a list by some.
  const given = member('contacts');
  const asList = typeof given === 'string' ? [given] : given;
  const value = textList(() => asList, 'contacts')?.filter((contact) => contact.trim() !== '');
  if (value === undefined || value.length === 0) return undefined;
  const isSound = value.every((text) => text.length <= MAX_CONTACT_LENGTH && !isDeceptive(text));
  if (!isSound || value.length > MAX_CONTACTS) {
    throw invalid(
      `contacts must be at most ${String(MAX_CONTACTS)} texts of at most ${String(MAX_CONTACT_LENGTH)} visible characters`,
    );
  }
  return value;
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

/** The assertions of a client may be bound to one algorithm; one that proves nothing cannot be it. */
function signingAlgorithm(member: Member): AssertionAlgorithm | undefined {
  const value = text(member, 'token_endpoint_auth_signing_alg');
  const known = ASSERTION_ALGORITHMS.find((algorithm) => algorithm === value);
  if (value === undefined || known !== undefined) return known;
  throw invalid(`token_endpoint_auth_signing_alg must be ${ASSERTION_ALGORITHMS.join(' or ')}`);
}
