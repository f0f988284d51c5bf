/**
 * Registering a client, with the baseline merged into what it asked for.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7591#section-3
 * @module
 */
import { clientInformation, hasSecret, type ClientInformation } from '../protocol/client.ts';
import { OAuthError } from '../protocol/errors.ts';
import { formatScope } from '../protocol/scope.ts';
import type { ClientStore, Licence, NewClient } from '../storage/store.ts';
import { sha256 } from '../tokens/digest.ts';
import {
  decideRegistration,
  type DecideRegistrationDeps,
  type DecisionContext,
} from './decide-registration.ts';
import { tellDecision, type TellDecisionDeps } from './tell-decision.ts';
import { registrationClientUri } from './managed-client.ts';

/** Long enough for a person to finish a login that has begun. */
export const PROTECTED_MS = 30 * 60 * 1000;

export interface RegisterClientDeps extends DecideRegistrationDeps, TellDecisionDeps {
  readonly clients: Pick<ClientStore, 'insert'>;
  readonly clientUnusedTtlMs: number;
  readonly maxUnusedClients: number;
  readonly newClientId: () => string;
  /** 32 random bytes, base64url. */
  readonly newClientSecret: () => string;
  /** 32 random bytes, base64url. */
  readonly newRegistrationAccessToken: () => string;
  /** The URL of the registration endpoint. */
  readonly registrationUrl: string;
  /** The store's clock: it makes room for newcomers by it. */
  readonly storeNow: () => number;
}

/** Who registers. */
export interface Registrant extends Pick<DecisionContext, 'licence'> {
  /** The network that asks; absent when it is not counted, or nobody wants to know. */
  readonly network?: string | undefined;
  /** Its network, for the audit: also one that no limit counts. */
  readonly seenFrom?: string | undefined;
}

/**
 * @param body - The request body, whatever it is.
 * @returns What was registered, which may be more than what was asked for (RFC 7591 §3.2.1).
 * @throws {OAuthError} What {@link decideRegistration} throws, and `temporarily_unavailable` when there
 * is no room.
 */
export async function registerClient(
  deps: RegisterClientDeps,
  body: unknown,
  { seenFrom, ...registrant }: Registrant = {},
): Promise<ClientInformation> {
  const client_id = deps.newClientId();
  const context = { kind: 'registration', client_id, ...registrant } as const;
  const decision = await decideRegistration(deps, body, context);
  const { metadata, requested, registered } = decision;

  const client_secret = hasSecret(metadata) ? deps.newClientSecret() : undefined;
  const registration_access_token = deps.newRegistrationAccessToken();
  const record: NewClient = {
    client_id,
    client_id_issued_at: Math.floor(deps.storeNow() / 1000),
    origin: 'registered',
    metadata,
    ...(client_secret !== undefined && { secret_digest: sha256(client_secret) }),
    ...(requested && { requested: formatScope(requested) }),
    registered: { scopes: registered, policy: deps.scopePolicy.digest },
    ...(isOfItsOwn(registrant.licence) && { licence: registrant.licence }),
    registration_token: { digest: sha256(registration_access_token) },
  };
  await keep(deps, record);

  const scope = formatScope(registered.map((entry) => entry.scope));
  tellDecision(deps, { name: 'client.registered', client_id, seenFrom }, decision);
  return clientInformation(
    {
      client_id,
      client_id_issued_at: record.client_id_issued_at,
      scope,
      ...(client_secret !== undefined && { client_secret }),
      registration_client_uri: registrationClientUri(deps, client_id),
      registration_access_token,
    },
    metadata,
  );
}

/** Whether there is anything in it that not everybody has. */
function isOfItsOwn(licence: Licence | undefined): licence is Licence {
  return licence !== undefined && Object.keys(licence).length > 0;
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
