import { describe, expect, it } from '@jest/globals';
import type { AuthorizationServerOptions } from '../../lib/options/options.ts';
import { SIGNING_KEY } from '../support/deployment.ts';
import { createTestApp } from '../support/app.ts';
import {
  Browser,
  createPkce,
  obtainCode,
  obtainTokens,
  redemption,
  redirectParameters,
  refreshRequest,
  REDIRECT_URI,
  registeredClientId,
  tokenRequest,
  type Tokens,
} from '../support/flow.ts';
import { openConsent, openPage } from './support/consent.ts';
import { expectApiError, readable } from './support/expect.ts';
import { createTwoApps } from './support/watched-app.ts';

const signingKeys = SIGNING_KEY;

const BY_GRANT = { refreshTokens: 'grant_type', signingKeys } as const;
const BY_SCOPE = { refreshTokens: 'offline_access', signingKeys } as const;
const BOTH = ['authorization_code', 'refresh_token'];
const CODE_ONLY = ['authorization_code'];
const STAY = 'Stay connected when you are not using the app';

async function tokensOf(
  options: Partial<AuthorizationServerOptions>,
  scope: string,
  metadata: object,
): Promise<Tokens> {
  return obtainTokens(createTestApp({ options }).app, scope, metadata);
}

/** The lines of the list of what is asked for. */
async function linesOf(given: Parameters<typeof openConsent>[0]): Promise<string[]> {
  const { html } = await openConsent(given);
  return [...html.matchAll(/<li>(.*?)<\/li>/gs)].map(([, line = '']) => readable(line));
}

describe("refreshTokens: 'grant_type'", () => {
  it.each([
    { scope: 'openid', grant_types: BOTH },
    { scope: 'openid', grant_types: undefined },
    { scope: 'openid offline_access', grant_types: BOTH },
  ])('gives a refresh token for $scope to who registered $grant_types', async (given) => {
    const { scope, grant_types } = given;
    const { app } = createTestApp({ options: BY_GRANT });
    const tokens = await obtainTokens(app, scope, { grant_types });
    expect(tokens).toMatchObject({ scope, refresh_token: expect.any(String) });
    const { status, body } = await refreshRequest(app, tokens.client_id, tokens.refresh_token);
    expect(status).toBe(200);
    expect(body).toMatchObject({ scope, refresh_token: expect.any(String) });
  });

  it.each(['openid', 'openid offline_access'])(
    'gives none for %s to who registered authorization_code only (SCOPE-18)',
    async (scope) => {
      const tokens = await tokensOf(BY_GRANT, scope, { grant_types: CODE_ONLY });
      expect(tokens).not.toHaveProperty('refresh_token');
    },
  );

  it.each([
    { options: BY_SCOPE, scope: 'openid', grant_types: BOTH, has: false },
    { options: { signingKeys }, scope: 'openid', grant_types: BOTH, has: false },
    { options: BY_SCOPE, scope: 'offline_access', grant_types: CODE_ONLY, has: false },
    { options: BY_SCOPE, scope: 'offline_access', grant_types: BOTH, has: true },
  ])(
    'is not the rule of $options.refreshTokens: $scope with $grant_types has one: $has (SCOPE-18)',
    async ({ options, scope, grant_types, has }) => {
      expect('refresh_token' in (await tokensOf(options, scope, { grant_types }))).toBe(has);
    },
  );

  it('works where offline_access is not supported at all, without a warning', async () => {
    const options = { ...BY_GRANT, scopesSupported: ['mcp'] };
    const { app, log } = createTestApp({ options });
    expect(log.at('warn').filter(({ message }) => message.includes('offline_access'))).toEqual([]);
    expect(await obtainTokens(app, 'mcp')).toMatchObject({ refresh_token: expect.any(String) });
    const [warning] = createTestApp({ options: { ...options, ...BY_SCOPE } })
      .log.at('warn')
      .filter(({ message }) => message.includes('offline_access'));
    expect(warning?.message).toContain('no client will get a refresh token');
  });

  it.each([
    { name: 'the person may give offline_access', may: ['openid', 'offline_access'], has: true },
    { name: 'the person may not', may: ['openid'], has: false },
    { name: 'nobody may', restrictedScopes: ['offline_access'], has: false },
    {
      name: 'it is not supported, so that nobody can withhold it',
      may: ['openid'],
      scopesSupported: ['openid', 'email'],
      has: true,
    },
  ])('is there when $name: $has', async ({ name: _name, may, has, ...more }) => {
    const { app } = createTestApp({
      options: { ...BY_GRANT, ...more },
      people: { alice: may ? { scopes: may } : {} },
    });
    const tokens = await obtainTokens(app, 'openid email');
    expect(tokens.scope).toBe(may ? 'openid' : 'openid email');
    expect('refresh_token' in tokens).toBe(has);
  });
});

