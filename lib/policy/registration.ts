/**
 * Registration policy: what this server makes of the metadata a client sent.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7591#section-2
 * @module
 */
import { isConfidential, type AuthMethod, type ClientMetadata } from '../protocol/client.ts';
import type { RequestedMetadata } from '../protocol/client-metadata.ts';
import { OAuthError } from '../protocol/errors.ts';
import { redirectUriFault } from '../protocol/redirect-uri.ts';
import { shownUri } from '../protocol/shown-uri.ts';
import { isAllowedRedirectHost } from './redirect-hosts.ts';

export const GRANT_TYPES = ['authorization_code', 'refresh_token'] as const;
export const RESPONSE_TYPES = ['code'] as const;

const PUBLIC: readonly AuthMethod[] = ['none'];
const SECRET_METHODS: readonly AuthMethod[] = ['client_secret_basic', 'client_secret_post'];
const ALL: readonly AuthMethod[] = ['none', ...SECRET_METHODS, 'private_key_jwt'];

/** The method of a client that is confidential because the operator says so: any client can do it. */
const FORCED_METHOD: AuthMethod = 'client_secret_post';

const MAX_REDIRECT_URIS = 10;

const PUBLIC_URIS =
  'a redirect URI must be https, http on localhost, 127.0.0.1 or [::1], or a private-use scheme, without fragment and written in its normal form';
const CONFIDENTIAL_URIS =
  "with this token_endpoint_auth_method a redirect URI must be https with a public host; for an app on the person's device it must be 'none'";
const FORCED_URIS =
  'a client with one of these redirect URIs is confidential here, so that each of them must be https with a public host';

const OTHER_HOSTS = 'a redirect URI leads to a host that is not allowed here';

/** What the operator decided about registrations. */
export interface RegistrationPolicy {
  /** Where no redirect may lead: the endpoints of this server, as absolute URLs. */
  readonly ownEndpoints: readonly string[];
  /** Whether clients may register with a secret, or with a key of their own. */
  readonly confidentialClients: boolean;
  /** A client with one of these becomes a confidential one, whatever it asked for. */
  readonly forceConfidentialRedirectUris: readonly string[];
  /** What becomes of a registration in which some redirect URIs are not acceptable. */
  readonly invalidRedirectUris: 'reject' | 'drop';
  /** Where redirects may lead. Absent: wherever the specifications allow. */
  readonly redirectHosts?: readonly string[] | undefined;
  /** What ID tokens are signed with; absent where there are none. */
  readonly idTokenAlgorithm?: string;
}

/** The authentication methods that a registration can ask for: what the server metadata lists. */
export function registrableAuthMethods({
  confidentialClients,
}: Pick<RegistrationPolicy, 'confidentialClients'>): readonly AuthMethod[] {
  return confidentialClients ? ALL : PUBLIC;
}

/**
 * How those authenticate that may ask about tokens: APIs that the operator names, and clients that have
 * something to prove it by. Empty where there is neither.
 *
 * @param offered - How clients authenticate here.
 */
export function introspectionAuthMethods(
  offered: readonly AuthMethod[],
  hasResourceServers: boolean,
): readonly AuthMethod[] {
  const ofClients = offered.filter((method) => method !== 'none');
  return [...new Set([...(hasResourceServers ? SECRET_METHODS : []), ...ofClients])];
}

/**
 * The effective metadata.
 *
 * @param licensedHosts - Where redirects of this client may lead; within what the policy allows.
 * @throws {OAuthError} `invalid_redirect_uri` or `invalid_client_metadata` for what we do not offer.
 */
export function applyRegistrationPolicy(
  requested: RequestedMetadata,
  policy: RegistrationPolicy,
  licensedHosts?: readonly string[],
): ClientMetadata {
  const token_endpoint_auth_method = authMethod(requested, policy);
  requireKeys(requested, token_endpoint_auth_method);
  const hosts = [policy.redirectHosts, licensedHosts].filter((list) => list !== undefined);
  return {
    redirect_uris: redirectUris(requested, policy, token_endpoint_auth_method, hosts),
    token_endpoint_auth_method,
    grant_types: grantTypes(requested.grant_types),
    response_types: responseTypes(requested.response_types),
    ...idTokenAlgorithm(requested, policy),
    ...requested.kept,
  };
}

/**
 * A client that says how its ID tokens should be signed is told how they are, for there is one way for
 * all of them (RFC 7591 §3.2.1 lets a server replace what was asked for). Never unsigned.
 */
function idTokenAlgorithm(
  { id_token_signed_response_alg: asked }: RequestedMetadata,
  { idTokenAlgorithm: alg }: RegistrationPolicy,
): Pick<ClientMetadata, 'id_token_signed_response_alg'> {
  return asked === undefined || alg === undefined ? {} : { id_token_signed_response_alg: alg };
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

/** RFC 7523 §3: somebody has to say which keys are the client's, and it has to be the client. */
function requireKeys({ kept }: RequestedMetadata, method: AuthMethod): void {
  const hasKeys = kept.jwks !== undefined || kept.jwks_uri !== undefined;
  if (method !== 'private_key_jwt' || hasKeys) return;
  throw new OAuthError(
    'invalid_client_metadata',
    'with token_endpoint_auth_method private_key_jwt either jwks or jwks_uri is needed',
  );
}

function redirectUris(
  requested: RequestedMetadata,
  { ownEndpoints, invalidRedirectUris }: RegistrationPolicy,
  token_endpoint_auth_method: AuthMethod,
  hosts: readonly (readonly string[])[],
): readonly string[] {
  const { redirect_uris: asked } = requested;
  if (asked.length > MAX_REDIRECT_URIS) {
    throw new OAuthError(
      'invalid_redirect_uri',
      `at most ${String(MAX_REDIRECT_URIS)} redirect URIs can be registered`,
    );
  }
  const confidential = isConfidential({ token_endpoint_auth_method });
  const faultOf = (uri: string): string | undefined =>
    redirectUriFault(uri, { ownEndpoints, confidential });
  const acceptable = asked.filter((uri) => faultOf(uri) === undefined);
  // Unless the operator says otherwise, one refuses them all: a client must not believe it has what it has not.
  const enough = invalidRedirectUris === 'drop' ? 1 : asked.length;
  const isAllowed = (uri: string): boolean =>
    hosts.every((entries) => isAllowedRedirectHost(uri, entries));
  const allowed = acceptable.filter(isAllowed);
  if (allowed.length >= enough) return allowed;
  const refused = asked.flatMap((uri) => {
    const why =
      faultOf(uri) ?? (isAllowed(uri) ? undefined : 'its host is not one of redirectHosts');
    return why === undefined ? [] : [{ uri: shownUri(uri), why }];
  });
  if (acceptable.length >= enough) {
    throw new OAuthError('invalid_redirect_uri', OTHER_HOSTS, { detail: { refused } });
  }
  const { token_endpoint_auth_method: method = 'none' } = requested;
  throw new OAuthError(
    'invalid_redirect_uri',
    confidential ? (method === 'none' ? FORCED_URIS : CONFIDENTIAL_URIS) : PUBLIC_URIS,
    { detail: { refused } },
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
