/**
 * Registering a client, with the baseline merged into what it asked for.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7591#section-3
 * @module
 */
import type { Logger } from '../operations/logger.ts';
import { addedByBaseline } from '../policy/baseline.ts';
import { applyRegistrationPolicy } from '../policy/registration.ts';
import { registeredScopes, requireRegistrable, type ScopePolicy } from '../policy/scope-policy.ts';
import type { ClientInformation } from '../protocol/client.ts';
import { parseClientMetadata } from '../protocol/client-metadata.ts';
import { OAuthError } from '../protocol/errors.ts';
import { formatScope } from '../protocol/scope.ts';
import type { ClientRecord, ClientStore } from '../storage/store.ts';

/** What is kept of a client, as JSON; larger registrations are refused. */
const MAX_RECORD_BYTES = 8 * 1024;

export interface RegisterClientDeps {
  /** Where no redirect may lead: the endpoints of this server, as absolute URLs. */
  readonly ownEndpoints: readonly string[];
  readonly scopePolicy: ScopePolicy;
  readonly clients: Pick<ClientStore, 'insert'>;
  readonly clientUnusedTtlMs: number;
  readonly newClientId: () => string;
  readonly now: () => number;
  readonly logger: Logger;
}

/**
 * @param body - The request body, whatever it is.
 * @returns What was registered, which may be more than what was asked for (RFC 7591 §3.2.1).
 * @throws {OAuthError} `invalid_redirect_uri` or `invalid_client_metadata`.
 */
export async function registerClient(
  deps: RegisterClientDeps,
  body: unknown,
): Promise<ClientInformation> {
  const requested = parseClientMetadata(body);
  const metadata = applyRegistrationPolicy(requested, deps);
  requireRegistrable(deps.scopePolicy, requested.scope ?? []);

  const registered = registeredScopes(deps.scopePolicy, requested.scope);
  const record: Omit<ClientRecord, 'v' | 'expires_at' | 'used'> = {
    client_id: deps.newClientId(),
    client_id_issued_at: Math.floor(deps.now() / 1000),
    origin: 'registered',
    metadata,
    ...(requested.scope && { requested: formatScope(requested.scope) }),
    registered: { scopes: registered, policy: deps.scopePolicy.digest },
  };
  if (Buffer.byteLength(JSON.stringify(record)) > MAX_RECORD_BYTES) {
    throw new OAuthError('invalid_client_metadata', 'the client metadata is too large to be kept');
  }
  await deps.clients.insert(record, deps.clientUnusedTtlMs);

  const scope = formatScope(registered.map((entry) => entry.scope));
  logRegistration(deps.logger, record, scope);
  const { client_id, client_id_issued_at } = record;
  return { client_id, client_id_issued_at, ...metadata, scope };
}

/** Expansion is the normal case here: worth a line at debug, and only when the set grew. */
function logRegistration(
  logger: Logger,
  {
    client_id,
    requested,
    registered,
  }: Pick<ClientRecord, 'client_id' | 'requested' | 'registered'>,
  scope: string,
): void {
  logger.debug('client registered', { client_id, scope });
  const added = addedByBaseline(registered.scopes);
  if (added.length > 0) {
    logger.debug('client scope expanded by the baseline', { client_id, requested, added, scope });
  }
}
