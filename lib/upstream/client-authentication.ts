/**
 * How this server proves to a provider who it is.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1
 * @module
 */
import { ClientSecretBasic, ClientSecretPost, None, type ClientAuth } from 'openid-client';
import type { UpstreamClientAuthentication, UpstreamLoginOptions } from './options.ts';

interface Given extends Pick<UpstreamLoginOptions, 'clientSecret'> {
  readonly clientAuthentication?: UpstreamClientAuthentication;
}

/**
 * As told, or as the provider wants it. One that says nothing supports `client_secret_basic`
 * (OpenID Connect Discovery §3).
 *
 * @param supported - `token_endpoint_auth_methods_supported`.
 */
export function clientAuthenticationOf(
  { clientSecret, clientAuthentication }: Given,
  supported: readonly string[] = ['client_secret_basic'],
): ClientAuth {
  if (clientSecret === undefined || clientAuthentication === 'none') return None();
  const method =
    clientAuthentication ??
    ['client_secret_post', 'client_secret_basic'].find((one) => supported.includes(one));
  return method === 'client_secret_basic'
    ? ClientSecretBasic(clientSecret)
    : ClientSecretPost(clientSecret);
}
