/**
 * The stored form of a registered client: one JSON text, the members that change at its end.
 *
 * @module
 */
import type { ClientMetadata } from '../../protocol/client.ts';
import type { RegisteredScope, ScopeOrigin } from '../../protocol/scope.ts';
import { SCHEMA_VERSION, type ClientRecord } from '../store.ts';
import { flag, list, object, oneOf, optional, parseObject, text, whole } from './reading.ts';

/** The text without the members that the script adds, and without the closing brace. */
export function formatClient(record: Omit<ClientRecord, 'v' | 'expires_at' | 'used'>): string {
  const { client_id, client_id_issued_at, origin, metadata, requested, registered } = record;
  return JSON.stringify({
    v: SCHEMA_VERSION,
    client_id,
    client_id_issued_at,
    origin,
    metadata,
    requested,
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
  return {
    v: oneOf(record['v'], SCHEMA_VERSION),
    client_id: oneOf(record['client_id'], clientId),
    client_id_issued_at: whole(record['client_id_issued_at']),
    origin: oneOf(record['origin'], 'registered'),
    metadata: metadata(object(record['metadata'])),
    ...optional(record, 'requested', text),
    registered: {
      scopes: list(registered['scopes'], registeredScope),
      policy: text(registered['policy']),
    },
    expires_at: whole(record['expires_at']),
    used: flag(record['used']),
  };
}

function metadata(source: Readonly<Record<string, unknown>>): ClientMetadata {
  const texts = (value: unknown): string[] => list(value, text);
  return {
    redirect_uris: texts(source['redirect_uris']),
    token_endpoint_auth_method: oneOf(source['token_endpoint_auth_method'], 'none'),
    grant_types: texts(source['grant_types']),
    response_types: texts(source['response_types']),
    ...optional(source, 'client_name', text),
    ...optional(source, 'client_uri', text),
    ...optional(source, 'logo_uri', text),
    ...optional(source, 'tos_uri', text),
    ...optional(source, 'policy_uri', text),
    ...optional(source, 'software_id', text),
    ...optional(source, 'software_version', text),
    ...optional(source, 'application_type', (value) => oneOf(value, 'native', 'web')),
  };
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
