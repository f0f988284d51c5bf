/**
 * The words of dynamic client registration, spelled as on the wire.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7591#section-2
 * @see https://www.rfc-editor.org/rfc/rfc7591#section-3.2.1
 * @module
 */
import type { JsonWebKeySet } from './client-keys.ts';

/** How a client authenticates at the token endpoint; `none` makes it a public one (RFC 7591 §2). */
export type AuthMethod = 'none' | 'client_secret_basic' | 'client_secret_post';

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
  /** Public keys of the client. Kept for it, not used by this server. */
  readonly jwks?: JsonWebKeySet;
  /** Where it publishes its keys. Never fetched. */
  readonly jwks_uri?: string;
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
}

/** The answer to a registration (RFC 7591 §3.2.1). */
export type ClientInformation = IssuedClient &
  Omit<ClientMetadata, 'localized'> & {
    /** Always 0, which means never: clients do not register again when a secret ends. */
    readonly client_secret_expires_at?: 0;
  } & Readonly<Record<`${string}#${string}`, string>>;

/** Puts the answer together. */
export function clientInformation(
  { client_id, client_id_issued_at, client_secret, scope }: IssuedClient,
  { localized, ...metadata }: ClientMetadata,
): ClientInformation {
  return {
    client_id,
    client_id_issued_at,
    ...(client_secret !== undefined && { client_secret, client_secret_expires_at: 0 }),
    ...metadata,
    ...localized,
    scope,
  };
}

/** Whether a client has something to authenticate with (RFC 6749 §2.1). */
export function isConfidential(metadata: {
  readonly token_endpoint_auth_method: AuthMethod;
}): boolean {
  return metadata.token_endpoint_auth_method !== 'none';
}
