/**
 * The words of dynamic client registration, spelled as on the wire.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7591#section-2
 * @see https://www.rfc-editor.org/rfc/rfc7591#section-3.2.1
 * @module
 */

/** Client metadata as this server keeps it: effective values, every one validated (RFC 7591 §2). */
export interface ClientMetadata {
  readonly redirect_uris: readonly string[];
  readonly token_endpoint_auth_method: 'none';
  readonly grant_types: readonly string[];
  readonly response_types: readonly string[];
  readonly client_name?: string;
  readonly client_uri?: string;
  readonly logo_uri?: string;
  readonly tos_uri?: string;
  readonly policy_uri?: string;
  readonly software_id?: string;
  readonly software_version?: string;
  readonly application_type?: 'native' | 'web';
}

/** The answer to a registration (RFC 7591 §3.2.1). */
export interface ClientInformation extends ClientMetadata {
  readonly client_id: string;
  /** Seconds since the epoch. */
  readonly client_id_issued_at: number;
  /** The registered set: the ceiling of what the client may ask for at the authorization endpoint. */
  readonly scope: string;
}
