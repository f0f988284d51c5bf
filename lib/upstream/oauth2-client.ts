/**
 * What a login does at a provider that has OAuth 2.0 but not OpenID Connect: its endpoints are told,
 * and who the person is stands in what one of them answers. Loaded when somebody logs in.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1
 * @module
 */
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  Configuration,
  customFetch,
  type CustomFetch,
} from 'openid-client';
import { authorizationUrl } from './authorization-url.ts';
import { clientAuthenticationOf } from './client-authentication.ts';
import { failureOf } from './failures.ts';
import { createGuardedFetch } from './guarded-fetch.ts';
import { identityOf, requireFreshLogin } from './identity.ts';
import type { ProviderClient } from './late-client.ts';
import type { OAuth2LoginOptions, UpstreamRuntime } from './options.ts';
import { UpstreamRefusedError, type UpstreamRequest } from './port.ts';
import { likeOAuth } from './token-answer.ts';
import { refreshedTokens, revokeTokens, tokensOf } from './tokens.ts';
import { fetchPerson } from './userinfo.ts';

/** Asks no more than the endpoints that it was told of. */
export function createOAuth2Client(
  options: OAuth2LoginOptions,
  runtime: UpstreamRuntime,
): ProviderClient {
  const { scopes = [], authorizationParameters = {}, issuer, pkce = true } = options;
  const settings = { scopes, authorizationParameters, nonce: false, pkce };
  const person = {
    endpoint: options.userinfoEndpoint,
    headers: options.userinfoHeaders ?? {},
    ...(options.claims && { fields: options.claims }),
  };
  const config = configurationOf(options, runtime);
  const { now } = runtime;

  return {
    async begin(request) {
      requirePossible(request);
      return authorizationUrl(config, settings, request);
    },
    async complete({ url, state, code_verifier, ...freshness }) {
      try {
        const response = await authorizationCodeGrant(config, answerOf(url, issuer), {
          expectedState: state,
          ...(pkce && { pkceCodeVerifier: code_verifier }),
        });
        const tokens = tokensOf(response, now());
        const { sub, claims } = await fetchPerson(config, tokens.access_token, person);
        const identity = identityOf(sub, claims);
        requireFreshLogin(identity, freshness, now());
        return { ...identity, tokens };
      } catch (error) {
        throw failureOf(error, 'login');
      }
    },
    async refresh(tokens) {
      return refreshedTokens(config, tokens, now);
    },
    async revoke(tokens) {
      return revokeTokens(config, tokens);
    },
  };
}

function configurationOf(
  options: OAuth2LoginOptions,
  { deadlineMs }: UpstreamRuntime,
): Configuration {
  const { authorizationEndpoint, tokenEndpoint, userinfoEndpoint, revocationEndpoint } = options;
  const asked = [tokenEndpoint, userinfoEndpoint, revocationEndpoint ?? []].flat();
  const config = new Configuration(
    {
      // The library wants one. It is compared with nothing, unless it was told.
      issuer: options.issuer ?? new URL(authorizationEndpoint).origin,
      authorization_endpoint: authorizationEndpoint,
      token_endpoint: tokenEndpoint,
      ...(revocationEndpoint !== undefined && { revocation_endpoint: revocationEndpoint }),
    },
    options.clientId,
    options.clientSecret,
    clientAuthenticationOf(options, ['client_secret_post']),
  );
  const known = new Set(asked.map((address) => new URL(address).href));
  const fetch: CustomFetch = createGuardedFetch({
    problemWith: (address) => (known.has(address) ? undefined : 'is none of the endpoints'),
    deadlineMs,
  });
  config[customFetch] = likeOAuth(fetch, new URL(tokenEndpoint).href);
  // Only loopback addresses can be http: the check of the options has seen to it.
  if ([authorizationEndpoint, ...asked].some((address) => address.startsWith('http:'))) {
    allowInsecureRequests(config);
  }
  return config;
}

/** What such a provider cannot do it would ignore, and the person would log in for nothing. */
function requirePossible({ prompt, max_age }: UpstreamRequest): void {
  if (prompt === 'none' || prompt === 'login' || max_age !== undefined) {
    throw new UpstreamRefusedError(
      'login_required',
      'the provider cannot log in silently, and does not say when somebody logged in',
    );
  }
}

/** RFC 9207 §2.4: one that was never told its issuer cannot be held to it. */
function answerOf(url: URL, issuer: string | undefined): URL {
  const answer = new URL(url);
  if (issuer === undefined) answer.searchParams.delete('iss');
  return answer;
}
