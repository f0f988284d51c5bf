import { describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import supertest from 'supertest';
import { createTestApp } from '../support/app.ts';
import { startExample } from '../support/example.ts';
import { Browser, createPkce, redirectParameters } from '../support/flow.ts';
import { ScriptedClientV1 } from '../support/mcp-client-v1.ts';
import { createMcpApp, MCP } from './support/mcp-app.ts';
import { CODEX } from './support/measured.ts';
import { ask, firstLogin, refresh, register, type Recorded } from './support/replay.ts';

const ORIGIN = 'https://auth.example.com';

/** Codex, naming the API in another way. */
function naming(resource: string | undefined): Recorded {
  return {
    ...CODEX,
    authorization: { ...CODEX.authorization, scope: 'mcp:read offline_access', resource },
    token: { resource },
    refresh: { resource },
  };
}

describe('how real clients name the API', () => {
  it.each([
    { name: 'row 41, Claude Code: a slash is added', resource: `${MCP}/` },
    { name: 'row 41: the default port is written', resource: 'https://auth.example.com:443/mcp' },
    { name: 'row 41: the host is in capitals', resource: 'https://AUTH.example.com/mcp' },
    { name: 'row 42, Codex (2026-05): no resource at all', resource: undefined },
  ])('$name: the token is for the configured spelling, also after a refresh', async (row) => {
    const { app } = createMcpApp();
    const recorded = naming(row.resource);
    const login = await firstLogin(app, recorded);
    const { status, body } = await refresh(app, login, recorded.refresh);
    expect(status).toBe(200);
    for (const access_token of [login.tokens.access_token, body.access_token as string]) {
      expect(decodeJwt(access_token).aud).toBe(MCP);
      const call = supertest(app).post('/mcp').auth(access_token, { type: 'bearer' });
      expect((await call).status).toBe(200);
    }
  });

  it('row 41, Claude Code: the origin instead of the path is refused before the login, not later at the API', async () => {
    const { app } = createMcpApp();
    const { client_id } = await register(app, CODEX.registration);
    const { authorization } = naming(`${ORIGIN}/`);
    const refused = await ask(new Browser(app), client_id, createPkce(), authorization);
    expect(refused.status).toBe(303);
    expect(redirectParameters(refused)['error']).toBe('invalid_target');
  });

  it.each([ORIGIN, `${ORIGIN}/`, undefined])(
    'row 41, Claude Code: where the endpoint at /mcp is called by its origin, that goes through: %s',
    async (resource) => {
      const { app } = createMcpApp({ resource: '/' });
      const challenge = (await supertest(app).post('/mcp')).headers['www-authenticate'];
      const document = `${ORIGIN}/.well-known/oauth-protected-resource`;
      expect(challenge).toContain(`resource_metadata="${document}"`);
      const { body } = await supertest(app).get(new URL(document).pathname);
      expect(body).toMatchObject({ resource: `${ORIGIN}/` });

      const { tokens } = await firstLogin(app, naming(resource));
      expect(decodeJwt(tokens.access_token).aud).toBe(`${ORIGIN}/`);
      const call = supertest(app).post('/mcp').auth(tokens.access_token, { type: 'bearer' });
      expect((await call).status).toBe(200);
    },
  );

  it('row 42, Codex: with several APIs a missing resource is told, not guessed', async () => {
    const { app } = createMcpApp({ options: { resources: ['/other'] } });
    const { client_id } = await register(app, CODEX.registration);
    const { authorization } = naming(undefined);
    const refused = await ask(new Browser(app), client_id, createPkce(), authorization);
    expect(redirectParameters(refused)['error']).toBe('invalid_target');
  });

  it.each([
    { name: 'an API at a path', resource: '/mcp', want: MCP },
    { name: 'an API at a path with a slash', resource: '/mcp/', want: `${MCP}/` },
    { name: 'an API at the origin', resource: ORIGIN, want: ORIGIN },
    {
      name: 'an API at another host',
      resource: 'https://api.example.com/tools',
      want: 'https://api.example.com/tools',
    },
  ])(
    'row 43, Gemini CLI: the metadata names the URL that was configured, byte for byte ($name)',
    async ({ resource, want }) => {
      // The test app mounts /mcp itself, which is found again under either spelling.
      const { app } = createTestApp({ options: { resources: [resource] } });
      const { pathname } = new URL(want);
      const path = pathname === '/' ? '' : pathname;
      const { status, body } = await supertest(app).get(
        `/.well-known/oauth-protected-resource${path}`,
      );
      expect({ status, resource: body.resource }).toEqual({ status: 200, resource: want });
    },
  );

  it('row 45, claude.ai: the example has its API at /mcp, the only path that is ever called', async () => {
    const example = await startExample({});
    const client = new ScriptedClientV1(`${example.url}/mcp`, {
      username: 'alice',
      password: 'password',
    });
    try {
      const document = await fetch(`${example.url}/.well-known/oauth-protected-resource`);
      expect(await document.json()).toMatchObject({ resource: `${example.url}/mcp` });
      await client.connect();
      expect(await client.callTool('read_notes')).toContain('\n');
    } finally {
      await client.close();
      await example.stop();
    }
  });
});
