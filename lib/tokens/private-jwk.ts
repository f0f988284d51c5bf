/**
 * A private key as JSON.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7517
 * @module
 */

/**
 * A private JSON Web Key (RFC 7517 §4, RFC 7518 §6, RFC 8037 §2). Written out, for the types of Node
 * have had theirs in several places: whatever exports a key there fits.
 */
export interface PrivateJsonWebKey {
  readonly kty?: string;
  readonly kid?: string;
  readonly use?: string;
  readonly alg?: string;
  readonly key_ops?: readonly string[];
  readonly ext?: boolean;
  readonly crv?: string;
  readonly x?: string;
  readonly y?: string;
  readonly d?: string;
  readonly n?: string;
  readonly e?: string;
  readonly p?: string;
  readonly q?: string;
  readonly dp?: string;
  readonly dq?: string;
  readonly qi?: string;
  readonly oth?: readonly object[];
  readonly k?: string;
  readonly x5c?: readonly string[];
  readonly x5t?: string;
  readonly 'x5t#S256'?: string;
  readonly x5u?: string;
}
