/**
 * What a login does at an OpenID provider. Loaded when somebody logs in.
 *
 * @see https://openid.net/specs/openid-connect-core-1_0.html#CodeFlowAuth
 * @module
 */
import {
  authorizationCodeGrant,
  fetchUserInfo,
  type Configuration,
  type IDToken,
} from 'openid-client';
import { authorizationUrl } from './authorization-url.ts';
import { createDiscovery } from './discovery.ts';
import { failureOf } from './failures.ts';
import {
  CLOCK_TOLERANCE_SECONDS,
  identityOf,
  isText,
  joinedClaims,
  requireFreshLogin,
} from './identity.ts';
import type { ProviderClient } from './late-client.ts';
import type { OidcLoginOptions, UpstreamRuntime } from './options.ts';
import { UpstreamRefusedError, type UpstreamClaims } from './port.ts';
import { fetchProvider } from './provider.ts';
import { refreshedTokens, revokeTokens, tokensOf } from './tokens.ts';

const DEFAULT_SCOPES: readonly string[] = ['openid', 'profile', 'email'];

/** Asks the provider who it is when it is first needed. */
export function createOidcClient(
  options: OidcLoginOptions,
  runtime: UpstreamRuntime,
): ProviderClient {
  const { scopes = DEFAULT_SCOPES, userinfo = true, authorizationParameters = {} } = options;
  const settings = { scopes, authorizationParameters, nonce: true, pkce: true };
  const { now } = runtime;
  const discovered = createDiscovery(() => fetchProvider(options, runtime), now);

  return {
    async begin(request) {
      return authorizationUrl(await discovered(), settings, request);
    },
    async complete({ url, state, nonce, code_verifier, ...freshness }) {
      const config = await discovered();
      try {
        const response = await authorizationCodeGrant(config, url, {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: code_verifier,
          idTokenExpected: true,
        });
        const idToken = response.claims();
        if (!idToken) throw new UpstreamRefusedError('server_error', 'there is no ID token');
        requirePast(idToken, now());
        const tokens = tokensOf(response, now());
        const identity = identityOf(idToken.sub, idToken);
        requireFreshLogin(identity, freshness, now());
        const isIncomplete = userinfo && lacksSomething(idToken, scopes);
        if (!isIncomplete) return { ...identity, tokens };
        const more = await userinfoOf(config, tokens.access_token, idToken.sub);
        return { ...identityOf(idToken.sub, joinedClaims(idToken, more)), tokens };
      } catch (error) {
        throw failureOf(error, 'login');
      }
    },
    async refresh(tokens) {
      return refreshedTokens(await discovered(), tokens, now);
    },
    async revoke(tokens) {
      return revokeTokens(await discovered(), tokens);
    },
  };
}

/** The library takes any `iat`: one that lies ahead is of a clock that is wrong, or made up. */
function requirePast({ iat }: IDToken, now: number): void {
  if (iat <= now / 1000 + CLOCK_TOLERANCE_SECONDS) return;
  throw new UpstreamRefusedError('server_error', 'the ID token was issued in the future');
}

/** Whether the scopes promise something that the ID token does not say (OpenID Connect Core §5.4). */
function lacksSomething({ name, email }: IDToken, scopes: readonly string[]): boolean {
  return (
    (scopes.includes('profile') && !isText(name)) || (scopes.includes('email') && !isText(email))
  );
}

/** Nothing where there is no endpoint; refused when it is about somebody else (OIDC Core §5.3.2). */
async function userinfoOf(
  config: Configuration,
  accessToken: string,
  sub: string,
): Promise<UpstreamClaims> {
  if (!config.serverMetadata().userinfo_endpoint) return {};
  return fetchUserInfo(config, accessToken, sub);
}
