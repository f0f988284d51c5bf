/**
 * Registration policy: what this server makes of the metadata a client sent.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7591#section-2
 * @module
 */
import { isConfidential, type AuthMethod, type ClientMetadata } from '../protocol/client.ts';
import type { RequestedMetadata } from '../protocol/client-metadata.ts';
import { OAuthError } from '../protocol/errors.ts';
import { isAcceptableRedirectUri, type RedirectUriContext } from '../protocol/redirect-uri.ts';

export const GRANT_TYPES = ['authorization_code', 'refresh_token'] as const;
export const RESPONSE_TYPES = ['code'] as const;
export const AUTH_METHODS = ['none'] as const;

const MAX_REDIRECT_URIS = 10;

/**
 * The effective metadata.
 *
 * @throws {OAuthError} `invalid_redirect_uri` or `invalid_client_metadata` for what we do not offer.
 */
export function applyRegistrationPolicy(
  requested: RequestedMetadata,
  { ownEndpoints }: Pick<RedirectUriContext, 'ownEndpoints'>,
): ClientMetadata {
  const token_endpoint_auth_method = authMethod(requested.token_endpoint_auth_method);
  const { redirect_uris } = requested;
  if (redirect_uris.length > MAX_REDIRECT_URIS) {
    throw new OAuthError(
      'invalid_redirect_uri',
      `at most ${String(MAX_REDIRECT_URIS)} redirect URIs can be registered`,
    );
  }
  // One that is not acceptable refuses them all: a client must not believe it has what it has not.
  const context = { ownEndpoints, confidential: isConfidential({ token_endpoint_auth_method }) };
  if (!redirect_uris.every((uri) => isAcceptableRedirectUri(uri, context))) {
    throw new OAuthError(
      'invalid_redirect_uri',
      'a redirect URI must be https, http on localhost, 127.0.0.1 or [::1], or a private-use scheme, without fragment and written in its normal form',
    );
  }
  return {
    redirect_uris,
    token_endpoint_auth_method,
    grant_types: grantTypes(requested.grant_types),
    response_types: responseTypes(requested.response_types),
    ...requested.display,
  };
}

/** RFC 7591 §2 says `client_secret_basic` when omitted; here `none`: public clients forget to say it. */
function authMethod(requested = 'none'): AuthMethod {
  if (requested === 'none') return requested;
  throw new OAuthError(
    'invalid_client_metadata',
    'token_endpoint_auth_method is not supported; only none is',
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
