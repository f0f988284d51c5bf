import { describe, expect, it } from '@jest/globals';
import supertest from 'supertest';
import { Browser, createPkce, redirectParameters } from '../support/flow.ts';
import { createMcpApp } from './support/mcp-app.ts';
import { SDK_V2 } from './support/measured.ts';
import { ask, firstLogin, logIn, register } from './support/replay.ts';

const IDENTITY = ['openid', 'profile', 'email', 'offline_access'];
const ALL = ['mcp:read', 'mcp:write', ...IDENTITY];
const REDIRECT_URI = 'http://localhost:51234/callback';

/** A client that registers with one scope, or none, and asks for another. */
interface Row {
  readonly name: string;
  readonly baseline: string[];
  readonly registers: string | undefined;
  readonly asks: string | undefined;
  readonly want: string;
}

const ROWS: readonly Row[] = [
  {
    name: 'row 1, Claude Code (2025): no scope anywhere is the default scopes',
    baseline: [],
    registers: undefined,
    asks: undefined,
    want: ALL.join(' '),
  },
  {
    name: 'row 2, Claude Code: registers without scope, then asks for those of the API and offline_access',
    baseline: [],
    registers: undefined,
    asks: 'mcp:read mcp:write offline_access',
    want: 'mcp:read mcp:write offline_access',
  },
  {
    name: 'row 3, Claude Code 2.1.172: reuses a registration without scope and asks for openid',
    baseline: [],
    registers: undefined,
    asks: 'openid mcp:read',
    want: 'openid mcp:read',
  },
  {
    name: 'row 4, Claude Code: narrows to openid, later asks for offline_access, with a baseline',
    baseline: ['offline_access'],
    registers: 'openid',
    asks: 'openid offline_access',
    want: 'openid offline_access',
  },
  {
    name: 'row 6, Codex: registers with fewer scopes than it asks for, with a baseline',
    baseline: ['mcp:read', 'mcp:write'],
    registers: 'openid',
    asks: 'openid mcp:read mcp:write',
    want: 'openid mcp:read mcp:write',
  },
  {
    name: 'row 6, Codex: registers without scope and asks for all the metadata lists',
    baseline: [],
    registers: undefined,
    asks: ALL.join(' '),
    want: ALL.join(' '),
  },
  {
    name: 'row 7, VS Code: registers the scopes of the API and asks for those of the server, with a baseline',
    baseline: IDENTITY,
    registers: 'mcp:read mcp:write',
    asks: ALL.join(' '),
    want: ALL.join(' '),
  },
  {
    name: 'row 8, ChatGPT: does not pass the scopes on that it read, and asks for them',
    baseline: [],
    registers: undefined,
    asks: 'mcp:read mcp:write',
    want: 'mcp:read mcp:write',
  },
];

describe('clients that register with other scopes than they ask for', () => {
  it.each(ROWS.filter(({ baseline }) => baseline.length > 0))(
    'is refused without the baseline: $name',
    async ({ registers, asks }) => {
      const { app } = createMcpApp({ options: { scopesSupported: ALL, baselineClientScopes: [] } });
      const metadata = { redirect_uris: [REDIRECT_URI], scope: registers };
      const { client_id } = await register(app, metadata);
      const refused = await ask(new Browser(app), client_id, createPkce(), {
        redirect_uri: REDIRECT_URI,
        scope: asks,
      });
      expect(refused.status).toBe(303);
      expect(redirectParameters(refused)['error']).toBe('invalid_scope');
    },
  );

  it.each(ROWS)('$name', async ({ baseline, registers, asks, want }) => {
    const { app } = createMcpApp({
      options: { scopesSupported: ALL, baselineClientScopes: baseline },
    });
    const { tokens } = await firstLogin(app, {
      registration: { redirect_uris: [REDIRECT_URI], scope: registers },
      authorization: { redirect_uri: REDIRECT_URI, scope: asks },
    });
    expect(tokens.scope).toBe(want);
  });

  it('row 3, Claude Code 2.1.172: the registration is good for a later, wider login too', async () => {
    const { app } = createMcpApp({ options: { scopesSupported: ALL } });
    const registered = await register(app, { redirect_uris: [REDIRECT_URI] });
    for (const scope of ['mcp:read', 'mcp:read openid', 'openid email mcp:write']) {
      const authorization = { redirect_uri: REDIRECT_URI, scope };
      expect((await logIn(app, registered, { authorization })).tokens.scope).toBe(scope);
    }
  });

  it('row 7, VS Code: what the metadata of the API lists, the server lists too', async () => {
    const { app } = createMcpApp({ options: { scopesSupported: ALL } });
    const of = async (name: string): Promise<string[]> =>
      (await supertest(app).get(`/.well-known/${name}`)).body.scopes_supported;
    const server = await of('oauth-authorization-server');
    const api = await of('oauth-protected-resource/mcp');
    expect(server).toEqual(ALL);
    expect(api).toEqual(ALL.filter((scope) => scope !== 'offline_access'));
  });

  it('row 9, Copilot CLI 1.0.81: no scope at registration is no error', async () => {
    const { app } = createMcpApp();
    const registration = {
      client_name: 'GitHub Copilot CLI',
      redirect_uris: ['http://127.0.0.1:56679/'],
      token_endpoint_auth_method: 'none',
      application_type: 'native',
    };
    const { registered, tokens } = await firstLogin(app, {
      registration,
      authorization: { redirect_uri: 'http://127.0.0.1:56679/', scope: 'mcp:read' },
    });
    expect(registered).toMatchObject({
      ...registration,
      scope: 'mcp:read mcp:write offline_access',
    });
    expect(tokens.scope).toBe('mcp:read');
  });

  it('row 11, claude.ai: offline_access is advertised, so that it is asked for and refreshing works', async () => {
    const { app } = createMcpApp();
    const { body } = await supertest(app).get('/.well-known/oauth-authorization-server');
    expect(body.scopes_supported).toContain('offline_access');
    const { tokens } = await firstLogin(app, SDK_V2);
    expect(tokens.refresh_token).toMatch(/^[\w-]{22}\.1\.[\w-]{43}$/);
  });

  it('row 12, ChatGPT and Copilot Studio: offline_access is accepted at registration and granted', async () => {
    const { app } = createMcpApp({ options: { baselineClientScopes: [] } });
    const { registered, tokens } = await firstLogin(app, {
      registration: {
        redirect_uris: [REDIRECT_URI],
        token_endpoint_auth_method: 'none',
        scope: 'mcp:read offline_access',
      },
      authorization: { redirect_uri: REDIRECT_URI, scope: 'mcp:read offline_access' },
    });
    expect(registered.scope).toBe('mcp:read offline_access');
    expect(tokens).toMatchObject({
      scope: 'mcp:read offline_access',
      refresh_token: expect.any(String),
    });
  });
});
