import { describe, expect, it } from '@jest/globals';
import supertest from 'supertest';
import { Browser, createPkce, redirectParameters } from '../support/flow.ts';
import { expectApiError } from '../http/support/expect.ts';
import { createMcpApp } from './support/mcp-app.ts';
import { ask, firstLogin, logIn, register, type Recorded } from './support/replay.ts';

const REDIRECT_URI = 'http://localhost:51234/callback';
const IDENTITY = 'openid profile email';

function recorded(registers: string | undefined, asks: string | undefined): Recorded {
  return {
    registration: { redirect_uris: [REDIRECT_URI], scope: registers },
    authorization: { redirect_uri: REDIRECT_URI, scope: asks },
  };
}

describe('scopes that the server does not have, with unsupportedScopes: drop', () => {
  const scopesSupported = ['openid', 'mcp:read', 'mcp:write'];
  const baselineClientScopes: string[] = [];
  const ROWS = [
    {
      name: 'row 5, Claude Code: offline_access is appended at the authorization endpoint, advertised or not',
      sent: recorded('mcp:read', 'mcp:read offline_access'),
      registered: 'mcp:read',
      granted: 'mcp:read',
    },
    {
      name: 'row 5, Claude Code: offline_access is appended at the registration too',
      sent: recorded('mcp:read offline_access', 'mcp:read offline_access'),
      registered: 'mcp:read',
      granted: 'mcp:read',
    },
    {
      name: 'row 10, mcp-remote: falls back to the scopes of OpenID, of which one is known',
      sent: recorded(IDENTITY, IDENTITY),
      registered: 'openid',
      granted: 'openid',
    },
  ];

  it.each(ROWS)('is refused without the option: $name', async ({ sent }) => {
    const { app } = createMcpApp({ options: { scopesSupported, baselineClientScopes } });
    const refused = await supertest(app).post('/oauth/register').send(sent.registration);
    if (refused.status !== 201) {
      expectApiError(refused, 400, 'invalid_client_metadata');
      return;
    }
    const { client_id } = refused.body as { client_id: string };
    const answer = await ask(new Browser(app), client_id, createPkce(), sent.authorization);
    expect(redirectParameters(answer)['error']).toBe('invalid_scope');
  });

  it.each(ROWS)('$name', async ({ sent, registered, granted }) => {
    const { app } = createMcpApp({
      options: { scopesSupported, baselineClientScopes, unsupportedScopes: 'drop' },
    });
    const login = await firstLogin(app, sent);
    expect(login.registered.scope).toBe(registered);
    expect(login.tokens.scope).toBe(granted);
  });

  it('row 10, mcp-remote: a registration of which nothing is known is no error', async () => {
    const { app } = createMcpApp({
      options: { scopesSupported, baselineClientScopes, unsupportedScopes: 'drop' },
    });
    const registered = await register(app, recorded('profile email', undefined).registration);
    const { authorization } = recorded(undefined, 'mcp:read profile');
    const { tokens } = await logIn(app, registered, { authorization });
    expect(tokens.scope).toBe('mcp:read');
  });

  it('row 10: to ask for nothing that is known is invalid_scope still', async () => {
    const { app } = createMcpApp({
      options: { scopesSupported, baselineClientScopes, unsupportedScopes: 'drop' },
    });
    const { client_id } = await register(app, recorded(undefined, undefined).registration);
    const { authorization } = recorded(undefined, 'profile email');
    const refused = await ask(new Browser(app), client_id, createPkce(), authorization);
    expect(refused.status).toBe(303);
    expect(redirectParameters(refused)['error']).toBe('invalid_scope');
  });
});

describe('scopes beyond the registration, without a baseline and with scopeCeiling: supported', () => {
  it.each([
    {
      name: 'row 4, Claude Code: narrows to openid, later asks for offline_access',
      sent: recorded('openid', 'openid offline_access'),
    },
    {
      name: 'row 6, Codex: registers with fewer scopes than it asks for',
      sent: recorded('mcp:read', 'mcp:read mcp:write offline_access'),
    },
    {
      name: 'row 7, VS Code: registers the scopes of the API and asks for those of the server',
      sent: recorded('mcp:read mcp:write', 'openid mcp:read mcp:write offline_access'),
    },
    {
      name: 'row 8, ChatGPT: registers with none of the scopes it asks for',
      sent: recorded('openid', 'mcp:read mcp:write'),
    },
  ])('$name', async ({ sent }) => {
    const { app } = createMcpApp({
      options: {
        scopesSupported: ['openid', 'offline_access', 'mcp:read', 'mcp:write'],
        baselineClientScopes: [],
        scopeCeiling: 'supported',
      },
    });
    expect((await firstLogin(app, sent)).tokens.scope).toBe(sent.authorization['scope']);
  });
});
