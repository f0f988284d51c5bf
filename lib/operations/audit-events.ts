/**
 * Audit events: what happened, to whom, by whose hand, in a form that stays.
 *
 * @module
 */
import type { RegisteredScope, Scope } from '../protocol/scope.ts';
import type { LogLevel } from './logger.ts';

/** How an event stands in the log. */
interface Line {
  readonly level: LogLevel;
  readonly message: string;
}

/** Every event there is. Names are never given another meaning; new ones may come. */
export const AUDIT_EVENTS = {
  'client.registered': { level: 'debug', message: 'client registered' },
  'client.expanded': { level: 'debug', message: 'client scope expanded by the baseline' },
  'client.updated': { level: 'debug', message: 'client updated' },
  'client.deleted': { level: 'debug', message: 'client deleted' },
  'client.imported': { level: 'info', message: 'client imported' },
  'client.blocked': { level: 'warn', message: 'client blocked' },
  'client.unblocked': { level: 'warn', message: 'client unblocked' },
  'registration.closed': { level: 'warn', message: 'registration closed' },
  'registration.opened': { level: 'warn', message: 'registration opened' },
  'grant.created': { level: 'debug', message: 'consent given' },
  'grant.revoked': { level: 'debug', message: 'grant revoked' },
  'grants.revoked': { level: 'warn', message: 'grants revoked' },
  'consent.denied': { level: 'debug', message: 'consent denied' },
  'code.replayed': { level: 'warn', message: 'authorization code replayed: grant revoked' },
  'refresh.reused': { level: 'warn', message: 'refresh token reused: grant revoked' },
  'initial_access_token.created': { level: 'warn', message: 'initial access token created' },
  'initial_access_token.revoked': { level: 'warn', message: 'initial access token revoked' },
  'signing_key.published': { level: 'warn', message: 'next signing key published' },
  'signing_key.replaced': { level: 'warn', message: 'signing keys replaced' },
} as const satisfies Readonly<Record<string, Line>>;

/** What can happen, by the names of `docs/audit-events.md`. */
export type AuditEventName = keyof typeof AUDIT_EVENTS;

/** By whose hand: the app, the person, the operator, or the server by itself. */
export type AuditActor = 'client' | 'person' | 'operator' | 'server';

/** What happened. Members that do not belong to an event, or are not known, are absent. */
export interface AuditEvent {
  readonly name: AuditEventName;
  /** ISO 8601, UTC, on this instance's clock. */
  readonly time: string;
  readonly by: AuditActor;
  /** Which operator, as the app calls them; where it says so, and an operator acts. */
  readonly operator?: string;
  readonly client_id?: string;
  /** The `sub` that the login gave. */
  readonly subject?: string;
  readonly grant_id?: string;
  /** Which initial access token: no part of it, but what `tokens list` calls it. */
  readonly token_id?: string;
  /** Which signing key. */
  readonly kid?: string;
  /** What the client asked for when it registered; absent when it asked for nothing. */
  readonly requested?: readonly Scope[];
  /** What the operator added, each with the name of its rule. */
  readonly baseline?: readonly { readonly scope: Scope; readonly rule: string }[];
  /** What the client may ask for, with the origin of each. */
  readonly registered?: readonly RegisteredScope[];
  /** What the person approved. */
  readonly granted?: readonly Scope[];
  /** The network that asked: an IPv4 address, or the /64 of an IPv6 one. */
  readonly network?: string;
  /** Why; one of our own sentences. */
  readonly reason?: string;
}
