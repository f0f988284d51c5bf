/**
 * Authorization server metadata. It says what is true of this server and nothing more: clients
 * choose by it, and an entry that registration would refuse breaks them.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8414#section-2
 * @module
 */
import type { Scope } from './scope.ts';

/** The endpoints as absolute URLs. */
export interface Endpoints {
  readonly authorize: string;
  readonly token: string;
  /** Absent when nobody can register. */
  readonly register?: string;
  readonly jwks: string;
}

/** What is published about the server (RFC 8414 §2). */
export interface ServerMetadata {
  readonly issuer: string;
  readonly authorization_endpoint: string;
  readonly token_endpoint: string;
  /** Absent when there is nothing to register with. */
  readonly registration_endpoint?: string;
  readonly jwks_uri: string;
  /** Absent rather than empty (RFC 8414 §3.2). */
  readonly scopes_supported?: readonly Scope[];
  readonly response_types_supported: readonly string[];
  readonly response_modes_supported: readonly string[];
  readonly grant_types_supported: readonly string[];
  readonly token_endpoint_auth_methods_supported: readonly string[];
  readonly code_challenge_methods_supported: readonly string[];
  readonly authorization_response_iss_parameter_supported: true;
}

/** What the document depends on. */
export interface ServerMetadataInput {
  readonly issuer: string;
  readonly endpoints: Endpoints;
  /** What a client may register: restricted scopes are not among them. */
  readonly scopes: readonly Scope[];
  readonly grantTypes: readonly string[];
  readonly responseTypes: readonly string[];
  readonly authMethods: readonly string[];
}

/** Builds the document. */
export function serverMetadata(input: ServerMetadataInput): ServerMetadata {
  const { endpoints } = input;
  return {
    issuer: input.issuer,
    authorization_endpoint: endpoints.authorize,
    token_endpoint: endpoints.token,
    ...(endpoints.register !== undefined && { registration_endpoint: endpoints.register }),
    jwks_uri: endpoints.jwks,
    ...(input.scopes.length > 0 && { scopes_supported: input.scopes }),
    response_types_supported: input.responseTypes,
    response_modes_supported: ['query'],
    grant_types_supported: input.grantTypes,
    token_endpoint_auth_methods_supported: input.authMethods,
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
  };
}
