/**
 * The stored form of an authorization grant: a hash with one field for each member, so that a
 * transition writes only what it changes.
 *
 * @module
 */
import { SCHEMA_VERSION, type GrantRecord, type NewGrant } from '../store.ts';
import { bit, digits, must, oneOf, optional, someText, text } from './reading.ts';
import { formatResources, parseResources } from './resources-record.ts';

/** Names and values in turn, without the fields that the script adds. */
export function formatGrant(grant: NewGrant): string[] {
  const fields: Record<string, string> = {
    grant_id: grant.grant_id,
    client_id: grant.client_id,
    subject: grant.subject,
    granted: grant.granted,
    ...formatResources(grant.resources),
    redirect_uri: grant.redirect_uri,
    redirect_uri_given: grant.redirect_uri_given ? '1' : '0',
    code_challenge: grant.code_challenge,
    salt: grant.salt,
    refreshable: grant.refreshable ? '1' : '0',
    ...(grant.auth_time !== undefined && { auth_time: String(grant.auth_time) }),
    ...(grant.nonce !== undefined && { nonce: grant.nonce }),
    ...(grant.claims !== undefined && { claims: grant.claims }),
  };
  return Object.entries(fields).flat();
}

/** @throws {UnreadableRecordError} */
export function parseGrant(fields: Readonly<Record<string, string>>, grantId: string): GrantRecord {
  const grant: GrantRecord = {
    v: oneOf(Number(fields['v']), SCHEMA_VERSION),
    grant_id: oneOf(fields['grant_id'], grantId),
    client_id: text(fields['client_id']),
    subject: text(fields['subject']),
    granted: text(fields['granted']),
    resources: parseResources(fields),
    redirect_uri: text(fields['redirect_uri']),
    redirect_uri_given: bit(fields['redirect_uri_given']),
    code_challenge: text(fields['code_challenge']),
    salt: text(fields['salt']),
    refreshable: bit(fields['refreshable']),
    generation: digits(fields['generation']),
    created_at: digits(fields['created_at']),
    ...optional(fields, 'auth_time', digits),
    ...optional(fields, 'nonce', text),
    ...optional(fields, 'claims', someText),
    ...optional(fields, 'redeemed_at', digits),
    ...optional(fields, 'rotated_at', digits),
    ...optional(fields, 'previous_ends_at', digits),
    ends_at: digits(fields['ends_at']),
    expires_at: digits(fields['expires_at']),
  };
  must(grant.generation > 0 === (grant.redeemed_at !== undefined));
  const { rotated_at, previous_ends_at } = grant;
  must(grant.generation < 2 || (rotated_at !== undefined && previous_ends_at !== undefined));
  return grant;
}
