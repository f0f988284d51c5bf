/**
 * Registration policy: what this server makes of the metadata a client sent.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7591#section-2
 * @module
 */
import { isConfidential, type AuthMethod, type ClientMetadata } from '../protocol/client.ts';
import type { RequestedMetadata } from '../protocol/client-metadata.ts';
import { OAuthError } from '../protocol/errors.ts';
import { isAcceptableRedirectUri } from '../protocol/redirect-uri.ts';

export const GRANT_TYPES = ['authorization_code', 'refresh_token'] as const;
export const RESPONSE_TYPES = ['code'] as const;

const PUBLIC: readonly AuthMethod[] = ['none'];
const ALL: readonly AuthMethod[] = ['none', 'client_secret_basic', 'client_secret_post'];

/** The method of a client that is confidential because the operator says so: any client can do it. */
const FORCED_METHOD: AuthMethod = 'client_secret_post';

const MAX_REDIRECT_URIS = 10;

const PUBLIC_URIS =
  'a redirect URI must be https, http on localhost, 127.0.0.1 or [::1], or a private-use scheme, without fragment and written in its normal form';
const CONFIDENTIAL_URIS =
  "with this token_endpoint_auth_method a redirect URI must be https with a public host; for an app on the person's device it must be 'none'";
const FORCED_URIS =
  'a client with one of these redirect URIs is confidential here, so that each of them must be https with a public host';

/** What the operator decided about registrations. */
export interface RegistrationPolicy {
  /** Where no redirect may lead: the endpoints of this server, as absolute URLs. */
  readonly ownEndpoints: readonly string[];
  /** Whether clients may register with a secret. */
  readonly confidentialClients: boolean;
  /** A client with one of these becomes a confidential one, whatever it asked for. */
  readonly forceConfidentialRedirectUris: readonly string[];
  /** What becomes of a registration in which some redirect URIs are not acceptable. */
  readonly invalidRedirectUris: 'reject' | 'drop';
}

/** The authentication methods that a registration can ask for: what the server metadata lists. */
export function registrableAuthMethods({
  confidentialClients,
}: Pick<RegistrationPolicy, 'confidentialClients'>): readonly AuthMethod[] {
  return confidentialClients ? ALL : PUBLIC;
}

/**
 * The effective metadata.
 *
 * @throws {OAuthError} `invalid_redirect_uri` or `invalid_client_metadata` for what we do not offer.
 */
export function applyRegistrationPolicy(
  requested: RequestedMetadata,
  policy: RegistrationPolicy,
): ClientMetadata {
  const token_endpoint_auth_method = authMethod(requested, policy);
  return {
    redirect_uris: redirectUris(requested, policy, token_endpoint_auth_method),
    token_endpoint_auth_method,
    grant_types: grantTypes(requested.grant_types),
    response_types: responseTypes(requested.response_types),
    ...requested.kept,
  };
}

/** RFC 7591 §2 says `client_secret_basic` when omitted; here `none`: public clients forget to say it. */
function authMethod(
  { token_endpoint_auth_method: asked = 'none', redirect_uris }: RequestedMetadata,
  policy: RegistrationPolicy,
): AuthMethod {
  const methods = registrableAuthMethods(policy);
  const method = methods.find((known) => known === asked);
  if (method === undefined) {
    throw new OAuthError(
      'invalid_client_metadata',
      `token_endpoint_auth_method must be ${methods.join(' or ')}`,
    );
  }
  const { forceConfidentialRedirectUris: forcing } = policy;
  const isForced = method === 'none' && redirect_uris.some((uri) => forcing.includes(uri));
  return isForced ? FORCED_METHOD : method;
}

function redirectUris(
  requested: RequestedMetadata,
  { ownEndpoints, invalidRedirectUris }: RegistrationPolicy,
  token_endpoint_auth_method: AuthMethod,
): readonly string[] {
  const { redirect_uris: asked } = requested;
  if (asked.length > MAX_REDIRECT_URIS) {
    throw new OAuthError(
      'invalid_redirect_uri',
      `at most ${String(MAX_REDIRECT_URIS)} redirect URIs can be registered`,
    );
  }
  const confidential = isConfidential({ token_endpoint_auth_method });
  const acceptable = asked.filter((uri) =>
    isAcceptableRedirectUri(uri, { ownEndpoints, confidential }),
  );
  // Unless the operator says otherwise, one refuses them all: a client must not believe it has what it has not.
  const enough = invalidRedirectUris === 'drop' ? 1 : asked.length;
  if (acceptable.length >= enough) return acceptable;
  const { token_endpoint_auth_method: method = 'none' } = requested;
  throw new OAuthError(
    'invalid_redirect_uri',
    confidential ? (method === 'none' ? FORCED_URIS : CONFIDENTIAL_URIS) : PUBLIC_URIS,
  );
}

/**
 * RFC 7591 §2 says `authorization_code` alone when omitted; here with `refresh_token`, for many
 * clients omit the member and refresh. What we do not offer is left out (VS Code lists `device_code`).
 */
function grantTypes(requested: readonly string[] = GRANT_TYPES): readonly string[] {
  const offered = GRANT_TYPES.filter((type) => requested.includes(type));
  if (offered.includes('authorization_code')) return offered;
  throw new OAuthError('invalid_client_metadata', 'grant_types must contain authorization_code');
}

function responseTypes(requested: readonly string[] = RESPONSE_TYPES): readonly string[] {
  const offered = RESPONSE_TYPES.filter((type) => requested.includes(type));
  if (offered.length > 0) return offered;
  throw new OAuthError('invalid_client_metadata', 'response_types must contain code');
}
