import { describe, expect, it } from '@jest/globals';
import supertest from 'supertest';
import { createTestApp } from '../support/app.ts';
import {
  Browser,
  createPkce,
  locationOf,
  obtainCode,
  redemption,
  redirectParameters,
  refreshRequest,
  tokenRequest,
} from '../support/flow.ts';
import {
  manage,
  OFFLINE,
  registered,
  registrationIn,
  tokensFor,
  update,
} from '../support/management.ts';

const WEB = 'https://app.example.com/callback';
const OTHER = 'https://app.example.com/other';

describe('a client that was deleted', () => {
  it('is dead on every leg at once (MGMT-10)', async () => {
    const { app, server } = createTestApp();
    const client = await registered(app);
    const { client_id } = client;
    const { refresh_token } = await tokensFor(app, client);
    const pkce = createPkce();
    const code = await obtainCode(app, client_id, pkce, { scope: OFFLINE });
    const browser = new Browser(app, 'alice');
    const page = locationOf(await browser.authorize(client_id, pkce));
    expect((await browser.get(page)).status).toBe(200);
    const gone = await manage(app, 'delete', client);
    expect([gone.status, gone.text, gone.headers['cache-control']]).toEqual([204, '', 'no-store']);
    for (const answer of [
      await refreshRequest(app, client_id, refresh_token),
      await tokenRequest(app, redemption(client_id, code, pkce)),
    ]) {
      expect(answer).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
    }
    expect((await browser.get(page)).status).toBe(400);
    expect((await browser.authorize(client_id, pkce)).status).toBe(400);
    expect(await server.grants.list({ subject: 'alice' })).toEqual([]);
  });

  it('has no active token at whoever asks, where it had one before (MGMT-10)', async () => {
    const api = { id: 'api', secret: 's'.repeat(32) };
    const { app, server } = createTestApp({ options: { resourceServers: [api] } });
    app.get(
      '/checked',
      server.requireBearer({ resource: '/mcp', checkRevocation: true }),
      (_q, r) => {
        r.json('served');
      },
    );
    const client = await registered(app);
    const { access_token, refresh_token } = await tokensFor(app, client);
    const introspected = async (): Promise<unknown> => {
      const request = supertest(app).post('/oauth/introspect').auth(api.id, api.secret);
      return (await request.type('form').send({ token: access_token })).body as unknown;
    };
    const called = () => supertest(app).get('/checked').auth(access_token, { type: 'bearer' });
    expect(await introspected()).toMatchObject({ active: true, client_id: client.client_id });
    expect((await called()).status).toBe(200);
    expect((await manage(app, 'delete', client)).status).toBe(204);
    expect(await introspected()).toEqual({ active: false });
    const refused = await called();
    expect(refused).toMatchObject({ status: 401, body: { error: 'invalid_token' } });
    expect(refused.headers['www-authenticate']).toMatch(/^Bearer .*error="invalid_token"/);
    // Put back by nobody: not by a new client either, which has another id.
    const other = await registered(app);
    expect(await introspected()).toEqual({ active: false });
    const stolen = await refreshRequest(app, other.client_id, refresh_token);
    expect(stolen).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });
});

describe('a client that was updated (MGMT-08)', () => {
  const KEY = { kty: 'OKP', crv: 'Ed25519', x: 'A'.repeat(43) };
  const first = { redirect_uris: [WEB, OTHER], client_name: 'Notes' };

  it.each([
    { name: 'nothing', metadata: first, asks: false },
    {
      name: 'the order of its redirect URIs',
      metadata: { ...first, redirect_uris: [OTHER, WEB] },
      asks: false,
    },
    { name: 'its name', metadata: { ...first, client_name: 'Other' }, asks: true },
    {
      name: 'its logo',
      metadata: { ...first, logo_uri: 'https://evil.example/l.png' },
      asks: true,
    },
    { name: 'its keys', metadata: { ...first, jwks: { keys: [KEY] } }, asks: true },
    { name: 'the redirect URI of the answer', metadata: first, redirect_uri: OTHER, asks: true },
  ])(
    'asks people again: $asks, when it changed $name',
    async ({ metadata, redirect_uri = WEB, asks }) => {
      const { app } = createTestApp();
      const client = await registered(app, first);
      const browser = new Browser(app, 'alice');
      const allowed = await browser.decide('allow', client.client_id, createPkce(), {
        redirect_uri: WEB,
      });
      expect(redirectParameters(allowed)).toHaveProperty('code');
      registrationIn(await update(app, client, metadata));
      const answer = await browser.authorize(client.client_id, createPkce(), {
        redirect_uri,
        prompt: 'none',
      });
      const want = asks ? 'error' : 'code';
      expect(redirectParameters(answer)).toHaveProperty(want);
    },
  );

  it('answers at no redirect URI that was taken away, also where the page is open', async () => {
    const { app } = createTestApp();
    const client = await registered(app, first);
    const browser = new Browser(app, 'alice');
    const begun = await browser.authorize(client.client_id, createPkce(), { redirect_uri: OTHER });
    await update(app, client, { ...first, redirect_uris: [WEB] });
    expect((await browser.get(locationOf(begun))).status).toBe(400);
    const again = await browser.authorize(client.client_id, createPkce(), { redirect_uri: OTHER });
    expect(again.status).toBe(400);
  });
});
