/**
 * What a decision about client metadata leaves in the log and in the audit.
 *
 * @module
 */
import type { Emit } from '../operations/audit.ts';
import type { Logger } from '../operations/logger.ts';
import { addedByBaseline } from '../policy/baseline.ts';
import type { RegistrationDecision } from './decide-registration.ts';
import { parseUrl } from '../protocol/parse-url.ts';

export interface TellDecisionDeps {
  readonly emit: Emit;
  readonly logger: Logger;
}

/** Whose metadata were decided about, and what for. */
export interface DecidedClient {
  /** Absent for a client that is known by a document: it is read again and again. */
  readonly name?: 'client.registered' | 'client.updated';
  readonly client_id: string;
  /** The network that asked. */
  readonly seenFrom?: string | undefined;
  readonly reason?: string | undefined;
  /** Whether it says anything that was not told before; absent where it always does. */
  readonly isNews?: boolean;
}

/**
 * Expansion is the normal case here: worth an event of its own, and only when the set grew. What the
 * operator wants to have left out instead of refused is worth a line at debug.
 */
export function tellDecision(
  { emit, logger }: TellDecisionDeps,
  { name, client_id, seenFrom, reason, isNews = true }: DecidedClient,
  { requested, registered, dropped }: RegistrationDecision,
): void {
  const baseline = addedByBaseline(registered);
  const decided = {
    client_id,
    ...(requested && { requested }),
    baseline,
    registered,
    ...(seenFrom !== undefined && { network: seenFrom }),
  };
  if (name) emit({ name, by: 'client', ...decided, ...(reason !== undefined && { reason }) });
  if (isNews && baseline.length > 0) {
    emit({ name: 'client.expanded', by: 'server', ...decided });
  }
  const { scopes } = dropped;
  if (scopes.length > 0) logger.debug('unsupported scopes left out', { client_id, scopes });
  const hosts = dropped.redirect_uris.map(hostOf);
  if (hosts.length > 0) logger.debug('redirect URIs left out', { client_id, hosts });
}

/** Scheme and host: what is beside them may hold a password or a token. */
function hostOf(uri: string): string {
  const url = parseUrl(uri);
  return url ? `${url.protocol}//${url.host}` : 'not a URI';
}
