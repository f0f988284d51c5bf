import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import supertest from 'supertest';
import { createDeployment, type TestDeployment } from '../support/deployment.ts';
import {
  Browser,
  createPkce,
  locationOf,
  obtainCode,
  obtainTokens,
  redemption,
  redirectParameters,
  refreshRequest,
  register,
  registeredClientId,
  tokenRequest,
} from '../support/flow.ts';
import { STORE_KINDS } from '../support/stores.ts';

const WIDE = { baselineClientScopes: ['offline_access'] };

describe.each(STORE_KINDS)('several instances on one store ($kind)', (storeKind) => {
  let deployment: TestDeployment;

  beforeEach(() => {
    deployment = createDeployment(storeKind);
  });
  afterEach(async () => {
    await deployment.close();
  });

  it('lets each step of one login be served by another instance', async () => {
    const [a, b] = [deployment.start(WIDE), deployment.start(WIDE)];
    const { body } = await register(a.app, { scope: 'openid' });
    expect(body).toMatchObject({ scope: 'openid offline_access' });
    const { client_id } = body as { client_id: string };
    const pkce = createPkce();

    const onB = new Browser(b.app);
    const begun = await onB.authorize(client_id, pkce, { scope: 'openid offline_access' });
    const returnTo = new URL(locationOf(begun), b.issuer).searchParams.get('return_to') ?? '';
    const decided = await onB.at(a.app).login('alice').submit(returnTo, 'allow');
    const { code = '' } = redirectParameters(decided);

    const redeemed = await tokenRequest(b.app, redemption(client_id, code, pkce));
    expect(redeemed.body).toMatchObject({ scope: 'openid offline_access' });
    const { access_token, refresh_token } = redeemed.body as Record<string, string>;
    const refreshed = await refreshRequest(a.app, client_id, refresh_token);
    expect(refreshed.status).toBe(200);
    const call = await supertest(a.app)
      .get('/mcp')
      .auth(access_token ?? '', { type: 'bearer' });
    expect(call.body).toMatchObject({ clientId: client_id, extra: { sub: 'alice' } });
  });

  it('loses nothing when every instance is restarted in the middle of a login', async () => {
    const before = deployment.start(WIDE);
    const client_id = await registeredClientId(before.app, { scope: 'openid' });
    const pkce = createPkce();
    const browser = new Browser(before.app, 'alice');
    const begun = await browser.authorize(client_id, pkce, { scope: 'openid offline_access' });

    const after = deployment.start(WIDE);
    const decided = await browser.at(after.app).submit(locationOf(begun), 'allow');
    const { code = '' } = redirectParameters(decided);

    const later = deployment.start(WIDE);
    const redeemed = await tokenRequest(later.app, redemption(client_id, code, pkce));
    expect(redeemed.status).toBe(200);
  });

  it('lets a policy that was widened since the registration count', async () => {
    const client_id = await registeredClientId(deployment.start().app, { scope: 'openid' });
    const wide = deployment.start(WIDE);
    const code = await obtainCode(wide.app, client_id, createPkce(), {
      scope: 'openid offline_access',
    });
    expect(code).toEqual(expect.any(String));
  });

  it('lets a policy that was narrowed since the registration count', async () => {
    const client_id = await registeredClientId(deployment.start(WIDE).app, { scope: 'openid' });
    const narrow = deployment.start();
    const refused = await new Browser(narrow.app, 'alice').authorize(client_id, createPkce(), {
      scope: 'openid offline_access',
    });
    expect(redirectParameters(refused)['error']).toBe('invalid_scope');
  });

  it('leaves out at consent what a policy took back while the person logged in', async () => {
    const [wide, narrow] = [deployment.start(WIDE), deployment.start()];
    const client_id = await registeredClientId(wide.app, { scope: 'openid' });
    const pkce = createPkce();
    const browser = new Browser(wide.app, 'alice');
    const begun = await browser.authorize(client_id, pkce, { scope: 'openid offline_access' });
    const decided = await browser.at(narrow.app).submit(locationOf(begun), 'allow');
    const { code = '' } = redirectParameters(decided);
    const redeemed = await tokenRequest(narrow.app, redemption(client_id, code, pkce));
    expect(redeemed.body).toMatchObject({ scope: 'openid' });
    expect(redeemed.body).not.toHaveProperty('refresh_token');
  });

  it('lets a narrowed policy count at the next refresh, and gives back no more when it is put back', async () => {
    const wide = deployment.start({ baselineClientScopes: ['offline_access', 'email'] });
    const tokens = await obtainTokens(wide.app, 'openid email offline_access', { scope: 'openid' });

    const narrow = deployment.start({ baselineClientScopes: ['offline_access'] });
    const narrowed = await refreshRequest(narrow.app, tokens.client_id, tokens.refresh_token);
    expect(narrowed.body).toMatchObject({ scope: 'openid offline_access' });

    const { refresh_token } = narrowed.body as { refresh_token: string };
    const widest = deployment.start({
      baselineClientScopes: ['offline_access', 'email', 'profile'],
    });
    const putBack = await refreshRequest(widest.app, tokens.client_id, refresh_token);
    expect(putBack.body).toMatchObject({ scope: 'openid email offline_access' });
  });

  it('ends a grant of which the policy leaves nothing', async () => {
    const wide = deployment.start({ baselineClientScopes: ['offline_access', 'email'] });
    const tokens = await obtainTokens(wide.app, 'email offline_access', { scope: 'openid' });
    const narrow = deployment.start();
    const refused = await refreshRequest(narrow.app, tokens.client_id, tokens.refresh_token);
    expect(refused.status).toBe(400);
    expect(refused.body).toMatchObject({ error: 'invalid_grant' });
    const putBack = await refreshRequest(wide.app, tokens.client_id, tokens.refresh_token);
    expect(putBack.body).toMatchObject({ error: 'invalid_grant' });
  });
});
