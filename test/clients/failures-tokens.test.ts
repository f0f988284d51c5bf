import express from 'express';
import { describe, expect, it } from '@jest/globals';
import { requireBearerAuth as gateOfVersion2 } from '@modelcontextprotocol/server';
import { requireBearerAuth } from '@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js';
import supertest from 'supertest';
import { createClock } from '../support/clock.ts';
import { createDeployment, type TestDeployment } from '../support/deployment.ts';
import { Browser, createPkce, refreshRequest } from '../support/flow.ts';
import { STORE_KINDS, type StoreKind } from '../support/stores.ts';
import { expectApiError } from '../http/support/expect.ts';
import { createMcpApp } from './support/mcp-app.ts';
import { CODEX, SDK_V2 } from './support/measured.ts';
import { ask, firstLogin, refresh, type Login, type Tokens } from './support/replay.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const SCOPES = { scopesSupported: ['mcp:read', 'mcp:write', 'offline_access'] };

/** The next tokens; throws when there are none. */
async function refreshed(at: TestDeployment, login: Login): Promise<Tokens> {
  const { status, body, text } = await refresh(at.start(SCOPES).app, login);
  if (status !== 200) throw new Error(`not refreshed: ${text}`);
  return body as Tokens;
}

async function withDeployment(
  kind: StoreKind,
  run: (deployment: TestDeployment) => Promise<void>,
): Promise<void> {
  const deployment = createDeployment(kind);
  try {
    await run(deployment);
  } finally {
    await deployment.close();
  }
}

describe('tokens of clients with several processes', () => {
  it.each(STORE_KINDS)(
    'row 51, Claude Code: parallel sessions refresh the same token and none is logged out ($kind)',
    async (kind) => {
      await withDeployment(kind, async (deployment) => {
        const login = await firstLogin(deployment.start(SCOPES).app, CODEX);
        const answers = await Promise.all(
          Array.from({ length: 5 }, () => refreshed(deployment, login)),
        );
        const [first] = answers;
        expect(new Set(answers.map(({ refresh_token }) => refresh_token)).size).toBe(1);
        expect(first?.refresh_token).not.toBe(login.tokens.refresh_token);
        // Whoever wrote last into the shared keychain: the next refresh works.
        const next = await refreshed(deployment, { ...login, tokens: first ?? login.tokens });
        expect(next.scope).toBe('mcp:read offline_access');
      });
    },
  );

  it.each(STORE_KINDS)(
    'row 52, Codex: a session that is one generation behind catches up, a moment later ($kind)',
    async (kind) => {
      await withDeployment(kind, async (deployment) => {
        const login = await firstLogin(deployment.start(SCOPES).app, CODEX);
        const winner = await refreshed(deployment, login);
        deployment.clock.advance(20_000);
        const late = await refreshed(deployment, login);
        expect(late.refresh_token).toBe(winner.refresh_token);
        expect((await refreshed(deployment, { ...login, tokens: late })).scope).toBe(
          'mcp:read offline_access',
        );
      });
    },
  );

  it('row 52, Codex: a session that is far behind is told to log in again, and registers nothing anew', async () => {
    const { app, clock } = createMcpApp();
    const login = await firstLogin(app, CODEX);
    await refresh(app, login);
    clock.advance(60_000);
    expectApiError(await refresh(app, login), 400, 'invalid_grant');
    const { client_id } = login.registered;
    const again = await ask(new Browser(app), client_id, createPkce(), CODEX.authorization);
    expect(again.status).toBe(302);
  });
});

