/**
 * Clients of the configuration: what the operator writes down, and what it comes to.
 *
 * @module
 */
import { GRANT_TYPES, RESPONSE_TYPES } from '../policy/registration.ts';
import type { AssertionAlgorithm } from '../protocol/client-assertion.ts';
import type { AuthMethod, ClientMetadata, DisplayMetadata } from '../protocol/client.ts';
import type { JsonWebKeySet } from '../protocol/client-keys.ts';
import { parseClientMetadata } from '../protocol/client-metadata.ts';
import type { Scope } from '../protocol/scope.ts';
import type { KnownClient } from '../services/resolve-client.ts';
import { frozenCopy } from '../protocol/frozen-copy.ts';
import { sha256 } from '../tokens/digest.ts';

/**
 * A client that the operator sets up: its members are those of a registration, spelled as on the wire
 * (RFC 7591 §2), with an id of the operator's choice. No registration can take its place, and the
 * baseline is not for it.
 */
export interface ProvisionedClient extends Omit<DisplayMetadata, 'localized'> {
  /** 1 to 128 visible ASCII characters; no UUID and no URL, for such ids are given to others. */
  readonly client_id: string;
  /**
   * At least 32 characters of randomness. A list while a secret is being changed: each of them is good.
   * Only digests are kept.
   */
  readonly client_secret?: string | readonly string[];
  /** Where answers may go. Unlike those of a registration, also to hosts of a private network. */
  readonly redirect_uris: readonly string[];
  /** All that the client may ask for, restricted scopes included; nothing is added to it. */
  readonly scope: string | readonly Scope[];
  /** @default 'client_secret_basic' with a secret, else 'none' */
  readonly token_endpoint_auth_method?: AuthMethod;
  /** @default ['authorization_code', 'refresh_token'] */
  readonly grant_types?: readonly string[];
  /** @default ['code'] */
  readonly response_types?: readonly string[];
  readonly contacts?: readonly string[];
  readonly software_id?: string;
  readonly software_version?: string;
  readonly application_type?: 'native' | 'web';
  /** Its public keys, to authenticate with by `private_key_jwt`. */
  readonly jwks?: JsonWebKeySet;
  /** Where it publishes them: https, with a public host. */
  readonly jwks_uri?: string;
  /** The one algorithm that its assertions are signed with. */
  readonly token_endpoint_auth_signing_alg?: AssertionAlgorithm;
  /**
   * Whether each authorization request has to be pushed first (RFC 9126 §6).
   * @default false
   */
  readonly require_pushed_authorization_requests?: boolean;
  /** The members for people in other languages (RFC 7591 §2.2). */
  readonly [localized: `${keyof Omit<DisplayMetadata, 'localized'>}#${string}`]: string;
}

/** How the client says who it is when nothing says so. */
export function defaultAuthMethod({
  client_secret,
}: Pick<ProvisionedClient, 'client_secret'>): AuthMethod {
  return client_secret === undefined ? 'none' : 'client_secret_basic';
}

/** What a client has to authenticate with. */
export function secretsOf({
  client_secret = [],
}: Pick<ProvisionedClient, 'client_secret'>): readonly string[] {
  return [client_secret].flat();
}

/**
 * The clients by their ids, with digests in the place of their secrets.
 *
 * @param clients - Checked.
 */
export function knownClients(
  clients: readonly ProvisionedClient[],
): ReadonlyMap<string, KnownClient> {
  return new Map(clients.map((client) => [client.client_id, frozenCopy(knownClient(client))]));
}

function knownClient(client: ProvisionedClient): KnownClient {
  const { client_id, grant_types = GRANT_TYPES } = client;
  const { kept, redirect_uris, scope = [] } = parseClientMetadata(client);
  const metadata: ClientMetadata = {
    redirect_uris,
    token_endpoint_auth_method: client.token_endpoint_auth_method ?? defaultAuthMethod(client),
    grant_types: GRANT_TYPES.filter((type) => grant_types.includes(type)),
    response_types: RESPONSE_TYPES,
    ...kept,
  };
  return {
    client_id,
    origin: 'provisioned',
    metadata,
    secretDigests: secretsOf(client).map(sha256),
    requested: scope,
  };
}
