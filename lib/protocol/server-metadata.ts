/**
 * Authorization server metadata. It says what is true of this server and nothing more: clients
 * choose by it, and an entry that registration would refuse breaks them.
 *
 * For an OpenID provider the same document is its configuration: there is one, so that it says the
 * same at both addresses.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8414#section-2
 * @see https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata
 * @module
 */
import { ASSERTION_ALGORITHMS } from './client-assertion.ts';
import type { Scope } from './scope.ts';

/** The endpoints as absolute URLs. */
export interface Endpoints {
  readonly authorize: string;
  readonly token: string;
  /** Absent when nobody can register. */
  readonly register?: string;
  readonly revoke: string;
  readonly par: string;
  /** Absent when nobody may ask. */
  readonly introspect?: string;
  readonly jwks: string;
}

/** What is published about an OpenID provider beside that (OpenID Connect Discovery §3). */
export interface OpenidMetadata {
  readonly userinfo_endpoint: string;
  readonly subject_types_supported: readonly string[];
  readonly id_token_signing_alg_values_supported: readonly string[];
  readonly claims_supported: readonly string[];
  readonly prompt_values_supported: readonly string[];
  readonly claims_parameter_supported: false;
  readonly request_parameter_supported: false;
  /** What is left out here would mean `true`. */
  readonly request_uri_parameter_supported: false;
}

/** What is published about the server (RFC 8414 §2). */
export interface ServerMetadata extends Partial<OpenidMetadata> {
  readonly issuer: string;
  readonly authorization_endpoint: string;
  readonly token_endpoint: string;
  /** Absent when there is nothing to register with. */
  readonly registration_endpoint?: string;
  /** RFC 9126 §5. */
  readonly pushed_authorization_request_endpoint: string;
  /** Only where every client has to push its requests. */
  readonly require_pushed_authorization_requests?: true;
  readonly jwks_uri: string;
  /** Absent rather than empty (RFC 8414 §3.2). */
  readonly scopes_supported?: readonly Scope[];
  readonly response_types_supported: readonly string[];
  readonly response_modes_supported: readonly string[];
  readonly grant_types_supported: readonly string[];
  readonly token_endpoint_auth_methods_supported: readonly string[];
  /** There when one of the methods is signed (RFC 8414 §2). */
  readonly token_endpoint_auth_signing_alg_values_supported?: readonly string[];
  readonly revocation_endpoint: string;
  readonly revocation_endpoint_auth_methods_supported: readonly string[];
  readonly revocation_endpoint_auth_signing_alg_values_supported?: readonly string[];
  /** Absent when nobody may ask. */
  readonly introspection_endpoint?: string;
  readonly introspection_endpoint_auth_methods_supported?: readonly string[];
  readonly introspection_endpoint_auth_signing_alg_values_supported?: readonly string[];
  readonly code_challenge_methods_supported: readonly string[];
  readonly authorization_response_iss_parameter_supported: true;
  /** Whether a `client_id` may be the address of a metadata document; absent when it may not. */
  readonly client_id_metadata_document_supported?: true;
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
  readonly requirePushedRequests: boolean;
  readonly metadataDocuments?: boolean;
  /** How those that may ask about tokens authenticate. */
  readonly introspectionAuthMethods?: readonly string[];
  /** Absent where `openid` cannot be granted. */
  readonly openid?: OpenidInput;
}

/** What the document of an OpenID provider depends on. */
export interface OpenidInput {
  /** The userinfo endpoint as an absolute URL. */
  readonly userinfo: string;
  /** What ID tokens are signed with. */
  readonly algorithms: readonly string[];
  readonly claims: readonly string[];
}

/** Builds the document. */
export function serverMetadata(input: ServerMetadataInput): ServerMetadata {
  const { endpoints } = input;
  return {
    issuer: input.issuer,
    authorization_endpoint: endpoints.authorize,
    token_endpoint: endpoints.token,
    ...(endpoints.register !== undefined && { registration_endpoint: endpoints.register }),
    pushed_authorization_request_endpoint: endpoints.par,
    ...(input.requirePushedRequests && { require_pushed_authorization_requests: true }),
    jwks_uri: endpoints.jwks,
    ...(input.scopes.length > 0 && { scopes_supported: input.scopes }),
    response_types_supported: input.responseTypes,
    response_modes_supported: ['query'],
    grant_types_supported: input.grantTypes,
    ...authentication('token_endpoint', input.authMethods),
    revocation_endpoint: endpoints.revoke,
    ...authentication('revocation_endpoint', input.authMethods),
    ...(endpoints.introspect !== undefined && {
      introspection_endpoint: endpoints.introspect,
      ...authentication('introspection_endpoint', input.introspectionAuthMethods ?? []),
    }),
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
    ...(input.openid && openidMetadata(input.openid)),
    ...(input.metadataDocuments === true && { client_id_metadata_document_supported: true }),
  };
}

/** What a request object or the parameter `claims` would say is not read: it has to be said. */
function openidMetadata({ userinfo, algorithms, claims }: OpenidInput): OpenidMetadata {
  return {
    userinfo_endpoint: userinfo,
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: algorithms,
    claims_supported: claims,
    prompt_values_supported: ['none', 'login', 'consent', 'select_account'],
    claims_parameter_supported: false,
    request_parameter_supported: false,
    request_uri_parameter_supported: false,
  };
}

/** How clients authenticate at an endpoint, and what they sign with where they do. */
function authentication<const Endpoint extends string>(
  endpoint: Endpoint,
  methods: readonly string[],
): Record<`${Endpoint}_auth_methods_supported`, readonly string[]> &
  Partial<Record<`${Endpoint}_auth_signing_alg_values_supported`, readonly string[]>> {
  return {
    [`${endpoint}_auth_methods_supported`]: methods,
    ...(methods.includes('private_key_jwt') && {
      [`${endpoint}_auth_signing_alg_values_supported`]: ASSERTION_ALGORITHMS,
    }),
  } as never;
}
