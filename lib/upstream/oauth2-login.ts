/**
 * Login at a provider that has OAuth 2.0 but not OpenID Connect.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1
 * @module
 */
import { hooksOf } from './hooks.ts';
import { createLateClient } from './late-client.ts';
import {
  keptOptions,
  UPSTREAM_RUNTIME,
  type OAuth2LoginOptions,
  type UpstreamRuntime,
} from './options.ts';
import { checkOAuth2Options } from './options-check.ts';
import type { UpstreamLogin } from './port.ts';

/**
 * A login at a provider without OpenID Connect. Such a provider cannot say when somebody logged in.
 *
 * @param runtime - For tests.
 * @throws {UpstreamOptionsError} A `TypeError` that names every option that is wrong.
 */
export function oauth2Login(
  options: OAuth2LoginOptions,
  runtime: UpstreamRuntime = UPSTREAM_RUNTIME,
): UpstreamLogin {
  checkOAuth2Options(options);
  const given = keptOptions(options);
  const { name, label, domains = [], issuer, tokenEndpoint } = given;
  return {
    kind: 'upstream',
    name,
    label,
    domains: domains.map((domain) => domain.toLowerCase()),
    ...(issuer !== undefined && { issuer }),
    tokenEndpoint,
    ...createLateClient(async () => {
      const { createOAuth2Client } = await import('./oauth2-client.ts');
      return createOAuth2Client(given, runtime);
    }),
    ...hooksOf(given, 'oauth2Login'),
  };
}
