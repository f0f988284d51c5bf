import { describe, expect, it } from '@jest/globals';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import supertest from 'supertest';
import { ISSUER } from '../support/app.ts';
import { refreshRequest, tokenRequest } from '../support/flow.ts';
import { expectApiError } from './support/expect.ts';
import { grantTokens, issueCode, type IssuedOptions } from './support/grant.ts';

const PEOPLE = {
  alice: {
    name: 'Alice',
    email: 'a@example.com',
    auth_time: 1_700_000_000,
    amr: ['pwd', 'otp'],
    claims: { nickname: 'al' },
  },
};
const SCOPE = 'openid profile offline_access';

interface Answered {
  readonly access_token: string;
  readonly id_token?: string;
  readonly refresh_token?: string;
}

async function redeemed(given: IssuedOptions) {
  const issued = await issueCode({ people: PEOPLE, ...given });
  const { status, body } = await tokenRequest(issued.app, issued.form);
  expect(status).toBe(200);
  return { ...issued, tokens: body as Answered };
}

describe('the ID token beside the tokens for a code (OpenID Connect Core §3.1.3.3)', () => {
  it.each([
    { scope: 'profile', nonce: 'n' },
    { scope: 'profile offline_access', nonce: 'n' },
  ])('is none for $scope, and the nonce is not kept', async ({ scope, nonce }) => {
    const { tokens, store, grantId } = await redeemed({ query: { scope, nonce } });
    expect(tokens).not.toHaveProperty('id_token');
    const grant = await store.grants.find(grantId);
    expect(grant).not.toHaveProperty('nonce');
    expect(grant).not.toHaveProperty('claims');
  });

  it('says who logged in, when and how, to this client alone, and nothing more of them (TOKEN-21)', async () => {
    const query = { scope: SCOPE, nonce: 'n-0S6_WzA2Mj' };
    const { tokens, id, clock } = await redeemed({ query });
    const { id_token = '', access_token } = tokens;
    const header = decodeProtectedHeader(id_token);
    expect(header).toEqual({ ...decodeProtectedHeader(access_token), typ: 'JWT' });
    const iat = Math.floor(clock.now() / 1000);
    expect(decodeJwt(id_token)).toEqual({
      iss: ISSUER,
      sub: 'alice',
      aud: id,
      iat,
      exp: iat + 3600,
      auth_time: 1_700_000_000,
      amr: ['pwd', 'otp'],
      nonce: 'n-0S6_WzA2Mj',
      at_hash: expect.stringMatching(/^[\w-]{22}$/),
    });
  });

  it('says when, where the client asked how long ago that may be', async () => {
    const auth_time = Math.floor(Date.now() / 1000) - 10;
    const { tokens } = await redeemed({
      query: { scope: 'openid', max_age: '3600000000' },
      people: { alice: { auth_time } },
    });
    expect(decodeJwt(tokens.id_token ?? '')).toMatchObject({ auth_time });
  });

  it('has no nonce, no time and no methods where nobody said any', async () => {
    const people = { alice: { amr: [1, '', 'x'.repeat(65)] as unknown as string[] } };
    const { tokens } = await redeemed({ query: { scope: 'openid' }, people });
    const claims = Object.keys(decodeJwt(tokens.id_token ?? '')).sort();
    expect(claims).toEqual(['at_hash', 'aud', 'exp', 'iat', 'iss', 'sub']);
  });

  it('ends with the grant', async () => {
    const options = { grantMaxTtlSeconds: 400 };
    const { app, form, clock } = await issueCode({ query: { scope: 'openid' }, options });
    clock.advance(100_000);
    const { id_token = '' } = (await tokenRequest(app, form)).body as Answered;
    const { iat = 0, exp } = decodeJwt(id_token);
    expect(exp).toBe(iat + 300);
  });

  it('is no access token, and an access token no ID token (TOKEN-21)', async () => {
    const { app, tokens } = await redeemed({ query: { scope: SCOPE } });
    const { id_token = '', access_token } = tokens;
    const call = (token: string) => supertest(app).get('/mcp').auth(token, { type: 'bearer' });
    expect((await call(access_token)).status).toBe(200);
    expectApiError(await call(id_token), 401, 'invalid_token');
    // What a client looks at: type and audience differ, so that neither stands for the other.
    expect(decodeProtectedHeader(access_token).typ).not.toBe(decodeProtectedHeader(id_token).typ);
    expect(decodeJwt(access_token).aud).not.toBe(decodeJwt(id_token).aud);
  });
});

describe('the ID token of a refresh (OpenID Connect Core §12.2)', () => {
  it('is about the same login, issued now, and without the nonce (REFRESH-18)', async () => {
    const query = { scope: SCOPE, nonce: 'n-0S6_WzA2Mj' };
    const { app, id, clock, tokens } = await redeemed({
      query,
      options: { baselineClientScopes: ['offline_access'] },
    });
    const first = decodeJwt(tokens.id_token ?? '');
    clock.advance(60_000);
    const { body } = await refreshRequest(app, id, tokens.refresh_token);
    const { nonce, ...same } = first;
    expect(nonce).toBe('n-0S6_WzA2Mj');
    expect(decodeJwt((body as Answered).id_token ?? '')).toEqual({
      ...same,
      iat: (first.iat ?? 0) + 60,
      exp: (first.exp ?? 0) + 60,
      at_hash: expect.stringMatching(/^[\w-]{22}$/),
    });
  });

  it('is none when the refresh leaves openid out, and there again when it does not', async () => {
    const { refresh, rotate, refreshToken } = await grantTokens({ people: PEOPLE });
    const narrowed = await refresh(refreshToken, { scope: 'profile' });
    expect(narrowed).toMatchObject({ status: 200, body: { scope: 'profile' } });
    expect(narrowed.body).not.toHaveProperty('id_token');
    const next = await rotate((narrowed.body as Answered).refresh_token ?? '');
    expect((await refresh(next)).body).toHaveProperty('id_token');
  });
});
