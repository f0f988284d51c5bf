import { describe, expect, it } from '@jest/globals';
import { describeError } from '../../lib/operations/logger.ts';
import { oauth2Login } from '../../lib/upstream/oauth2-login.ts';
import type { OAuth2LoginOptions } from '../../lib/upstream/options.ts';
import type { UpstreamLogin } from '../../lib/upstream/port.ts';
import type { IdentityProvider, ProviderScript } from '../support/identity-provider.ts';
import { answerTo, logIn, provider, request, RUNTIME } from './support.ts';

/** A provider as GitHub is one. */
async function gitHub(
  script: Partial<ProviderScript> = {},
  options: Partial<OAuth2LoginOptions> = {},
): Promise<{ idp: IdentityProvider; login: UpstreamLogin }> {
  const idp = await provider({
    oidc: false,
    iss: false,
    errorsWith200: true,
    expiresIn: undefined,
    refreshTokens: 'none',
    person: { id: 583_231, login: 'octocat', name: null, email: 'octocat@example.com' },
    ...script,
  });
  const login = oauth2Login(
    {
      name: 'github',
      label: 'GitHub',
      authorizationEndpoint: idp.url('authorize'),
      tokenEndpoint: idp.url('token'),
      userinfoEndpoint: idp.url('userinfo'),
      clientId: idp.script.clientId,
      clientSecret: idp.script.clientSecret ?? '',
      scopes: ['read:user', 'user:email'],
      claims: { sub: ['id'], name: ['name', 'login'], email: ['email'] },
      ...options,
    },
    RUNTIME,
  );
  return { idp, login };
}

describe('a login at a provider without OpenID Connect', () => {
  it('sends the browser there with PKCE and without a nonce', async () => {
    const { idp, login } = await gitHub();
    const asked = request({ login_hint: 'octocat', prompt: 'select_account' });
    const url = await login.begin(asked);
    expect(`${url.origin}${url.pathname}`).toBe(idp.url('authorize'));
    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_id: 'express-dcr',
      response_type: 'code',
      redirect_uri: asked.redirect_uri,
      scope: 'read:user user:email',
      state: asked.state,
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
      login_hint: 'octocat',
      prompt: 'select_account',
    });
    expect(idp.requests).toEqual([]);
  });

  it('makes a text of a number, and takes the next field where one is empty', async () => {
    const { idp, login } = await gitHub();
    const { tokens, ...identity } = await logIn(login);
    expect(identity).toEqual({
      sub: '583231',
      name: 'octocat',
      email: 'octocat@example.com',
      claims: {
        sub: '583231',
        id: 583_231,
        login: 'octocat',
        name: 'octocat',
        email: 'octocat@example.com',
      },
    });
    expect(tokens).toEqual({
      access_token: expect.stringMatching(/^upstream-access-/),
      token_type: 'bearer',
      scope: 'read:user user:email',
    });
    expect(idp.requests.map(({ endpoint }) => endpoint)).toEqual([
      'authorize',
      'token',
      'userinfo',
    ]);
  });

  it('finds members of members, and sends the headers that an API wants', async () => {
    const { idp, login } = await gitHub(
      { person: { data: { id: '7', display: { name: 'Seven' } } } },
      {
        claims: { sub: ['id', 'data.id'], name: ['data.display.name'] },
        userinfoHeaders: { 'X-API-Version': '2026-01-01' },
      },
    );
    expect(await logIn(login)).toMatchObject({ sub: '7', name: 'Seven' });
    expect(idp.asked('userinfo')[0]?.headers).toMatchObject({
      accept: 'application/json',
      'x-api-version': '2026-01-01',
    });
  });

  it.each([
    ['has no such field', { login: 'octocat' }],
    ['has an empty one', { id: '' }],
    ['has a number that is not exact', { id: 2 ** 53 }],
    ['has an object there', { id: { toString: 'x' } }],
    ['inherits it', { id: undefined }],
  ])('refuses somebody who %s', async (_name, person) => {
    const claims = { sub: ['id', 'constructor.name', '__proto__.constructor.name'] };
    const { login } = await gitHub({ person }, { claims });
    await expect(logIn(login)).rejects.toMatchObject({ code: 'server_error' });
  });

  it('believes errors that come with status 200, in words of ours', async () => {
    const { idp, login } = await gitHub();
    const answer = await answerTo(login);
    idp.script.clientSecret = 'changed';
    const error: unknown = await login.complete(answer).catch((caught: unknown) => caught);
    expect(error).toMatchObject({
      code: 'server_error',
      message: 'the provider does not accept the client id and its secret',
    });
    expect(JSON.stringify(describeError(error))).not.toMatch(/own words|upstream-/);
  });

  it('exchanges a code only with its verifier', async () => {
    const { login } = await gitHub();
    const answer = await answerTo(login);
    await expect(
      login.complete({ ...answer, code_verifier: 'verifier-of-a-test-that-belongs-to-another' }),
    ).rejects.toMatchObject({ code: 'server_error' });
  });

  it('leaves PKCE out where it was told to', async () => {
    const { idp, login } = await gitHub({}, { pkce: false });
    expect(await logIn(login)).toMatchObject({ sub: '583231' });
    expect(idp.asked('authorize')[0]?.query.has('code_challenge')).toBe(false);
    expect(idp.asked('token')[0]?.body.has('code_verifier')).toBe(false);
  });

  it.each([{ prompt: 'none' }, { prompt: 'login' }, { max_age: 60 }] as const)(
    'says before anybody logs in that it cannot do %o',
    async (wish) => {
      const { login } = await gitHub();
      await expect(login.begin(request(wish))).rejects.toMatchObject({ code: 'login_required' });
    },
  );

  it('cannot prove that a login is recent', async () => {
    const { login } = await gitHub();
    const answer = await answerTo(login);
    await expect(login.complete({ ...answer, auth_time_not_before: 0 })).rejects.toMatchObject({
      code: 'login_required',
    });
  });

  it('ignores an ID token that nobody could check', async () => {
    const { login } = await gitHub({ tokens: (body) => (body['id_token'] = 'eyJ.eyJ.x') });
    expect((await logIn(login)).tokens).not.toHaveProperty('id_token');
  });

  it('takes null for what is not given', async () => {
    const { login } = await gitHub({
      tokens: (body) => Object.assign(body, { refresh_token: null, expires_in: null }),
    });
    expect(Object.keys((await logIn(login)).tokens).sort()).toEqual([
      'access_token',
      'scope',
      'token_type',
    ]);
  });

  it.each([
    { issuer: undefined, sent: 'https://accounts.example.net', isTaken: true },
    { issuer: 'https://github.example', sent: 'https://github.example', isTaken: true },
    { issuer: 'https://github.example', sent: undefined, isTaken: true },
    { issuer: 'https://github.example', sent: 'https://accounts.example.net', isTaken: false },
  ])('knows its issuer as $issuer, is sent $sent: $isTaken', async ({ issuer, sent, isTaken }) => {
    const { login } = await gitHub(
      { answer: (answer) => sent !== undefined && answer.set('iss', sent) },
      issuer === undefined ? {} : { issuer },
    );
    const done = logIn(login);
    if (isTaken) expect(await done).toMatchObject({ sub: '583231' });
    else await expect(done).rejects.toMatchObject({ code: 'server_error' });
  });
});

