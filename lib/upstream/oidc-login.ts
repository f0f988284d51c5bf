/**
 * Login at an OpenID provider.
 *
 * @see https://openid.net/specs/openid-connect-core-1_0.html#CodeFlowAuth
 * @module
 */
import { hooksOf } from './hooks.ts';
import { createLateClient } from './late-client.ts';
import {
  keptOptions,
  UPSTREAM_RUNTIME,
  type OidcLoginOptions,
  type UpstreamRuntime,
} from './options.ts';
import { checkOidcOptions } from './options-check.ts';
import type { UpstreamLogin } from './port.ts';

/**
 * A login at an OpenID provider. Nothing is fetched before somebody logs in, so a provider that is
 * away does not keep the server from starting.
 *
 * @param runtime - For tests.
 * @throws {UpstreamOptionsError} A `TypeError` that names every option that is wrong.
 */
export function oidcLogin(
  options: OidcLoginOptions,
  runtime: UpstreamRuntime = UPSTREAM_RUNTIME,
): UpstreamLogin {
  checkOidcOptions(options);
  const given = keptOptions(options);
  const { issuer, name = 'oidc', label = new URL(issuer).host, domains = [] } = given;
  return {
    kind: 'upstream',
    name,
    label,
    domains: domains.map((domain) => domain.toLowerCase()),
    issuer,
    ...createLateClient(async () => {
      const { createOidcClient } = await import('./oidc-client.ts');
      return createOidcClient(given, runtime);
    }),
    ...hooksOf(given, 'oidcLogin'),
  };
}
