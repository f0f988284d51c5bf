/**
 * The words of dynamic client registration, spelled as on the wire.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7591#section-2
 * @see https://www.rfc-editor.org/rfc/rfc7591#section-3.2.1
 * @module
 */
import type { AssertionAlgorithm } from './client-assertion.ts';
import type { JsonWebKeySet } from './client-keys.ts';
import { formatScope, type Scope } from './scope.ts';

/** How a client authenticates at the token endpoint; `none` makes it a public one (RFC 7591 §2). */
export type AuthMethod = 'none' | 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt';

/** Members that are for people to read. */
export interface DisplayMetadata {
  readonly client_name?: string;
  readonly client_uri?: string;
  readonly logo_uri?: string;
  readonly tos_uri?: string;
  readonly policy_uri?: string;
  /** The same members in other languages, by their names on the wire: `client_name#fr` (RFC 7591 §2.2). */
  readonly localized?: Readonly<Record<string, string>>;
}

/** Client metadata as this server keeps it: effective values, every one validated (RFC 7591 §2). */
export interface ClientMetadata extends DisplayMetadata {
  readonly redirect_uris: readonly string[];
  readonly token_endpoint_auth_method: AuthMethod;
  readonly grant_types: readonly string[];
  readonly response_types: readonly string[];
  /** How to reach the people behind the client: addresses of any kind. */
  readonly contacts?: readonly string[];
  readonly software_id?: string;
  readonly software_version?: string;
  readonly application_type?: 'native' | 'web';
  /** Whether authorization requests of this client have to be pushed (RFC 9126 §6). */
  readonly require_pushed_authorization_requests?: boolean;
  /** What its ID tokens are signed with; only for a client that said something of it. */
  readonly id_token_signed_response_alg?: string;
  /** Public keys of the client; with `private_key_jwt`, those that it authenticates with. */
  readonly jwks?: JsonWebKeySet;
  /** Where it publishes its keys. Fetched when it authenticates with one of them, never before. */
  readonly jwks_uri?: string;
  /** The one algorithm that its assertions are signed with; absent: any that this server takes. */
  readonly token_endpoint_auth_signing_alg?: AssertionAlgorithm;
}

/** Client metadata as on the wire: what is localized stands beside the rest, by its full name. */
export type WireMetadata = Omit<ClientMetadata, 'localized'> & {
  /** The scopes asked for, as one string. Absent: none in particular. */
  readonly scope?: string;
} & Readonly<Record<`${string}#${string}`, string>>;

/** Puts it together. */
export function wireMetadata(
  { localized, ...metadata }: ClientMetadata,
  scope: readonly Scope[] | undefined,
): WireMetadata {
  return { ...metadata, ...localized, ...(scope && { scope: formatScope(scope) }) };
}

/** What is answered about a client beside its metadata (RFC 7591 §3.2.1). */
export interface IssuedClient {
  readonly client_id: string;
  /** Seconds since the epoch. */
  readonly client_id_issued_at: number;
  /** The registered set: the ceiling of what the client may ask for at the authorization endpoint. */
  readonly scope: string;
  /** Shown once: what is kept is its digest. */
  readonly client_secret?: string;
  /** Where the registration is read, changed and ended (RFC 7592 §3). */
  readonly registration_client_uri: string;
  /** What it takes to do that; kept as its digest. */
  readonly registration_access_token: string;
}

/** The answer to a registration (RFC 7591 §3.2.1). */
export type ClientInformation = IssuedClient &
  WireMetadata & {
    /** Always 0, which means never: clients do not register again when a secret ends. */
    readonly client_secret_expires_at?: 0;
  };

/** Puts the answer together. */
export function clientInformation(
  { client_id, client_id_issued_at, client_secret, scope, ...registration }: IssuedClient,
  metadata: ClientMetadata,
): ClientInformation {
  return {
    client_id,
    client_id_issued_at,
    ...(client_secret !== undefined && { client_secret, client_secret_expires_at: 0 }),
    registration_client_uri: registration.registration_client_uri,
    registration_access_token: registration.registration_access_token,
    ...wireMetadata(metadata, undefined),
    scope,
  };
}

/** What decides how a client proves who it is. */
export interface Authenticating {
  readonly token_endpoint_auth_method: AuthMethod;
}

/** Whether a client has something to authenticate with (RFC 6749 §2.1). */
export function isConfidential({ token_endpoint_auth_method: method }: Authenticating): boolean {
  return method !== 'none';
}

/** Whether it does so with a secret that this server made: a key is the client's own. */
export function hasSecret({ token_endpoint_auth_method: method }: Authenticating): boolean {
  return method === 'client_secret_basic' || method === 'client_secret_post';
}
