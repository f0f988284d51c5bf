import { describe, expect, it } from '@jest/globals';
import supertest from 'supertest';
import { OAuthClientInformationFullSchema } from '@modelcontextprotocol/sdk/shared/auth.js';
import { Browser, createPkce, locationOf } from '../support/flow.ts';
import { expectApiError } from '../http/support/expect.ts';
import { createMcpApp } from './support/mcp-app.ts';
import { CODEX, OPENCODE, SDK_V1 } from './support/measured.ts';
import { ask, firstLogin, register } from './support/replay.ts';

const DEVICE_CODE = 'urn:ietf:params:oauth:grant-type:device_code';

/** What VS Code registers. */
const VS_CODE = {
  client_name: 'Visual Studio Code',
  client_uri: 'https://code.visualstudio.com',
  redirect_uris: [
    'https://insiders.vscode.dev/redirect',
    'https://vscode.dev/redirect',
    'http://localhost/',
    'http://127.0.0.1/',
    'http://localhost:33418/',
    'http://127.0.0.1:33418/',
  ],
  grant_types: ['authorization_code', 'refresh_token', DEVICE_CODE],
  response_types: ['code'],
  token_endpoint_auth_method: 'none',
  application_type: 'native',
};

describe('what real clients register, and what they make of the answer', () => {
  it('row 16, Claude Desktop: none is honoured, with no secret anywhere', async () => {
    const { app } = createMcpApp();
    const { registered, tokens } = await firstLogin(app, CODEX);
    expect(registered['token_endpoint_auth_method']).toBe('none');
    expect(registered).not.toHaveProperty('client_secret');
    expect(registered).not.toHaveProperty('client_secret_expires_at');
    // The token endpoint did not ask for a secret either.
    expect(tokens.token_type).toBe('Bearer');
  });

  it('row 25, VS Code: a grant type that is not offered is left out, not refused', async () => {
    const { app } = createMcpApp();
    const { registered } = await firstLogin(app, {
      registration: VS_CODE,
      authorization: { redirect_uri: 'http://127.0.0.1:33418/', scope: 'mcp:read' },
    });
    expect(registered).toMatchObject({
      ...VS_CODE,
      grant_types: ['authorization_code', 'refresh_token'],
    });
  });

  it('row 25: nothing but grant types that are not offered is refused', async () => {
    const { app } = createMcpApp();
    const body = { ...VS_CODE, grant_types: [DEVICE_CODE] };
    const refused = await supertest(app).post('/oauth/register').send(body);
    expectApiError(refused, 400, 'invalid_client_metadata');
  });

  it('row 31, opencode: a loopback URI without application_type is accepted', async () => {
    const { app } = createMcpApp();
    expect(OPENCODE.registration).not.toHaveProperty('application_type');
    const { registered } = await firstLogin(app, OPENCODE);
    expect(registered.redirect_uris).toEqual(['http://127.0.0.1:19876/mcp/oauth/callback']);
  });

  it('row 31: a client of RFC 7591 that sends nothing but redirect URIs is accepted', async () => {
    const { app } = createMcpApp();
    const redirect_uri = 'http://127.0.0.1:19876/callback';
    const { registered } = await firstLogin(app, {
      registration: { redirect_uris: [redirect_uri] },
      authorization: { redirect_uri },
    });
    expect(registered).toMatchObject({ token_endpoint_auth_method: 'none' });
  });

  it('row 35, Claude Code and Codex: each registration is a new client, and the earlier ones stay', async () => {
    const { app } = createMcpApp();
    const registered = [];
    for (let i = 0; i < 16; i += 1) registered.push(await register(app, CODEX.registration));
    expect(new Set(registered.map(({ client_id }) => client_id)).size).toBe(16);
    for (const { client_id } of registered) {
      const begun = await ask(new Browser(app), client_id, createPkce(), CODEX.authorization);
      expect({ status: begun.status, to: locationOf(begun).slice(0, 7) }).toEqual({
        status: 302,
        to: '/login?',
      });
    }
  });

  it('row 35: a client that nobody ever consented to is forgotten after a while, a used one is not', async () => {
    const { app, clock } = createMcpApp({ options: { clientUnusedTtlSeconds: 3600 } });
    const unused = await register(app, CODEX.registration);
    const { registered: used } = await firstLogin(app, CODEX);
    clock.advance(3_600_001);
    const outcomes = [];
    for (const { client_id } of [unused, used]) {
      const begun = await ask(new Browser(app), client_id, createPkce(), CODEX.authorization);
      outcomes.push(begun.status);
    }
    expect(outcomes).toEqual([400, 302]);
  });

  it('row 36, hosted clients: fifty registrations from one address are fifty clients', async () => {
    const { app } = createMcpApp();
    const server = app.listen(0, '127.0.0.1');
    try {
      const answers = await Promise.all(
        Array.from({ length: 50 }, () =>
          supertest(server).post('/oauth/register').send(CODEX.registration),
        ),
      );
      expect(answers.map(({ status }) => status)).toEqual(Array(50).fill(201));
      expect(new Set(answers.map(({ body }) => body.client_id)).size).toBe(50);
    } finally {
      server.close();
    }
  });

  it('row 38, MCP SDK clients: the answer passes the schema they parse it with', async () => {
    const { app } = createMcpApp();
    for (const body of [
      SDK_V1.registration,
      VS_CODE,
      { redirect_uris: ['https://a.example/cb'] },
    ]) {
      const registered = await register(app, body);
      const parsed = OAuthClientInformationFullSchema.safeParse(registered);
      expect(parsed.error).toBeUndefined();
      expect(parsed.data?.redirect_uris).toEqual(registered.redirect_uris);
    }
  });

  it('row 38: a registration without redirect URIs is refused, not answered without them', async () => {
    const { app } = createMcpApp();
    for (const redirect_uris of [[], undefined]) {
      const body = { ...OPENCODE.registration, redirect_uris };
      const refused = await supertest(app).post('/oauth/register').send(body);
      expectApiError(refused, 400, 'invalid_redirect_uri');
    }
  });

  it('row 39: no member of the answer is null or empty', async () => {
    const { app } = createMcpApp();
    const blank = { client_uri: '', logo_uri: null, software_id: '', scope: '', contacts: null };
    const registered = await register(app, { ...OPENCODE.registration, ...blank });
    expect(Object.values(registered)).not.toContain('');
    expect(Object.values(registered)).not.toContain(null);
    expect(Object.keys(registered)).not.toEqual(
      expect.arrayContaining(['client_secret_expires_at']),
    );
  });

  it('row 40, turnstone: a resource in the registration is ignored', async () => {
    const { app } = createMcpApp();
    const body = {
      ...OPENCODE.registration,
      resource: 'https://auth.example.com/mcp',
      x: { y: 1 },
    };
    const registered = await register(app, body);
    expect(registered).not.toHaveProperty('resource');
    expect(registered).not.toHaveProperty('x');
    expect(registered).toMatchObject({ ...OPENCODE.registration });
  });
});
