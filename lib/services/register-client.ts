/**
 * Registering a client, with the baseline merged into what it asked for.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7591#section-3
 * @module
 */
import type { Logger } from '../operations/logger.ts';
import { addedByBaseline } from '../policy/baseline.ts';
import { applyRegistrationPolicy, type RegistrationPolicy } from '../policy/registration.ts';
import { registeredScopes, requestedScopes, type ScopePolicy } from '../policy/scope-policy.ts';
import { clientInformation, isConfidential, type ClientInformation } from '../protocol/client.ts';
import { parseClientMetadata, type RequestedMetadata } from '../protocol/client-metadata.ts';
import { OAuthError } from '../protocol/errors.ts';
import { formatScope } from '../protocol/scope.ts';
import { SCHEMA_VERSION, type ClientStore, type NewClient } from '../storage/store.ts';
import { sha256 } from '../tokens/digest.ts';

/** What is kept of a client, as JSON, with what the store adds; larger registrations are refused. */
const MAX_RECORD_BYTES = 8 * 1024;

/** Long enough for a person to finish a login that has begun. */
export const PROTECTED_MS = 30 * 60 * 1000;

export interface RegisterClientDeps {
  readonly registrationPolicy: RegistrationPolicy;
  readonly scopePolicy: ScopePolicy;
  readonly clients: Pick<ClientStore, 'insert'>;
  readonly clientUnusedTtlMs: number;
  readonly maxUnusedClients: number;
  readonly newClientId: () => string;
  /** 32 random bytes, base64url. */
  readonly newClientSecret: () => string;
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
  const sent = parseClientMetadata(body);
  const metadata = applyRegistrationPolicy(sent, deps.registrationPolicy);
  const { requested, dropped } = requestedScopes(deps.scopePolicy, sent.scope);

  const client_secret = isConfidential(metadata) ? deps.newClientSecret() : undefined;
  const registered = registeredScopes(deps.scopePolicy, requested);
  const record: NewClient = {
    client_id: deps.newClientId(),
    client_id_issued_at: Math.floor(deps.now() / 1000),
    origin: 'registered',
    metadata,
    ...(client_secret !== undefined && { secret_digest: sha256(client_secret) }),
    ...(requested && { requested: formatScope(requested) }),
    registered: { scopes: registered, policy: deps.scopePolicy.digest },
  };
  if (bytesKept(record) > MAX_RECORD_BYTES) {
    throw new OAuthError('invalid_client_metadata', 'the client metadata is too large to be kept');
  }
  await keep(deps, record);

  const scope = formatScope(registered.map((entry) => entry.scope));
  logRegistration(deps.logger, record, scope);
  logDropped(deps.logger, sent, record, dropped);
  return clientInformation(
    { ...record, scope, ...(client_secret !== undefined && { client_secret }) },
    metadata,
  );
}

/**
 * Garbage makes room for newcomers; nobody is locked out while there is some. Only a flood faster than
 * people can log in is turned away, for as long as it lasts.
 */
async function keep(deps: RegisterClientDeps, record: NewClient): Promise<void> {
  const { clients, clientUnusedTtlMs, maxUnusedClients, logger } = deps;
  const bound = { max: maxUnusedClients, protectedMs: PROTECTED_MS };
  const inserted = await clients.insert(record, clientUnusedTtlMs, bound);
  if (inserted.outcome === 'full') {
    throw new OAuthError(
      'temporarily_unavailable',
      'too many new clients are waiting for their first login',
      {
        cause: new Error(`the store keeps ${String(maxUnusedClients)} unused clients already`),
        retryAfterSeconds: Math.ceil(inserted.waitMs / 1000),
      },
    );
  }
  const { evicted } = inserted;
  if (evicted > 0) logger.debug('oldest unused clients evicted', { evicted });
}

/** At most: the store knows the end, which has no more digits than this. */
function bytesKept(record: NewClient): number {
  const added = { v: SCHEMA_VERSION, expires_at: Number.MAX_SAFE_INTEGER, used: false };
  return Buffer.byteLength(JSON.stringify({ ...record, ...added }));
}

/** Expansion is the normal case here: worth a line at debug, and only when the set grew. */
function logRegistration(
  logger: Logger,
  { client_id, requested, registered }: NewClient,
  scope: string,
): void {
  logger.debug('client registered', { client_id, scope });
  const added = addedByBaseline(registered.scopes);
  if (added.length > 0) {
    logger.debug('client scope expanded by the baseline', { client_id, requested, added, scope });
  }
}

/** What the operator wants to have left out instead of refused. */
function logDropped(
  logger: Logger,
  { redirect_uris }: RequestedMetadata,
  { client_id, metadata }: NewClient,
  scopes: readonly string[],
): void {
  const kept = new Set(metadata.redirect_uris);
  const hosts = redirect_uris.filter((uri) => !kept.has(uri)).map(hostOf);
  if (scopes.length > 0) logger.debug('unsupported scopes left out', { client_id, scopes });
  if (hosts.length > 0) logger.debug('redirect URIs left out', { client_id, hosts });
}

/** Scheme and host: what is beside them may hold a password or a token. */
function hostOf(uri: string): string {
  if (!URL.canParse(uri)) return 'not a URI';
  const { protocol, host } = new URL(uri);
  return `${protocol}//${host}`;
}
