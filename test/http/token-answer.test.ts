import { describe, expect, it } from '@jest/globals';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { ISSUER, RESOURCE } from '../support/app.ts';
import { createPkce, obtainCode, obtainTokens, tokenRequest } from '../support/flow.ts';
import { expectApiError } from './support/expect.ts';
import { isRedeemable, issueCode } from './support/grant.ts';
import { createWatchedApp } from './support/watched-app.ts';

describe('POST /oauth/token: tokens for a code', () => {
  it.each([
    { scope: 'openid offline_access', refresh: true },
    { scope: 'openid', refresh: false },
  ])(
    'are what was approved, and nothing else: $scope (TOKEN-01, SCOPE-18)',
    async ({ scope, refresh }) => {
      const { app, form } = await issueCode({ query: { scope } });
      const { status, headers, body } = await tokenRequest(app, form);
      expect({ status, body }).toEqual({
        status: 200,
        body: {
          access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
          token_type: 'Bearer',
          expires_in: 3600,
          scope,
          id_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
          ...(refresh && { refresh_token: expect.stringMatching(/^[\w-]{22}\.1\.[\w-]{43}$/) }),
        },
      });
      expect(headers).toMatchObject({
        'content-type': expect.stringMatching(/^application\/json/),
        'cache-control': 'no-store',
        pragma: 'no-cache',
        'x-content-type-options': 'nosniff',
        'access-control-allow-origin': '*',
      });
      expect(headers).not.toHaveProperty('etag');
      expect(headers).not.toHaveProperty('set-cookie');
    },
  );

  it('are not refreshable for a client that did not register the grant type', async () => {
    const { app } = createWatchedApp();
    const tokens = await obtainTokens(app, 'openid offline_access', {
      grant_types: ['authorization_code'],
    });
    expect(tokens).not.toHaveProperty('refresh_token');
    expect(tokens.scope).toBe('openid offline_access');
  });

  it('are JWTs of RFC 9068 with these claims and no others (TOKEN-21)', async () => {
    const { app, form, id, clock, grantId } = await issueCode({
      query: { scope: 'openid' },
      people: {
        alice: { auth_time: 1_700_000_000, email: 'a@example.com', claims: { admin: true } },
      },
      login: { accessTokenClaims: ({ sub }) => ({ 'https://example.com/tenant': `of ${sub}` }) },
    });
    const { access_token } = (await tokenRequest(app, form)).body as { access_token: string };
    const iat = Math.floor(clock.now() / 1000);
    expect(decodeProtectedHeader(access_token)).toEqual({
      alg: 'ES256',
      typ: 'at+jwt',
      kid: expect.stringMatching(/^[\w-]{43}$/),
    });
    expect(decodeJwt(access_token)).toEqual({
      iss: ISSUER,
      aud: RESOURCE,
      sub: 'alice',
      client_id: id,
      scope: 'openid',
      iat,
      exp: iat + 3600,
      jti: expect.stringMatching(new RegExp(`^${grantId}\\.[\\w-]{16}$`)),
      auth_time: 1_700_000_000,
      'https://example.com/tenant': 'of alice',
    });
  });

  it.each(['sub', 'aud', 'scope', 'exp', 'cnf', 'client_id'])(
    'never carry a claim %s of the host, and the code stays good',
    async (name) => {
      const claims: { current: Record<string, unknown> } = { current: { [name]: 'x' } };
      const issued = await issueCode({ login: { accessTokenClaims: () => claims.current } });
      expectApiError(await tokenRequest(issued.app, issued.form), 500, 'server_error');
      claims.current = {};
      expect(await isRedeemable(issued)).toBe(true);
    },
  );

  it('never live longer than the grant', async () => {
    const { app, form, clock } = await issueCode({ options: { grantMaxTtlSeconds: 400 } });
    clock.advance(100_000);
    const { body } = await tokenRequest(app, form);
    expect(body).toMatchObject({ expires_in: 300 });
  });

  it('belong to one request: two codes of one client cannot swap their verifiers', async () => {
    const { app, id, form } = await issueCode();
    const second = createPkce();
    const code = await obtainCode(app, id, second);
    expectApiError(await tokenRequest(app, { ...form, code }), 400, 'invalid_grant');
    const swapped = { ...form, code_verifier: second.code_verifier };
    expectApiError(await tokenRequest(app, swapped), 400, 'invalid_grant');
    expect((await tokenRequest(app, form)).status).toBe(200);
  });
});
