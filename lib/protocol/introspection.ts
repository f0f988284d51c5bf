/**
 * The words of token introspection, spelled as on the wire.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7662#section-2.2
 * @module
 */

/** "If the token is not active, the server should not include any additional information". */
export type IntrospectionAnswer = { readonly active: false } | ActiveToken;

export interface ActiveToken {
  readonly active: true;
  readonly scope: string;
  readonly client_id: string;
  /** Of access tokens alone: how they are presented (RFC 6749 §7.1). */
  readonly token_type?: 'Bearer';
  /** Epoch seconds. */
  readonly exp: number;
  /** Epoch seconds. */
  readonly iat: number;
  readonly sub: string;
  /** The API that an access token is for. */
  readonly aud?: string;
  readonly iss: string;
  readonly jti?: string;
  /** Epoch seconds of the login, where it is known (RFC 9068 §2.2.1). */
  readonly auth_time?: number;
}
