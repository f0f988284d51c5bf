import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import supertest from 'supertest';
import { createDeployment, type TestDeployment } from '../support/deployment.ts';
import {
  Browser,
  createPkce,
  locationOf,
  METADATA,
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
import { expectApiError } from '../http/support/expect.ts';
import { JSON_TYPE, send } from '../http/support/send.ts';

const TOKEN = 'an-initial-access-token-of-these-tests.one~+/==';
const OFF = { registration: 'off' } as const;
const WITH_TOKEN = { registration: 'token', initialAccessTokens: [TOKEN] } as const;

describe.each(STORE_KINDS)("registration: 'off' ($kind)", (storeKind) => {
  let deployment: TestDeployment;

  beforeEach(() => {
    deployment = createDeployment(storeKind);
  });
  afterEach(async () => {
    await deployment.close();
  });

  it.each([
    { name: 'a registration', headers: JSON_TYPE, body: JSON.stringify(METADATA) },
    {
      name: 'an initial access token that is known',
      headers: { ...JSON_TYPE, Authorization: `Bearer ${TOKEN}` },
      body: JSON.stringify(METADATA),
    },
    { name: 'a body that is too large', headers: JSON_TYPE, body: 'x'.repeat(64 * 1024 + 1) },
    { name: 'no JSON', headers: { 'Content-Type': 'text/plain' }, body: 'x' },
  ])('refuses $name in JSON, and asks for nothing (ABUSE-21)', async ({ headers, body }) => {
    const { app } = deployment.start({ ...OFF, initialAccessTokens: [TOKEN] });
    const answer = await send(app, 'POST', '/oauth/register', { headers, body });
    expectApiError(answer, 403, 'access_denied');
    expect(answer.headers).not.toHaveProperty('www-authenticate');
  });

  it('is not in the metadata (ABUSE-21)', async () => {
    const path = '/.well-known/oauth-authorization-server';
    const open = await supertest(deployment.start().app).get(path);
    const off = await supertest(deployment.start(OFF).app).get(path);
    const { registration_endpoint, ...rest } = open.body as Record<string, unknown>;
    expect(registration_endpoint).toBe('https://auth.example.com/oauth/register');
    expect(off.body).toEqual(rest);
  });

  it.each([
    { name: 'off', options: OFF, status: 403, error: 'access_denied' },
    { name: 'token', options: WITH_TOKEN, status: 401, error: 'invalid_token' },
  ])(
    'leaves the clients that there are alone when it is switched to $name (ABUSE-21)',
    async ({ options, status, error }) => {
      const before = deployment.start();
      const tokens = await obtainTokens(before.app, 'openid offline_access');
      const { client_id } = tokens;

      const { app } = deployment.start(options);
      expectApiError(await register(app), status, error);
      const refreshed = await refreshRequest(app, client_id, tokens.refresh_token);
      expect(refreshed.status).toBe(200);
      const pkce = createPkce();
      const code = await obtainCode(app, client_id, pkce, { scope: 'openid' });
      const redeemed = await tokenRequest(app, redemption(client_id, code, pkce));
      expect(redeemed.body).toMatchObject({ scope: 'openid' });
      const { access_token } = redeemed.body as { access_token: string };
      const call = await supertest(app).get('/mcp').auth(access_token, { type: 'bearer' });
      expect(call.body).toMatchObject({ clientId: client_id, extra: { sub: 'alice' } });
    },
  );

  it('takes nothing back of what was under way, and opens again (ABUSE-21)', async () => {
    const open = deployment.start();
    const client_id = await registeredClientId(open.app);
    const pkce = createPkce();
    const browser = new Browser(open.app, 'alice');
    const url = locationOf(await browser.authorize(client_id, pkce, { scope: 'openid' }));

    const off = deployment.start(OFF);
    expectApiError(await register(off.app), 403, 'access_denied');
    const allowed = await browser.at(off.app).submit(url, 'allow');
    const { code = '' } = redirectParameters(allowed);
    expect((await tokenRequest(off.app, redemption(client_id, code, pkce))).status).toBe(200);

    const guarded = deployment.start(WITH_TOKEN);
    const withToken = await send(guarded.app, 'POST', '/oauth/register', {
      headers: { ...JSON_TYPE, Authorization: `Bearer ${TOKEN}` },
      body: JSON.stringify(METADATA),
    });
    expect(withToken.status).toBe(201);
    const { client_id: invited } = withToken.body as { client_id: string };
    const again = deployment.start();
    expect((await register(again.app)).status).toBe(201);
    for (const id of [client_id, invited]) await obtainCode(again.app, id, createPkce());
  });
});
