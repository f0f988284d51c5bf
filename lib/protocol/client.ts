/**
 * The words of dynamic client registration, spelled as on the wire.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7591#section-2
 * @see https://www.rfc-editor.org/rfc/rfc7591#section-3.2.1
 * @module
 */

/** How a client authenticates at the token endpoint: so far, every client is public. */
export type AuthMethod = 'none';

/** Members that are for people to read. */
export interface DisplayMetadata {
  readonly client_name?: string;
  readonly client_uri?: string;
  readonly logo_uri?: string;
  readonly tos_uri?: string;
  readonly policy_uri?: string;
  readonly software_id?: string;
  readonly software_version?: string;
  readonly application_type?: 'native' | 'web';
}

/** Client metadata as this server keeps it: effective values, every one validated (RFC 7591 §2). */
export interface ClientMetadata extends DisplayMetadata {
  readonly redirect_uris: readonly string[];
  readonly token_endpoint_auth_method: AuthMethod;
  readonly grant_types: readonly string[];
  readonly response_types: readonly string[];
}

/** The answer to a registration (RFC 7591 §3.2.1). */
export interface ClientInformation extends ClientMetadata {
  readonly client_id: string;
  /** Seconds since the epoch. */
  readonly client_id_issued_at: number;
  /** The registered set: the ceiling of what the client may ask for at the authorization endpoint. */
  readonly scope: string;
}

/** Whether a client has something to authenticate with (RFC 6749 §2.1). */
export function isConfidential(metadata: { readonly token_endpoint_auth_method: string }): boolean {
  return metadata.token_endpoint_auth_method !== 'none';
}
