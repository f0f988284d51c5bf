import { afterEach, describe, expect, it } from '@jest/globals';
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  dynamicClientRegistration,
  enableNonRepudiationChecks,
  fetchUserInfo,
  None,
  randomNonce,
  refreshTokenGrant,
} from 'openid-client';
import { redisEnvironment, startExample, type RunningExample } from '../support/example.ts';
import { authorizeStrictly, REDIRECT_URI } from '../support/strict-client.ts';

const SCOPE = 'openid profile email offline_access notes:read';

/** What the operator of the example app adds for OpenID clients. */
const SCOPES = { DCR_SCOPES_SUPPORTED: SCOPE };

/** The discovery of OpenID Connect, which looks below the path of the issuer. */
const OPENID_DISCOVERY = {
  algorithm: 'oidc' as const,
  execute: [allowInsecureRequests, enableNonRepudiationChecks],
};

describe.each([
  { store: 'memory', path: '', environment: () => ({}) },
  { store: 'redis', path: '', environment: redisEnvironment },
  { store: 'memory', path: '/auth', environment: () => ({}) },
])('an OpenID client at the example app ($store, issuer path "$path")', (given) => {
  let example: RunningExample;

  afterEach(() => example.stop());

  it('discovers, registers, logs somebody in, and is told who it was, then and at a refresh', async () => {
    example = await startExample({ ...given.environment(), ...SCOPES }, 0, given.path);
    const issuer = `${example.url}${given.path}`;
    const metadata = {
      redirect_uris: [REDIRECT_URI],
      token_endpoint_auth_method: 'none',
      id_token_signed_response_alg: 'RS256',
    };
    const url = new URL(issuer);
    const config = await dynamicClientRegistration(url, metadata, None(), OPENID_DISCOVERY);
    expect(config.serverMetadata()).toMatchObject({
      issuer,
      userinfo_endpoint: `${issuer}/oauth/userinfo`,
      id_token_signing_alg_values_supported: ['ES256'],
    });
    expect(config.clientMetadata()).toMatchObject({ id_token_signed_response_alg: 'ES256' });

    const nonce = randomNonce();
    const asked = { scope: SCOPE, nonce, max_age: '600' };
    const { callback, checks } = await authorizeStrictly(config, asked);
    // Signature, issuer, audience, times, nonce, auth_time: what the client refuses is refused here.
    const tokens = await authorizationCodeGrant(config, callback, {
      ...checks,
      expectedNonce: nonce,
      maxAge: 600,
      idTokenExpected: true,
    });
    const claims = tokens.claims();
    expect(claims).toMatchObject({ sub: 'alice', nonce, auth_time: expect.any(Number) });
    const person = await fetchUserInfo(config, tokens.access_token, 'alice');
    expect(person).toEqual({ sub: 'alice', name: 'Alice', email: 'alice@example.com' });

    const refreshed = await refreshTokenGrant(config, tokens.refresh_token ?? '');
    const again = refreshed.claims();
    expect(again).toMatchObject({ sub: 'alice', auth_time: claims?.auth_time });
    expect(again).not.toHaveProperty('nonce');
    expect(await fetchUserInfo(config, refreshed.access_token, 'alice')).toEqual(person);
  });
});
