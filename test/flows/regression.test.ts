import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import supertest from 'supertest';
import { RESOURCE } from '../support/app.ts';
import { createDeployment, type TestDeployment } from '../support/deployment.ts';
import {
  Browser,
  createPkce,
  locationOf,
  obtainTokens,
  redemption,
  redirectParameters,
  refreshRequest,
  register,
  tokenRequest,
} from '../support/flow.ts';
import { STORE_KINDS } from '../support/stores.ts';

const SUPPORTED = ['openid', 'profile', 'email', 'offline_access'];

describe.each(STORE_KINDS)(
  'a client that registers narrow and asks for more ($kind)',
  (storeKind) => {
    let deployment: TestDeployment;

    beforeEach(() => {
      deployment = createDeployment(storeKind, { scopesSupported: SUPPORTED });
    });
    afterEach(async () => {
      await deployment.close();
    });

    it('completes its login under a baseline, and nothing beyond the baseline opens', async () => {
      const { app } = deployment.start({ baselineClientScopes: ['offline_access'] });
      const registered = await register(app, { scope: 'openid' });
      expect(registered.status).toBe(201);
      expect(registered.body).toMatchObject({ scope: 'openid offline_access' });
      const { client_id } = registered.body as { client_id: string };
      const pkce = createPkce();
      const browser = new Browser(app);

      for (const beyond of ['profile', 'admin:read']) {
        const refused = await browser.authorize(client_id, pkce, { scope: `openid ${beyond}` });
        expect(refused.status).toBe(303);
        expect(redirectParameters(refused)).toEqual({
          error: 'invalid_scope',
          error_description: 'scope contains a value that this client cannot ask for',
          state: 'xyz-state',
          iss: 'https://auth.example.com',
        });
      }

      const begun = await browser.authorize(client_id, pkce, { scope: 'openid offline_access' });
      expect(begun.status).toBe(302);
      const login = new URL(locationOf(begun), 'https://auth.example.com');
      expect(login.pathname).toBe('/login');

      const returnTo = login.searchParams.get('return_to') ?? '';
      const decided = await browser.login('alice').submit(returnTo, 'allow');
      expect(decided.status).toBe(303);
      const { code, state, iss } = redirectParameters(decided);
      expect({ state, iss }).toEqual({ state: 'xyz-state', iss: 'https://auth.example.com' });

      const redeemed = await tokenRequest(app, redemption(client_id, code ?? '', pkce));
      expect(redeemed.status).toBe(200);
      const tokens = redeemed.body as { access_token: string; refresh_token: string };
      expect(redeemed.body).toEqual({
        access_token: expect.any(String),
        token_type: 'Bearer',
        expires_in: 3600,
        scope: 'openid offline_access',
        id_token: expect.any(String),
        refresh_token: expect.any(String),
      });

      const call = await supertest(app).get('/mcp').auth(tokens.access_token, { type: 'bearer' });
      expect(call.status).toBe(200);
      expect(call.body).toMatchObject({
        clientId: client_id,
        scopes: ['openid', 'offline_access'],
        resource: RESOURCE,
        extra: { sub: 'alice' },
      });

      const refreshed = await refreshRequest(app, client_id, tokens.refresh_token);
      expect(refreshed.status).toBe(200);
      expect(refreshed.body).toMatchObject({ scope: 'openid offline_access' });
    });

    it('is refused without a baseline', async () => {
      const { app } = deployment.start();
      const { body } = await register(app, { scope: 'openid' });
      expect(body).toMatchObject({ scope: 'openid' });
      const refused = await new Browser(app).authorize(
        (body as { client_id: string }).client_id,
        createPkce(),
        { scope: 'openid offline_access' },
      );
      expect(redirectParameters(refused)['error']).toBe('invalid_scope');
    });

    it('gets only what it asks for at the authorization endpoint, and no refresh token', async () => {
      const { app } = deployment.start({ baselineClientScopes: ['offline_access'] });
      const tokens = await obtainTokens(app, 'openid', { scope: 'openid' });
      expect(tokens.scope).toBe('openid');
      expect(tokens).not.toHaveProperty('refresh_token');
    });
  },
);
