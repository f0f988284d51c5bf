import { describe, expect, it } from '@jest/globals';
import supertest from 'supertest';
import { redirectParameters, Browser, createPkce } from '../support/flow.ts';
import { createMcpApp } from './support/mcp-app.ts';
import { CODEX, geminiCli, MCP_REMOTE, OPENCODE, SDK_V1, SDK_V2 } from './support/measured.ts';
import { ask, firstLogin, logIn, refresh, register, type Recorded } from './support/replay.ts';

const ALL = 'mcp:read mcp:write offline_access';

interface Row {
  readonly name: string;
  readonly recorded: Recorded;
  /** What the registration is answered with. */
  readonly registered: string;
  readonly granted: string;
}

const ROWS: readonly Row[] = [
  {
    name: 'MCP SDK 2.4.0: narrow registration, then offline_access and prompt=consent',
    recorded: SDK_V2,
    registered: 'mcp:read offline_access',
    granted: 'mcp:read offline_access',
  },
  {
    name: 'mcp-remote 0.15.1: software id and client uri, a random port on localhost',
    recorded: MCP_REMOTE,
    registered: 'mcp:read offline_access',
    granted: 'mcp:read offline_access',
  },
  {
    name: 'Codex 0.169.0: no prompt',
    recorded: CODEX,
    registered: 'mcp:read offline_access',
    granted: 'mcp:read offline_access',
  },
  {
    name: 'opencode 1.18.33: no application_type',
    recorded: OPENCODE,
    registered: 'mcp:read offline_access',
    granted: 'mcp:read offline_access',
  },
  {
    name: 'gemini-cli 0.61.0: an empty string for the scope',
    recorded: geminiCli(''),
    registered: ALL,
    granted: ALL,
  },
  {
    name: 'gemini-cli 0.61.0: every scope of the metadata',
    recorded: geminiCli(ALL),
    registered: ALL,
    granted: ALL,
  },
  {
    name: 'gemini-cli 0.61.0: an audience beside the resource',
    recorded: geminiCli(ALL, { audience: 'https://api.example.com' }),
    registered: ALL,
    granted: ALL,
  },
];

describe('measured clients, from registration to a refresh', () => {
  it.each(ROWS)('$name', async ({ recorded, registered, granted }) => {
    const { app } = createMcpApp();
    const login = await firstLogin(app, recorded);
    expect(login.registered).toMatchObject({ ...recorded.registration, scope: registered });
    expect(login.registered).not.toHaveProperty('client_secret');
    expect(login.answer).toEqual({
      code: expect.any(String),
      state: recorded.authorization['state'],
      iss: 'https://auth.example.com',
    });
    const tokens = {
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 3600,
      scope: granted,
      refresh_token: expect.any(String),
    };
    expect(login.tokens).toEqual(tokens);

    const { status, body } = await refresh(app, login, recorded.refresh);
    expect({ status, body }).toEqual({ status: 200, body: tokens });
    const call = supertest(app).post('/mcp').auth(body.access_token, { type: 'bearer' });
    expect((await call).status).toBe(200);
  });
});

describe('measured clients, in their own ways', () => {
  it('MCP SDK 1.32.2: registers without grant types and is granted just the scope of the challenge', async () => {
    const { app } = createMcpApp();
    const { registered, answer, tokens } = await firstLogin(app, SDK_V1);
    expect(registered).toMatchObject({
      ...SDK_V1.registration,
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      scope: 'mcp:read offline_access',
    });
    expect(answer['state']).toBe(SDK_V1.authorization['state']);
    expect(tokens).toEqual({
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 3600,
      scope: 'mcp:read',
    });
    const call = await supertest(app).post('/mcp').auth(tokens.access_token, { type: 'bearer' });
    expect(call.status).toBe(200);
  });

  it('MCP SDK 2.4.0: is refused what it appends by itself when the baseline does not have it', async () => {
    const { app } = createMcpApp({ options: { baselineClientScopes: [] } });
    const { client_id } = await register(app, SDK_V2.registration);
    const refused = await ask(new Browser(app), client_id, createPkce(), SDK_V2.authorization);
    expect(refused.status).toBe(303);
    expect(redirectParameters(refused)).toMatchObject({ error: 'invalid_scope' });
  });

  it('step-up: MCP SDK 2.4.0 registered mcp:read and gets mcp:write as the same client', async () => {
    const baselineClientScopes = ['offline_access', 'mcp:write'];
    const { app } = createMcpApp({ options: { baselineClientScopes } });
    const { registered, tokens } = await firstLogin(app, SDK_V2);
    const missing = await supertest(app).put('/mcp').auth(tokens.access_token, { type: 'bearer' });
    expect(missing.status).toBe(403);
    expect(missing.headers['www-authenticate']).toContain('error="insufficient_scope"');
    expect(missing.headers['www-authenticate']).toContain('scope="mcp:read mcp:write"');

    const stepUp = await logIn(app, registered, {
      ...SDK_V2,
      authorization: { ...SDK_V2.authorization, scope: 'mcp:read mcp:write' },
    });
    expect(stepUp.tokens.scope).toBe('mcp:read mcp:write');
    const call = supertest(app).put('/mcp').auth(stepUp.tokens.access_token, { type: 'bearer' });
    expect((await call).status).toBe(200);
  });

  it('Codex 0.169.0: a new port for the next login, with the registration of the last', async () => {
    const { app } = createMcpApp();
    const { registered } = await firstLogin(app, CODEX);
    const redirect_uri = 'http://127.0.0.1:40112/callback';
    const next = await logIn(app, registered, {
      ...CODEX,
      authorization: { ...CODEX.authorization, redirect_uri },
    });
    expect(next.tokens.scope).toBe('mcp:read offline_access');
  });

  it('opencode 1.18.33: registers twice in one login, and both clients are good', async () => {
    const { app } = createMcpApp();
    const atStart = await register(app, OPENCODE.registration);
    const atLogin = await register(app, OPENCODE.registration);
    expect(atLogin.client_id).not.toBe(atStart.client_id);
    for (const registered of [atLogin, atStart]) {
      const { tokens } = await logIn(app, registered, OPENCODE);
      expect(tokens.scope).toBe('mcp:read offline_access');
    }
  });

  it('mcp-remote 0.15.1: reuses what it stored of its registration', async () => {
    const { app } = createMcpApp();
    const { registered } = await firstLogin(app, MCP_REMOTE);
    const again = await logIn(app, registered, MCP_REMOTE);
    expect(again.tokens.scope).toBe('mcp:read offline_access');
  });
});
