/**
 * The stored form of an authorization request: its JSON text, and beside it what the store decides.
 *
 * @module
 */
import { SCHEMA_VERSION, type FoundAuthorization, type PendingAuthorization } from '../store.ts';
import { digits, flag, oneOf, optional, parseObject, text, whole } from './reading.ts';

/** What is kept of a request, and nothing that may be added to the object in passing. */
const MEMBERS = [
  'grant_id',
  'client_id',
  'redirect_uri',
  'redirect_uri_given',
  'scope',
  'resource',
  'code_challenge',
  'salt',
  'state',
  'nonce',
  'auth_time_not_before',
  'browser',
] as const satisfies readonly (keyof PendingAuthorization)[];

/** The request as it came; its times are fields of their own, for Redis' clock sets them. */
export function formatAuthorization(
  pending: Pick<PendingAuthorization, (typeof MEMBERS)[number]>,
): string {
  return JSON.stringify(pending, [...MEMBERS]);
}

/** @throws {UnreadableRecordError} */
export function parseAuthorization(
  fields: Readonly<Record<string, string>>,
  grantId: string,
): FoundAuthorization {
  const v = oneOf(Number(fields['v']), SCHEMA_VERSION);
  const record = parseObject(text(fields['record']));
  const pending: PendingAuthorization = {
    v,
    grant_id: oneOf(record['grant_id'], grantId),
    client_id: text(record['client_id']),
    redirect_uri: text(record['redirect_uri']),
    redirect_uri_given: flag(record['redirect_uri_given']),
    scope: text(record['scope']),
    resource: text(record['resource']),
    code_challenge: text(record['code_challenge']),
    salt: text(record['salt']),
    ...optional(record, 'state', text),
    ...optional(record, 'nonce', text),
    ...optional(record, 'auth_time_not_before', whole),
    browser: text(record['browser']),
    created_at: digits(fields['created_at']),
    expires_at: digits(fields['expires_at']),
  };
  return {
    pending,
    ...optional(fields, 'decision', (value) => oneOf(value, 'allowed', 'denied')),
  };
}
