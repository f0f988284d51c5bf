import { describe, expect, it } from '@jest/globals';
import { MemoryStore } from '../../lib/storage/memory/memory-store.ts';
import type { Store } from '../../lib/storage/store.ts';
import { createTestApp } from '../support/app.ts';
import { createClock } from '../support/clock.ts';
import {
  Browser,
  createPkce,
  locationOf,
  obtainCode,
  redemption,
  redirectParameters,
  refreshRequest,
  register,
  registeredClientId,
  tokenRequest,
} from '../support/flow.ts';

const FOUR = ['openid', 'profile', 'email', 'offline_access'];

/** What is kept of a client: what it asked for, and what was answered. */
async function stored(store: Store, client_id: string): Promise<object> {
  const record = await store.clients.find(client_id);
  return {
    requested: record?.requested,
    registered: record?.registered.scopes.map(({ scope }) => scope),
  };
}

function createStoredApp(options: object): ReturnType<typeof createTestApp> & { store: Store } {
  const clock = createClock();
  const store = new MemoryStore({ now: clock.now });
  return { ...createTestApp({ clock, options: { ...options, store } }), store };
}

describe('behaviour A: registering under a baseline', () => {
  it.each([
    {
      name: 'A1: the baseline is added to a narrow registration',
      options: {
        scopesSupported: ['openid', 'offline_access'],
        baselineClientScopes: ['offline_access'],
      },
      asked: 'openid',
      want: 'openid offline_access',
    },
    {
      name: 'A4: a client that asks for nothing has the defaults and the baseline',
      options: {
        scopesSupported: [...FOUR, 'custom:scope'],
        defaultClientScopes: FOUR,
        baselineClientScopes: ['custom:scope'],
      },
      asked: undefined,
      want: 'openid profile email offline_access custom:scope',
    },
    {
      name: 'A4: a client that asks for nothing has it once also when the defaults have it',
      options: {
        scopesSupported: [...FOUR, 'custom:scope'],
        baselineClientScopes: ['custom:scope'],
      },
      asked: undefined,
      want: 'openid profile email offline_access custom:scope',
    },
    {
      name: 'A5: a registration that has the baseline stays as it is, in its order',
      options: { baselineClientScopes: ['openid'] },
      asked: 'openid profile email offline_access',
      want: 'openid profile email offline_access',
    },
    {
      name: 'A6: what overlaps is not doubled, what is missing is appended',
      options: { baselineClientScopes: ['openid', 'offline_access'] },
      asked: 'openid profile',
      want: 'openid profile offline_access',
    },
    {
      name: 'A7: one asked for and one of the baseline',
      options: { baselineClientScopes: ['offline_access'] },
      asked: 'openid',
      want: 'openid offline_access',
    },
    {
      name: 'A8: without a baseline, just what was asked for',
      options: {},
      asked: 'openid',
      want: 'openid',
    },
    {
      name: 'A34: defaults that are not supported are never an error',
      options: {
        scopesSupported: ['openid', 'offline_access'],
        baselineClientScopes: ['offline_access'],
      },
      asked: undefined,
      want: 'openid offline_access',
    },
  ])('$name', async ({ options, asked, want }) => {
    const { app, store } = createStoredApp(options);
    const { status, body } = await register(app, { scope: asked });
    const { client_id, scope } = body as { client_id: string; scope: string };
    expect({ status, scope }).toEqual({ status: 201, scope: want });
    expect(await stored(store, client_id)).toEqual({
      requested: asked,
      registered: want.split(' '),
    });
  });

  it('A30: two registrations with different scopes do not change the baseline', async () => {
    const baselineClientScopes = ['offline_access', 'email'];
    const { app } = createTestApp({ options: { baselineClientScopes } });
    const scopes: string[] = [];
    for (const scope of ['openid', 'profile', 'email', undefined, 'openid']) {
      scopes.push(((await register(app, { scope })).body as { scope: string }).scope);
    }
    expect(scopes).toEqual([
      'openid offline_access email',
      'profile offline_access email',
      'email offline_access',
      'openid profile email offline_access',
      'openid offline_access email',
    ]);
    expect(baselineClientScopes).toEqual(['offline_access', 'email']);
  });
});

