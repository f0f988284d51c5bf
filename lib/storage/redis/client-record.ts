/**
 * The stored form of a registered client: one JSON text, the members that change at its end.
 *
 * @module
 */
import { ASSERTION_ALGORITHMS } from '../../protocol/client-assertion.ts';
import { hasSecret, type ClientMetadata } from '../../protocol/client.ts';
import type { RegisteredScope, ScopeOrigin } from '../../protocol/scope.ts';
import {
  SCHEMA_VERSION,
  type ClientRecord,
  type NewClient,
  type PreviousDigest,
  type RegisteredNote,
  type RegistrationToken,
} from '../store.ts';
import { clientPlaceOf } from '../ids.ts';
import { licence } from './licence.ts';
import {
  digest,
  flag,
  list,
  must,
  object,
  oneOf,
  optional,
  parseObject,
  text,
  whole,
  type Unread,
} from './reading.ts';

/** The text without the members that the script adds, and without the closing brace. */
export function formatClient(record: NewClient): string {
  const { client_id, client_id_issued_at, imported_at, origin, revision, metadata, registered } =
    record;
  return JSON.stringify({
    v: SCHEMA_VERSION,
    client_id,
    client_id_issued_at,
    imported_at,
    origin,
    revision,
    metadata,
    secret_digest: record.secret_digest,
    previous_secret: record.previous_secret,
    requested: record.requested,
    registered,
    licence: record.licence,
    registration_token: record.registration_token,
  }).slice(0, -1);
}

/** The end of the text, as it stood when the record was read. */
export function formatClientTail({ expires_at, used }: ClientRecord): string {
  return `,"expires_at":${String(expires_at)},"used":${String(used)}}`;
}

/**
 * The member of the text that is the note. It stands there once: within a text of a stranger its quotes
 * are escaped, and no other member begins like it.
 */
export function formatNote({ scopes, policy }: RegisteredNote): string {
  const noted = scopes.map(({ scope, origin }) => ({ scope, origin }));
  return `,"registered":${JSON.stringify({ scopes: noted, policy })}`;
}

/**
 * @param place - Where it was found, which tells the only client that can be there.
 * @throws {UnreadableRecordError}
 */
export function parseClient(stored: string, place: string): ClientRecord {
  const record = parseObject(stored);
  const registered = object(record['registered']);
  const client = metadata(object(record['metadata']));
  const client_id = text(record['client_id']);
  must(clientPlaceOf(client_id) === place);
  // A client of a secret method without one could be anybody; any other with a secret is nobody.
  must(hasSecret(client) === (record['secret_digest'] !== undefined));
  must(record['previous_secret'] === undefined || record['secret_digest'] !== undefined);
  return {
    v: oneOf(record['v'], SCHEMA_VERSION),
    client_id,
    client_id_issued_at: whole(record['client_id_issued_at']),
    ...optional(record, 'imported_at', whole),
    origin: oneOf(record['origin'], 'registered'),
    ...optional(record, 'revision', whole),
    metadata: client,
    ...optional(record, 'secret_digest', digest),
    ...optional(record, 'previous_secret', previousDigest),
    ...optional(record, 'requested', text),
    registered: {
      scopes: list(registered['scopes'], registeredScope),
      policy: text(registered['policy']),
    },
    ...optional(record, 'licence', licence),
    ...optional(record, 'registration_token', registrationToken),
    expires_at: whole(record['expires_at']),
    used: flag(record['used']),
  };
}

function registrationToken(value: unknown): RegistrationToken {
  const source = object(value);
  return { digest: digest(source['digest']), ...optional(source, 'previous', previousDigest) };
}

function previousDigest(value: unknown): PreviousDigest {
  const { digest: of, ends_at } = object(value);
  return { digest: digest(of), ends_at: whole(ends_at) };
}

function metadata(source: Unread): ClientMetadata {
  const texts = (value: unknown): string[] => list(value, text);
  return {
    redirect_uris: texts(source['redirect_uris']),
    token_endpoint_auth_method: oneOf(
      source['token_endpoint_auth_method'],
      'none',
      'client_secret_basic',
      'client_secret_post',
      'private_key_jwt',
    ),
    grant_types: texts(source['grant_types']),
    response_types: texts(source['response_types']),
    ...optional(source, 'client_name', text),
    ...optional(source, 'client_uri', text),
    ...optional(source, 'logo_uri', text),
    ...optional(source, 'tos_uri', text),
    ...optional(source, 'policy_uri', text),
    ...optional(source, 'localized', localized),
    ...optional(source, 'contacts', texts),
    ...optional(source, 'software_id', text),
    ...optional(source, 'software_version', text),
    ...optional(source, 'application_type', (value) => oneOf(value, 'native', 'web')),
    ...optional(source, 'id_token_signed_response_alg', text),
    ...optional(source, 'require_pushed_authorization_requests', flag),
    ...optional(source, 'jwks', (value) => ({ keys: list(object(value)['keys'], key) })),
    ...optional(source, 'jwks_uri', text),
    ...optional(source, 'token_endpoint_auth_signing_alg', (value) =>
      oneOf(value, ...ASSERTION_ALGORITHMS),
    ),
  };
}

/** Their names are spread over the answer to the client: none may be that of another member. */
function localized(value: unknown): Readonly<Record<string, string>> {
  const texts = textsByName(object(value));
  must(Object.keys(texts).every((name) => name.includes('#')));
  return texts;
}

function key(value: unknown): Readonly<Record<string, string>> {
  return textsByName(object(value));
}

function textsByName(source: Unread): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(source).map(([name, value]) => [name, text(value)]));
}

function registeredScope(value: unknown): RegisteredScope {
  const { scope, origin } = object(value);
  return { scope: text(scope), origin: scopeOrigin(origin) };
}

function scopeOrigin(value: unknown): ScopeOrigin {
  return typeof value === 'string'
    ? oneOf(value, 'requested', 'default')
    : { baseline: text(object(value)['baseline']) };
}