describe("GET /oauth/consent with refreshTokens: 'grant_type' (SCOPE-18)", () => {
  it.each([
    {
      name: 'says that the app stays connected',
      metadata: { grant_types: BOTH },
      scope: 'openid',
      want: ['Know who you are ( openid )', STAY],
    },
    {
      name: 'says it once when the app asks for it by name',
      metadata: { grant_types: BOTH },
      scope: 'openid offline_access',
      want: ['Know who you are ( openid )', `${STAY} ( offline_access )`],
    },
    {
      name: 'says nothing when it does not',
      metadata: { grant_types: CODE_ONLY },
      scope: 'openid',
      want: ['Know who you are ( openid )'],
    },
  ])('$name', async ({ metadata, scope, want }) => {
    expect(await linesOf({ options: BY_GRANT, metadata, query: { scope } })).toEqual(want);
  });

  it('says it where offline_access is not supported', async () => {
    const options = { ...BY_GRANT, scopesSupported: ['mcp'], scopes: { mcp: 'Use tools' } };
    expect(await linesOf({ options, query: { scope: 'mcp' } })).toEqual([
      'Use tools ( mcp )',
      STAY,
    ]);
  });

  it("says that it is not this person's to give, and nothing else of it", async () => {
    const lines = await linesOf({
      options: BY_GRANT,
      people: { alice: { scopes: ['openid'] } },
      query: { scope: 'openid offline_access' },
    });
    expect(lines).toEqual(['Know who you are ( openid )', `${STAY} ( offline_access )`]);
  });

  it('says it in the words of the host', async () => {
    const scopes = { offline_access: '<b>Bleiben</b>' };
    const lines = await linesOf({ options: { ...BY_GRANT, scopes }, query: { scope: 'openid' } });
    expect(lines).toEqual(['Know who you are ( openid )', '&lt;b&gt;Bleiben&lt;/b&gt;']);
  });

  it.each([BY_SCOPE, { signingKeys }])('does not say it with %j', async (options) => {
    const lines = await linesOf({ options, query: { scope: 'openid' } });
    expect(lines).toEqual(['Know who you are ( openid )']);
  });
});

describe('what was decided about refreshing', () => {
  it.each([
    { name: 'a grant that can be refreshed', made: BY_GRANT, later: BY_SCOPE, has: true },
    { name: 'a grant that cannot', made: BY_SCOPE, later: BY_GRANT, has: false },
  ])('is kept with the consent for $name', async ({ made, later, has }) => {
    const { first, second } = createTwoApps({ options: made }, { options: later });
    const id = await registeredClientId(first.app);
    const pkce = createPkce();
    const code = await obtainCode(first.app, id, pkce, { scope: 'openid' });
    const { status, body } = await tokenRequest(second.app, redemption(id, code, pkce));
    expect(status).toBe(200);
    expect('refresh_token' in (body as object)).toBe(has);
  });

  it('is kept at each refresh', async () => {
    const { first, second } = createTwoApps({ options: BY_GRANT }, { options: BY_SCOPE });
    const { client_id: id, refresh_token } = await obtainTokens(first.app, 'openid');
    const { status, body } = await refreshRequest(second.app, id, refresh_token);
    expect(status).toBe(200);
    expect(body).toMatchObject({ scope: 'openid', refresh_token: expect.any(String) });
  });

  it.each([
    { name: 'taken away', shown: BY_GRANT, then: BY_SCOPE },
    { name: 'given', shown: BY_SCOPE, then: BY_GRANT },
  ])('is shown anew when it is $name between page and form', async ({ shown, then }) => {
    const { first, second, store } = createTwoApps({ options: shown }, { options: then });
    const id = await registeredClientId(first.app);
    const browser = new Browser(first.app, 'alice');
    const { url, csrf } = await openPage(browser, id, createPkce(), { scope: 'openid' });
    store.forget();
    const other = browser.at(second.app);
    const answer = await other.post(url, { decision: 'allow', csrf });
    expect({ status: answer.status, writes: store.writes }).toEqual({ status: 403, writes: [] });
    expect(redirectParameters(await other.submit(url, 'allow'))).toHaveProperty('code');
  });

  it('is not given by a refresh token that nobody issued', async () => {
    const { app } = createTestApp({ options: BY_GRANT });
    const { client_id: id } = await obtainTokens(app, 'openid', { grant_types: CODE_ONLY });
    expectApiError(await refreshRequest(app, id, 'x.1.y'), 400, 'unauthorized_client');
  });

  it('is of no use to a client of the configuration that may not refresh any more', async () => {
    const desk = { client_id: 'desk', redirect_uris: [REDIRECT_URI], scope: 'openid' };
    const may = { ...BY_GRANT, clients: [desk] };
    const mayNot = { ...BY_GRANT, clients: [{ ...desk, grant_types: CODE_ONLY }] };
    const { first, second } = createTwoApps({ options: may }, { options: mayNot });
    const pkce = createPkce();
    const code = await obtainCode(first.app, 'desk', pkce, { scope: 'openid' });
    const form = redemption('desk', code, pkce);
    const { body } = await tokenRequest(first.app, form);
    const { refresh_token } = body as Tokens;
    const refused = await refreshRequest(second.app, 'desk', refresh_token);
    expectApiError(refused, 400, 'unauthorized_client');
    const later = createPkce();
    const next = await obtainCode(first.app, 'desk', later, { scope: 'openid' });
    const answer = await tokenRequest(second.app, redemption('desk', next, later));
    expect(answer.status).toBe(200);
    expect(answer.body).not.toHaveProperty('refresh_token');
    // The refusal has used nothing up.
    expect((await refreshRequest(first.app, 'desk', refresh_token)).status).toBe(200);
  });
});
