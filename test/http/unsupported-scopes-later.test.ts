import { describe, expect, it } from '@jest/globals';
import type { AuthorizationServerOptions } from '../../lib/options/options.ts';
import { SIGNING_KEY } from '../support/deployment.ts';
import {
  Browser,
  createPkce,
  obtainTokens,
  redirectParameters,
  refreshRequest,
  register,
} from '../support/flow.ts';
import { DROP } from './support/dropping.ts';
import { expectApiError } from './support/expect.ts';
import { grantTokens } from './support/grant.ts';
import { createTwoApps } from './support/watched-app.ts';

describe("POST /oauth/token with unsupportedScopes: 'drop': the scope of a refresh", () => {
  const granted = () =>
    grantTokens({
      options: DROP,
      metadata: { scope: 'openid email offline_access files' },
      query: { scope: 'openid email offline_access' },
    });

  it.each(['stranger', 'stranger admin:read', 'files', 'openid files', 'openid stranger files'])(
    'is invalid_scope for %s, and nothing is rotated',
    async (scope) => {
      const { refresh, refreshToken, store } = await granted();
      expectApiError(await refresh(refreshToken, { scope }), 400, 'invalid_scope');
      expect(store.writes).toEqual([]);
      expect((await refresh(refreshToken)).status).toBe(200);
    },
  );

  it.each([
    { scope: 'openid stranger', answered: 'openid' },
    { scope: 'admin:read email stranger openid', answered: 'email openid' },
  ])('is $answered for $scope', async ({ scope, answered }) => {
    const { refresh, refreshToken } = await granted();
    const { status, body } = await refresh(refreshToken, { scope });
    expect({ status, scope: (body as { scope: string }).scope }).toEqual({
      status: 200,
      scope: answered,
    });
  });
});

describe("unsupportedScopes: 'reject'", () => {
  const reject = { ...DROP, unsupportedScopes: 'reject' } as const;

  it.each([reject, { ...reject, unsupportedScopes: undefined }])(
    'refuses at every step what the other leaves out',
    async (given) => {
      const options = given as Partial<AuthorizationServerOptions>;
      const { app, refresh, refreshToken, id, log } = await grantTokens({
        options,
        query: { scope: 'openid offline_access' },
      });
      const scope = 'openid stranger';
      expectApiError(await register(app, { scope }), 400, 'invalid_client_metadata');
      const asked = await new Browser(app, 'alice').authorize(id, createPkce(), { scope });
      expect(redirectParameters(asked)).toHaveProperty('error', 'invalid_scope');
      expectApiError(await refresh(refreshToken, { scope }), 400, 'invalid_scope');
      expect(log.text()).not.toContain('unsupported scopes left out');
    },
  );
});

describe("unsupportedScopes: 'drop', when the policy changes later", () => {
  const signingKeys = SIGNING_KEY;

  it('lets an old client ask for what was left out of its registration', async () => {
    const { first, second } = createTwoApps(
      { options: { ...DROP, signingKeys } },
      { options: { ...DROP, signingKeys, scopesSupported: [...DROP.scopesSupported, 'calendar'] } },
    );
    const { body } = await register(first.app, { scope: 'openid offline_access calendar' });
    expect(body).toMatchObject({ scope: 'openid offline_access' });
    const { client_id } = body as { client_id: string };
    const ask = async (app: typeof first.app) =>
      new Browser(app, 'alice').decide('allow', client_id, createPkce(), { scope: 'calendar' });
    expect(redirectParameters(await ask(first.app))).toHaveProperty('error', 'invalid_scope');
    expect(redirectParameters(await ask(second.app))).toHaveProperty('code');
  });

  it('takes from a grant what is not supported any more, and gives it back', async () => {
    const { first, second } = createTwoApps(
      { options: { ...DROP, signingKeys } },
      { options: { ...DROP, signingKeys, scopesSupported: ['openid', 'offline_access'] } },
    );
    const scope = 'openid files offline_access';
    const { client_id: id, refresh_token } = await obtainTokens(first.app, scope, { scope });
    const narrowed = await refreshRequest(second.app, id, refresh_token, { scope: 'files openid' });
    expect(narrowed.body).toMatchObject({ scope: 'openid' });
    const next = (narrowed.body as { refresh_token: string }).refresh_token;
    expect((await refreshRequest(first.app, id, next)).body).toMatchObject({ scope });
  });
});
