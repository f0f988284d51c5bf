/**
 * The stored form of a registered client: one JSON text, the members that change at its end.
 *
 * @module
 */
import { isConfidential, type ClientMetadata } from '../../protocol/client.ts';
import type { RegisteredScope, ScopeOrigin } from '../../protocol/scope.ts';
import { SCHEMA_VERSION, type ClientRecord, type NewClient } from '../store.ts';
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
  const { client_id, client_id_issued_at, origin, metadata, registered } = record;
  return JSON.stringify({
    v: SCHEMA_VERSION,
    client_id,
    client_id_issued_at,
    origin,
    metadata,
    secret_digest: record.secret_digest,
    requested: record.requested,
    registered,
  }).slice(0, -1);
}

/** The end of the text, as it stood when the record was read. */
export function formatClientTail({ expires_at, used }: ClientRecord): string {
  return `,"expires_at":${String(expires_at)},"used":${String(used)}}`;
}

/** @throws {UnreadableRecordError} */
export function parseClient(stored: string, clientId: string): ClientRecord {
  const record = parseObject(stored);
  const registered = object(record['registered']);
  const client = metadata(object(record['metadata']));
  // A confidential client without a secret could be anybody; a public one with a secret is nobody.
  must(isConfidential(client) === (record['secret_digest'] !== undefined));
  return {
    v: oneOf(record['v'], SCHEMA_VERSION),
    client_id: oneOf(record['client_id'], clientId),
    client_id_issued_at: whole(record['client_id_issued_at']),
    origin: oneOf(record['origin'], 'registered'),
    metadata: client,
    ...optional(record, 'secret_digest', digest),
    ...optional(record, 'requested', text),
    registered: {
      scopes: list(registered['scopes'], registeredScope),
      policy: text(registered['policy']),
    },
    expires_at: whole(record['expires_at']),
    used: flag(record['used']),
  };
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
    ...optional(source, 'jwks', (value) => ({ keys: list(object(value)['keys'], key) })),
    ...optional(source, 'jwks_uri', text),
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