describe('behaviour A: authorizing under a baseline', () => {
  const options = {
    scopesSupported: ['openid', 'offline_access', 'email'],
    baselineClientScopes: ['offline_access'],
  };

  it('A2: a scope of the baseline leads to the login, not to an error', async () => {
    const { app } = createTestApp({ options });
    const client_id = await registeredClientId(app, { scope: 'openid' });
    const begun = await new Browser(app).authorize(client_id, createPkce(), {
      scope: 'openid offline_access',
      resource: 'https://auth.example.com/mcp',
    });
    expect(begun.status).toBe(302);
    expect(locationOf(begun)).toMatch(/^\/login\?return_to=%2Foauth%2Fconsent%3F/);
  });

  it.each([
    { name: 'is not supported', beyond: 'admin:read' },
    { name: 'is supported, and neither registered nor in the baseline', beyond: 'email' },
  ])('A3: a scope beyond it that $name is invalid_scope', async ({ beyond }) => {
    const { app } = createTestApp({ options });
    const client_id = await registeredClientId(app, { scope: 'openid' });
    const refused = await new Browser(app).authorize(client_id, createPkce(), {
      scope: `openid offline_access ${beyond}`,
    });
    expect(refused.status).toBe(303);
    expect(locationOf(refused).startsWith('http://localhost:8080/callback?')).toBe(true);
    expect(redirectParameters(refused)).toEqual({
      error: 'invalid_scope',
      error_description: 'scope contains a value that this client cannot ask for',
      state: 'xyz-state',
      iss: 'https://auth.example.com',
    });
  });

  it.each([
    { name: 'when it asks for what it registered', scope: 'openid' },
    { name: 'when it asks for no scope', scope: undefined },
  ])('A31: a client is granted no more than it asks for: $name', async ({ scope }) => {
    const { app } = createTestApp({ options });
    const client_id = await registeredClientId(app, { scope: 'openid' });
    const pkce = createPkce();
    const code = await obtainCode(app, client_id, pkce, { scope });
    const { status, body } = await tokenRequest(app, redemption(client_id, code, pkce));
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        access_token: expect.any(String),
        token_type: 'Bearer',
        expires_in: 3600,
        scope: 'openid',
        id_token: expect.any(String),
      },
    });
  });

  it('A32: a client that registered before there was a baseline has it too, and loses it again', async () => {
    const clock = createClock();
    const store = new MemoryStore({ now: clock.now });
    const restart = (baselineClientScopes: string[]): ReturnType<typeof createTestApp> =>
      createTestApp({ clock, options: { ...options, baselineClientScopes, store } });
    const client_id = await registeredClientId(restart([]).app, { scope: 'openid' });
    const before = await stored(store, client_id);
    const ask = async (baseline: string[]): Promise<string> =>
      locationOf(
        await new Browser(restart(baseline).app).authorize(client_id, createPkce(), {
          scope: 'openid offline_access',
        }),
      );

    expect(await ask([])).toContain('error=invalid_scope');
    expect(await ask(['offline_access'])).toMatch(/^\/login\?/);
    expect(await ask([])).toContain('error=invalid_scope');
    expect(await stored(store, client_id)).toEqual(before);
  });

  it('A33: from a narrow registration to a refresh', async () => {
    const { app } = createTestApp({ options });
    const client_id = await registeredClientId(app, { scope: 'openid' });
    const pkce = createPkce();
    const code = await obtainCode(app, client_id, pkce, { scope: 'openid offline_access' });
    const redeemed = await tokenRequest(app, redemption(client_id, code, pkce));
    expect(redeemed.body).toMatchObject({ scope: 'openid offline_access' });
    const { refresh_token } = redeemed.body as { refresh_token: string };
    const { status, body } = await refreshRequest(app, client_id, refresh_token);
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        access_token: expect.any(String),
        token_type: 'Bearer',
        expires_in: 3600,
        scope: 'openid offline_access',
        id_token: expect.any(String),
        refresh_token: expect.any(String),
      },
    });
    expect((body as { refresh_token: string }).refresh_token).not.toBe(refresh_token);
  });
});