describe('the endpoints of such a provider', () => {
  it.each(['unavailable', 'busy', 'garbage', 'redirect', 'huge', 'reset'] as const)(
    'refuse nobody when they are %s',
    async (fault) => {
      for (const endpoint of ['token', 'userinfo'] as const) {
        const { idp, login } = await gitHub({ faults: { [endpoint]: fault } });
        await expect(logIn(login)).rejects.toMatchObject({ code: 'ERR_DCR_UPSTREAM_UNAVAILABLE' });
        expect(idp.asked('canary')).toEqual([]);
      }
    },
  );

  it('refuse a token that was just given', async () => {
    const { login } = await gitHub({ faults: { userinfo: { status: 403, body: {} } } });
    await expect(logIn(login)).rejects.toMatchObject({ code: 'server_error' });
  });

  it('rotate refresh tokens that GitHub says are bad when they are', async () => {
    const { idp, login } = await gitHub({ refreshTokens: 'rotated' });
    const { tokens } = await logIn(login);
    const fresh = await login.refresh(tokens);
    expect(fresh.refresh_token).not.toBe(tokens.refresh_token);
    await expect(login.refresh(tokens)).rejects.toMatchObject({ code: 'invalid_grant' });
    expect(idp.grants.refreshTokens()).toEqual([fresh.refresh_token]);
  });

  it('revoke where there is one for it', async () => {
    const { idp, login } = await gitHub();
    const { tokens } = await logIn(login);
    expect(await login.revoke(tokens)).toBe(false);
    const { login: other } = await gitHub({}, { revocationEndpoint: idp.url('revoke') });
    expect(await other.revoke(tokens)).toBe(true);
    expect(idp.grants.revoked).toEqual([tokens.access_token]);
  });
});
