import { describe, expect, it } from '@jest/globals';
import { expectApiError } from '../http/support/expect.ts';
import { JSON_TYPE, send } from '../http/support/send.ts';
import { createWatchedApp } from '../http/support/watched-app.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { createDeployment } from '../support/deployment.ts';
import { METADATA, register } from '../support/flow.ts';
import { STORE_KINDS } from '../support/stores.ts';

const REGISTER = '/oauth/register';
const FOUR = 'openid profile email offline_access';

/** In two parts: lint takes the whole for a program. */
const SCRIPT = 'javascript';

describe('behaviour B1: registering, and what goes wrong on the way', () => {
  it.each(['', 'not json', '{"redirect_uris":', "{'a':1}", '[1', 'undefined'])(
    'B37: a body that is no JSON is invalid client metadata: %j',
    async (body) => {
      const { app, store } = createWatchedApp();
      const answer = await send(app, 'POST', REGISTER, { headers: JSON_TYPE, body });
      expectApiError(answer, 400, 'invalid_client_metadata');
      expect(store.writes).toEqual([]);
    },
  );

  it.each(['http://example.com/callback', `${SCRIPT}:alert(1)`, 'https://example.com/cb#f'])(
    'B38: a redirect URI that the policy forbids is an invalid redirect URI: %s',
    async (uri) => {
      const { app, store } = createWatchedApp();
      const answer = await register(app, { redirect_uris: [uri] });
      expectApiError(answer, 400, 'invalid_redirect_uri');
      expect(store.writes).toEqual([]);
    },
  );

  it('B40: a store that takes no more is temporarily unavailable, and says when to come again', async () => {
    const { app, store } = createWatchedApp();
    store.fail('clients.insert');
    for (const token_endpoint_auth_method of ['none', 'client_secret_basic']) {
      const redirect_uris = ['https://app.example.com/cb'];
      const answer = await register(app, { redirect_uris, token_endpoint_auth_method });
      expectApiError(answer, 503, 'temporarily_unavailable');
      expect(answer.headers).toHaveProperty('retry-after', expect.stringMatching(/^[2-8]$/));
      expect(answer.text).not.toContain('client_secret');
    }
    store.recover();
    expect((await register(app)).status).toBe(201);
  });

  it('B41: a body of more than 64 KiB is too large, and one of just as much is not', async () => {
    const { app, store } = createWatchedApp();
    const bodyOf = (bytes: number): string => {
      const empty = JSON.stringify({ ...METADATA, padding: '' });
      return JSON.stringify({ ...METADATA, padding: 'a'.repeat(bytes - empty.length) });
    };
    const sent = async (bytes: number) =>
      send(app, 'POST', REGISTER, { headers: JSON_TYPE, body: bodyOf(bytes) });
    expectApiError(await sent(64 * 1024 + 1), 413, 'invalid_request');
    expect(store.writes).toEqual([]);
    expect((await sent(64 * 1024)).status).toBe(201);
  });

  it.each(STORE_KINDS)('B43, B44: a good one is registered ($kind)', async (storeKind) => {
    const deployment = createDeployment(storeKind, { baselineClientScopes: ['offline_access'] });
    const { app } = deployment.start();
    const { status, body } = await register(app, { scope: 'openid' });
    expect({ status, body }).toMatchObject({
      status: 201,
      body: { client_id: expect.stringMatching(/^[0-9a-f-]{36}$/), scope: 'openid offline_access' },
    });
    const { client_id, scope } = body as { client_id: string; scope: string };
    const record = await deployment.store().clients.find(client_id);
    expect(record?.registered.scopes.map((registered) => registered.scope).join(' ')).toBe(scope);
    await deployment.close();
  });
});

describe('behaviour B2: the scope of a registration', () => {
  it('B47: a list of scopes is taken, and answered and kept as one text', async () => {
    const { app, store } = createWatchedApp();
    const { status, text, body } = await register(app, { scope: ['openid', 'offline_access'] });
    expect(status).toBe(201);
    expect(text).toContain('"scope":"openid offline_access"');
    const { client_id } = body as { client_id: string };
    expect((await store.clients.find(client_id))?.requested).toBe('openid offline_access');
  });

  it.each([
    { name: 'B49: an empty list', scope: [] },
    { name: 'B53: no scope', scope: undefined },
    { name: 'B53: a scope of null', scope: null },
    { name: 'B53: an empty text', scope: '' },
    { name: 'B53: blanks', scope: '   ' },
    { name: 'B53: a list of an empty text', scope: [''] },
  ])('$name asks for nothing, and gets the defaults in their order', async ({ scope }) => {
    const { app } = createTestApp();
    const { status, body } = await register(app, { scope });
    expect({ status, body }).toMatchObject({ status: 201, body: { scope: FOUR } });
  });

  it.each([
    { name: 'a part', scope: 'profile openid' },
    { name: 'all of them', scope: FOUR },
    { name: 'all of them in another order', scope: 'offline_access email profile openid' },
    { name: 'one', scope: 'email' },
  ])('B50: $name of the supported scopes is registered in the order given', async ({ scope }) => {
    const { app } = createTestApp();
    const { status, body } = await register(app, { scope });
    expect({ status, body }).toMatchObject({ status: 201, body: { scope } });
  });

  it.each(['openid.evil', 'open', 'OPENID', 'openid_', 'openid profile.evil', 'openidprofile'])(
    'B52: %j is not taken for a scope that it resembles',
    async (scope) => {
      const { app, store } = createWatchedApp();
      for (const sent of [scope, scope.split(' ')]) {
        const answer = await register(app, { scope: sent });
        expectApiError(answer, 400, 'invalid_client_metadata');
        expect(answer.body).toHaveProperty(
          'error_description',
          'scope contains a value that is not in scopes_supported',
        );
      }
      expect(store.writes).toEqual([]);
    },
  );

  it('B55: asking for nothing never fails, whatever is supported', async () => {
    const registered = async ({ app }: TestApp): Promise<unknown> => {
      const { status, body } = await register(app, { scope: undefined });
      expect(status).toBe(201);
      return (body as { scope: string }).scope;
    };
    const scopesSupported = ['custom_scope'];
    expect(await registered(createTestApp({ options: { scopesSupported } }))).toBe('custom_scope');
    const restricted = { scopesSupported: ['custom', 'root'], restrictedScopes: ['root'] };
    expect(await registered(createTestApp({ options: restricted }))).toBe('custom');
  });
});