describe('tokens of real clients', () => {
  it('row 34, Claude: an unknown client is 401 invalid_client at the token endpoint, for a code and for a refresh', async () => {
    const { app } = createMcpApp();
    const dead = '3f2b8a54-7c1d-4e0f-9b6a-1d2c3e4f5a6b';
    const login = await firstLogin(app, CODEX);
    const registered = { ...login.registered, client_id: dead };
    expectApiError(await refresh(app, { ...login, registered }), 401, 'invalid_client');
    const exchange = await supertest(app).post('/oauth/token').type('form').send({
      grant_type: 'authorization_code',
      client_id: dead,
      code: 'any',
      code_verifier: createPkce().code_verifier,
      redirect_uri: CODEX.authorization.redirect_uri,
    });
    expectApiError(exchange, 401, 'invalid_client');
  });

  it('row 37, ChatGPT and SDK clients: a registration has no date on which it stops working', async () => {
    const { app, clock } = createMcpApp();
    let login = await firstLogin(app, CODEX);
    expect(login.registered).not.toHaveProperty('client_secret_expires_at');
    for (let week = 0; week < 12; week += 1) {
      clock.advance(7 * DAY_MS);
      const { status, body } = await refresh(app, login);
      expect({ week, status }).toEqual({ week, status: 200 });
      login = { ...login, tokens: body as Tokens };
    }
  });

  it('row 53, Claude Code: a refresh without scope is neither wider nor narrower than the grant', async () => {
    const { app } = createMcpApp({ options: { baselineClientScopes: ['mcp:write'] } });
    const login = await firstLogin(app, CODEX);
    expect(login.registered.scope).toBe('mcp:read offline_access mcp:write');
    const first = await refresh(app, login, { resource: 'https://auth.example.com/mcp' });
    expect(first.body).toMatchObject({ scope: 'mcp:read offline_access' });
    const narrow = await refresh(app, login, { scope: 'mcp:read' });
    expect(narrow.body).toMatchObject({ scope: 'mcp:read' });
    const { refresh_token } = narrow.body as Tokens;
    const back = await refreshRequest(app, login.registered.client_id, refresh_token);
    expect(back.body).toMatchObject({ scope: 'mcp:read offline_access' });
  });

  it('row 54, SDK clients: the challenge names all scopes of the operation, and every answer names its scope', async () => {
    const { app } = createMcpApp();
    const login = await firstLogin(app, SDK_V2);
    const { access_token, scope } = login.tokens;
    expect(scope).toBe('mcp:read offline_access');
    const missing = await supertest(app).put('/mcp').auth(access_token, { type: 'bearer' });
    expect(missing.status).toBe(403);
    expect(missing.headers['www-authenticate']).toContain('scope="mcp:read mcp:write"');
    // What version 1 does then brings nothing new, and says so.
    expect((await refresh(app, login)).body).toMatchObject({ scope: 'mcp:read offline_access' });
  });

  it.each([
    { path: '/oauth/token', type: 'form', status: 400 },
    { path: '/oauth/token/', type: 'form', status: 404 },
    { path: '/oauth/register', type: 'json', status: 400 },
    { path: '/oauth/register/', type: 'json', status: 404 },
  ])('row 57: a POST to $path is not answered with a redirect', async ({ path, type, status }) => {
    const { app } = createMcpApp();
    const answer = await supertest(app).post(path).type(type).send({}).redirects(0);
    expect(answer.status).toBe(status);
    expect(answer.headers).not.toHaveProperty('location');
  });

  it('row 59, requireBearerAuth of the MCP SDK: a verified token has the end that it looks for', async () => {
    const { app, server, clock } = createMcpApp({ clock: createClock(Date.now()) });
    const { tokens } = await firstLogin(app, CODEX);
    const host = express();
    host.get(
      '/api',
      requireBearerAuth({ verifier: server, requiredScopes: ['mcp:read'] }),
      (req, res) => {
        res.json(req.auth);
      },
    );
    const call = await supertest(host).get('/api').auth(tokens.access_token, { type: 'bearer' });
    expect({ status: call.status, body: call.body }).toMatchObject({
      status: 200,
      body: { scopes: ['mcp:read', 'offline_access'], extra: { sub: 'alice' } },
    });
    expect(call.body.expiresAt).toBe(Math.floor(clock.now() / 1000) + 3600);
  });

  it('row 59: the same in version 2 of the SDK', async () => {
    const { app, server, clock } = createMcpApp({ clock: createClock(Date.now()) });
    const { tokens } = await firstLogin(app, CODEX);
    const gate = gateOfVersion2({ verifier: server, requiredScopes: ['mcp:read'] });
    const headers = { authorization: `Bearer ${tokens.access_token}` };
    expect(await gate(new Request('https://auth.example.com/mcp', { headers }))).toMatchObject({
      scopes: ['mcp:read', 'offline_access'],
      expiresAt: Math.floor(clock.now() / 1000) + 3600,
      extra: { sub: 'alice' },
    });
  });

  it('row 12: a client that registered for codes alone is taken at its word, also with offline_access', async () => {
    const { app } = createMcpApp();
    const login = await firstLogin(app, {
      ...SDK_V2,
      registration: { ...SDK_V2.registration, grant_types: ['authorization_code'] },
    });
    expect(login.tokens.scope).toBe('mcp:read offline_access');
    expect(login.tokens).not.toHaveProperty('refresh_token');
  });

  it('row 12, ChatGPT, Copilot Studio, claude.ai: the use of offline_access is not refused to who is granted it', async () => {
    const { app } = createMcpApp();
    const login = await firstLogin(app, SDK_V2);
    const { status, body } = await refresh(app, login, { scope: 'mcp:read offline_access' });
    expect({ status, body }).toMatchObject({
      status: 200,
      body: { scope: 'mcp:read offline_access', refresh_token: expect.any(String) },
    });
  });
});
