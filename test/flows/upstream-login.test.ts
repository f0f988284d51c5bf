import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { decodeJwt } from 'jose';
import supertest from 'supertest';
import { createDeployment, type TestDeployment } from '../support/deployment.ts';
import {
  Browser,
  createPkce,
  locationOf,
  redemption,
  redirectParameters,
  refreshRequest,
  registeredClientId,
  tokenRequest,
} from '../support/flow.ts';
import { startIdentityProvider, type IdentityProvider } from '../support/identity-provider.ts';
import { STORE_KINDS } from '../support/stores.ts';
import { answerOf, logInElsewhere, loginAt } from '../support/upstream-flow.ts';

const SCOPE = 'openid offline_access';
const OPTIONS = { baselineClientScopes: ['offline_access'] };

describe.each(STORE_KINDS)('a login at an identity provider ($kind)', (storeKind) => {
  let provider: IdentityProvider;
  let deployment: TestDeployment;

  beforeEach(async () => {
    provider = await startIdentityProvider();
    deployment = createDeployment(storeKind, { ...OPTIONS, login: loginAt(provider) });
  });
  afterEach(async () => {
    await deployment.close();
    await provider.stop();
  });

  it('leads to tokens, each leg at another instance (FED-13)', async () => {
    const [{ app: a }, { app: b }] = [deployment.start(), deployment.start()];
    const client_id = await registeredClientId(a, { scope: 'openid' });
    const pkce = createPkce();
    const browser = new Browser(a);
    const begun = await browser.authorize(client_id, pkce, { scope: SCOPE });
    expect(begun.status).toBe(302);
    const { app: restarted } = deployment.start();
    const back = await browser.at(restarted).get(await answerOf(begun));
    expect(back.status).toBe(303);
    const page = await browser.at(b).get(locationOf(back));
    expect(page.text).toContain('Alice Upstream');

    const decided = await browser.at(a).submit(locationOf(back), 'allow');
    const { code = '', state, iss } = redirectParameters(decided);
    expect({ state, iss }).toEqual({ state: 'xyz-state', iss: 'https://auth.example.com' });
    const redeemed = await tokenRequest(b, redemption(client_id, code, pkce));
    expect(redeemed.body).toMatchObject({ scope: SCOPE });
    const { access_token, refresh_token } = redeemed.body as Record<string, string>;
    expect(decodeJwt(access_token ?? '')).toMatchObject({ sub: 'oidc|alice-upstream' });
    const refreshed = await refreshRequest(a, client_id, refresh_token ?? '');
    expect(refreshed.status).toBe(200);
  });

  it('tells the client what the provider says of the person, under the name that they have here', async () => {
    provider.script.person = {
      ...{ sub: 'alice-upstream', name: 'Alice Upstream', email: 'alice@idp.example' },
      ...{ email_verified: true, locale: 'de', groups: ['admins'] },
    };
    provider.script.inIdToken = ['name', 'email', 'email_verified', 'locale', 'groups'];
    const { app } = deployment.start();
    const scope = 'openid profile email';
    const client_id = await registeredClientId(app, { scope });
    const pkce = createPkce();
    const browser = new Browser(app);
    const back = await logInElsewhere(browser, client_id, pkce, { scope });
    const { code = '' } = redirectParameters(await browser.submit(locationOf(back), 'allow'));
    const { body } = await tokenRequest(app, redemption(client_id, code, pkce));
    const { id_token = '', access_token = '' } = body as Record<string, string>;
    expect(decodeJwt(id_token)).toMatchObject({
      iss: 'https://auth.example.com',
      sub: 'oidc|alice-upstream',
      aud: client_id,
    });
    const asked = supertest(app).get('/oauth/userinfo').auth(access_token, { type: 'bearer' });
    expect((await asked).body).toEqual({
      sub: 'oidc|alice-upstream',
      name: 'Alice Upstream',
      locale: 'de',
      email: 'alice@idp.example',
      email_verified: true,
    });
  });

  it('asks the provider for nothing that the client sent, and ties its answer to this request (FED-11)', async () => {
    const { app } = deployment.start();
    const client_id = await registeredClientId(app, { scope: 'openid' });
    const pkce = createPkce();
    const request = { state: 'state-of-the-client', nonce: 'nonce-of-the-client' };
    const browser = new Browser(app);
    const begun = await browser.authorize(client_id, pkce, request);
    const asked = new URL(locationOf(begun)).searchParams;
    expect(Object.fromEntries(asked)).toMatchObject({
      response_type: 'code',
      client_id: provider.script.clientId,
      redirect_uri: 'https://auth.example.com/oauth/callback',
      code_challenge_method: 'S256',
      scope: 'openid profile email',
    });
    const sent = [...asked.values()].join(' ');
    for (const own of [pkce.code_challenge, ...Object.values(request), client_id]) {
      expect(sent).not.toContain(own);
    }
    // 22 characters of base64url are 128 bits.
    expect(asked.get('state')).toMatch(/^[\w-]{22}\.[\w-]{22}$/);
    expect(asked.get('nonce')).toMatch(/^[\w-]{43}$/);
    await browser.get(await answerOf(begun));
    const [exchanged] = provider.asked('token');
    expect(exchanged?.body.get('redirect_uri')).toBe(asked.get('redirect_uri'));
    const verifier = exchanged?.body.get('code_verifier') ?? '';
    const challenge = createHash('sha256').update(verifier).digest('base64url');
    expect(challenge).toBe(asked.get('code_challenge'));
  });

  it('never hands the tokens of the provider on (FED-10)', async () => {
    const { app, log } = deployment.start();
    const client_id = await registeredClientId(app, { scope: 'openid' });
    const pkce = createPkce();
    const browser = new Browser(app);
    const back = await logInElsewhere(browser, client_id, pkce, { scope: SCOPE });
    const page = await browser.get(locationOf(back));
    const decided = await browser.submit(locationOf(back), 'allow');
    const { code = '' } = redirectParameters(decided);
    const redeemed = await tokenRequest(app, redemption(client_id, code, pkce));
    const { access_token } = redeemed.body as { access_token: string };
    expect(decodeJwt(access_token)).toMatchObject({
      iss: 'https://auth.example.com',
      aud: 'https://auth.example.com/mcp',
    });
    const told = [back.text, locationOf(back), page.text, locationOf(decided), redeemed.text];
    const grantId = code.split('.')[0] ?? '';
    const kept = await deployment.store().upstreamTokens.find(grantId);
    expect(kept).toEqual(expect.any(String));
    const seen = JSON.stringify([told, log.entries, kept]);
    // Every secret of this provider begins like one of these.
    expect(provider.grants.refreshTokens()[0]).toMatch(/^upstream-refresh-/);
    expect(seen).not.toMatch(/upstream-(code|access|refresh)-/);
  });

  it.each([
    { name: 'verified', claims: { email_verified: true } },
    { name: 'not verified', claims: { email_verified: false } },
    { name: 'of unknown standing', claims: {} },
  ])('knows people by provider and sub, not by an e-mail address $name (FED-08)', async (given) => {
    const other = await startIdentityProvider({
      person: { sub: 'another', email: 'alice@example.com', ...given.claims },
    });
    try {
      const logins = [loginAt(provider, { name: 'one' }), loginAt(other, { name: 'two' })];
      const { app } = deployment.start({ login: logins });
      const client_id = await registeredClientId(app, { scope: 'openid' });
      const subjects = [];
      for (const idp_hint of ['one', 'two']) {
        const pkce = createPkce();
        const browser = new Browser(app);
        const back = await logInElsewhere(browser, client_id, pkce, { idp_hint });
        const { code = '' } = redirectParameters(await browser.submit(locationOf(back), 'allow'));
        const redeemed = await tokenRequest(app, redemption(client_id, code, pkce));
        const { access_token } = redeemed.body as { access_token: string };
        subjects.push(decodeJwt(access_token).sub);
      }
      expect(subjects).toEqual(['one|alice-upstream', 'two|another']);
    } finally {
      await other.stop();
    }
  });

  it('waits where only other instances know the provider, and nothing ends by that', async () => {
    const { app } = deployment.start();
    const client_id = await registeredClientId(app, { scope: 'openid' });
    const pkce = createPkce();
    const browser = new Browser(app);
    const begun = await browser.authorize(client_id, pkce, { scope: SCOPE });
    const callback = await answerOf(begun);
    const { app: other } = deployment.start({ login: loginAt(provider, { name: 'renamed' }) });
    expect((await browser.at(other).get(callback)).status).toBe(503);

    const back = await logInElsewhere(browser, client_id, pkce, { scope: SCOPE });
    const { code = '' } = redirectParameters(await browser.submit(locationOf(back), 'allow'));
    const { body } = await tokenRequest(app, redemption(client_id, code, pkce));
    const { refresh_token } = body as { refresh_token: string };
    expect((await refreshRequest(other, client_id, refresh_token)).status).toBe(503);
    expect((await refreshRequest(app, client_id, refresh_token)).status).toBe(200);
  });

  it('takes no answer of one provider for that of another (RFC 9700 §4.4)', async () => {
    const second = await startIdentityProvider();
    try {
      const logins = [loginAt(provider, { name: 'one' }), loginAt(second, { name: 'two' })];
      const { app } = deployment.start({ login: logins });
      const client_id = await registeredClientId(app, { scope: 'openid' });
      const browser = new Browser(app);
      const begun = await browser.authorize(client_id, createPkce(), { idp_hint: 'one' });
      const callback = await answerOf(begun);
      expect(callback).toMatch(/^\/oauth\/callback\/one\?/);
      // The first provider sent the person on to the second, which answers where it was told to.
      for (const path of ['/oauth/callback/two', '/oauth/callback', '/oauth/callback/none']) {
        const next = await browser.authorize(client_id, createPkce(), { idp_hint: 'one' });
        const answer = (await answerOf(next)).replace('/oauth/callback/one', path);
        expect((await browser.get(answer)).status).toBe(400);
      }
      expect(provider.asked('token')).toEqual([]);
      expect(second.asked('token')).toEqual([]);
    } finally {
      await second.stop();
    }
  });

  it('takes a max_age of more than a lifetime', async () => {
    const { app } = deployment.start();
    const client_id = await registeredClientId(app, { scope: 'openid' });
    const browser = new Browser(app);
    const more = { scope: 'openid', max_age: '9999999999' };
    const back = await logInElsewhere(browser, client_id, createPkce(), more);
    expect((await browser.get(locationOf(back))).status).toBe(200);
  });
});
