import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { ALICE_UPSTREAM } from '../support/identity-provider.ts';
import { answerTo, CALLBACK, logIn, loginAt, provider, request } from './support.ts';

describe('a login at an OpenID provider', () => {
  it('asks for nothing when it is made', async () => {
    const idp = await provider();
    const login = loginAt(idp);
    expect(login).toMatchObject({
      kind: 'upstream',
      name: 'oidc',
      label: new URL(idp.issuer).host,
      domains: [],
    });
    expect(idp.requests).toEqual([]);
  });

  it('sends the browser to the provider with PKCE, nonce and state (FED-11)', async () => {
    const idp = await provider();
    const asked = request({ login_hint: 'alice', ui_locales: 'de en', max_age: 60 });
    const url = await loginAt(idp).begin(asked);
    expect(`${url.origin}${url.pathname}`).toBe(idp.url('authorize'));
    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_id: 'express-dcr',
      response_type: 'code',
      redirect_uri: CALLBACK,
      scope: 'openid profile email',
      state: asked.state,
      nonce: asked.nonce,
      code_challenge: createHash('sha256').update(asked.code_verifier).digest('base64url'),
      code_challenge_method: 'S256',
      login_hint: 'alice',
      ui_locales: 'de en',
      max_age: '60',
    });
  });

  it('learns who the person is, and keeps the tokens', async () => {
    const idp = await provider();
    const now = Date.now();
    const before = Math.floor(now / 1000);
    const login = loginAt(idp, {}, { now: () => now });
    const { tokens, auth_time, ...identity } = await logIn(login);
    expect(identity).toMatchObject({
      sub: 'alice-upstream',
      name: 'Alice Upstream',
      email: 'alice@example.com',
      claims: { ...ALICE_UPSTREAM, iss: idp.issuer },
    });
    expect(auth_time).toBeGreaterThanOrEqual(before);
    expect(tokens).toEqual({
      access_token: expect.stringMatching(/^upstream-access-/),
      refresh_token: expect.stringMatching(/^upstream-refresh-/),
      token_type: 'bearer',
      expires_at: now + 3_600_000,
      scope: 'openid profile email',
      id_token: expect.stringMatching(/^eyJ/),
    });
    expect(idp.requests.map(({ endpoint }) => endpoint)).toEqual([
      'discovery',
      'authorize',
      'token',
      'jwks',
    ]);
  });

  it('exchanges a code only with what belongs to it', async () => {
    const idp = await provider();
    const login = loginAt(idp);
    const answer = await answerTo(login);
    await expect(
      login.complete({
        ...answer,
        code_verifier: 'verifier-of-a-test-that-is-another-one-entirely',
      }),
    ).rejects.toMatchObject({ name: 'UpstreamRefusedError', code: 'server_error' });
  });
});
