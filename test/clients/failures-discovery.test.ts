import express from 'express';
import { describe, expect, it } from '@jest/globals';
import supertest from 'supertest';
import { decodeJwt } from 'jose';
import { createTestApp } from '../support/app.ts';
import { Browser, createPkce, locationOf, redirectParameters } from '../support/flow.ts';
import { createMcpApp, MCP } from './support/mcp-app.ts';
import { CODEX, SDK_V2 } from './support/measured.ts';
import { ask, firstLogin, register } from './support/replay.ts';

const ISSUER = 'https://auth.example.com';
const AS = '/.well-known/oauth-authorization-server';
const PRM = '/.well-known/oauth-protected-resource';

/** The server below a path, its documents at the root, as an issuer with a path wants it. */
function createPathApp(path: string): express.Express {
  const { server } = createTestApp({ options: { issuer: `${ISSUER}${path}` } });
  return express().use(path, server.router).use(server.wellKnownRouter);
}

describe('how real clients find the server', () => {
  it('row 23, Cursor: resource metadata is where it probes first, below the path of the API', async () => {
    const { app } = createMcpApp();
    const challenge = await supertest(app).post('/mcp');
    expect(challenge.status).toBe(401);
    const named = `resource_metadata="${ISSUER}${PRM}/mcp"`;
    expect(challenge.headers['www-authenticate']).toContain(named);
    const probed = await supertest(app).get(`${PRM}/mcp`);
    expect({ status: probed.status, body: probed.body }).toMatchObject({
      status: 200,
      body: { resource: MCP, authorization_servers: [ISSUER] },
    });
  });

  it('row 23, Cursor: the authorization goes on after a login in between', async () => {
    const { app } = createMcpApp();
    const { client_id } = await register(app, CODEX.registration);
    const browser = new Browser(app);
    const begun = await ask(browser, client_id, createPkce(), CODEX.authorization);
    const returnTo = new URL(locationOf(begun), ISSUER).searchParams.get('return_to') ?? '';
    const decided = await browser.login('alice').submit(returnTo, 'allow');
    expect(decided.status).toBe(303);
    expect(redirectParameters(decided)).toMatchObject({ code: expect.any(String), iss: ISSUER });
  });

  it('row 44, claude.ai: the metadata of an issuer with a path is there at once, without a redirect', async () => {
    const app = createPathApp('/auth');
    const { status, headers, body } = await supertest(app).get(`${AS}/auth`).redirects(0);
    expect({ status, type: headers['content-type'] }).toEqual({
      status: 200,
      type: 'application/json; charset=utf-8',
    });
    for (const name of ['authorization', 'token', 'registration']) {
      expect(body[`${name}_endpoint`]).toMatch(/^https:\/\/auth\.example\.com\/auth\/oauth\/\w+$/);
    }
  });

  it('row 44: no document is behind a redirect', async () => {
    const { app } = createMcpApp();
    for (const path of [AS, PRM, `${PRM}/mcp`, '/oauth/jwks']) {
      expect((await supertest(app).get(path).redirects(0)).status).toBe(200);
    }
  });

  it.each([
    { name: 'at the root', path: '' },
    { name: 'with a path', path: '/auth' },
  ])(
    'row 48, Codex 0.150: every endpoint has the origin of the issuer, and iss is advertised ($name)',
    async ({ path }) => {
      const { body } = await supertest(createPathApp(path)).get(`${AS}${path}`);
      expect(body).toMatchObject({
        issuer: `${ISSUER}${path}`,
        authorization_response_iss_parameter_supported: true,
      });
      const urls = Object.entries(body as Record<string, unknown>)
        .filter(([member]) => /_endpoint$|_uri$/.test(member))
        .map(([, value]) => new URL(String(value)).origin);
      expect(urls.length).toBeGreaterThanOrEqual(4);
      expect(new Set(urls)).toEqual(new Set([ISSUER]));
    },
  );

  it('row 49, MCP SDK 2, opencode, Copilot CLI: one spelling of the issuer everywhere, with no slash', async () => {
    const { app } = createMcpApp();
    const server = await supertest(app).get(AS);
    const api = await supertest(app).get(`${PRM}/mcp`);
    const { answer, tokens } = await firstLogin(app, SDK_V2);
    expect([
      server.body.issuer,
      api.body.authorization_servers,
      answer['iss'],
      decodeJwt(tokens.access_token).iss,
    ]).toEqual([ISSUER, [ISSUER], ISSUER, ISSUER]);
  });

  it('row 50, Codex: with an issuer at the root, the origin of the API is the issuer', async () => {
    const { app } = createMcpApp();
    const { body } = await supertest(app).get(`${PRM}/mcp`);
    expect(new URL(body.resource).origin).toBe(body.authorization_servers[0]);
  });

  it('row 60, behind a proxy: nothing is taken from forwarded headers', async () => {
    const { app } = createMcpApp();
    const forwarded = {
      'X-Forwarded-Host': 'attacker.example',
      'X-Forwarded-Proto': 'http',
      'X-Forwarded-Prefix': '/attacker',
      Forwarded: 'host=attacker.example;proto=http',
      Host: 'attacker.example',
    };
    for (const path of [AS, `${PRM}/mcp`]) {
      const [plain, spoofed] = [
        await supertest(app).get(path),
        await supertest(app).get(path).set(forwarded),
      ];
      expect({ status: spoofed.status, text: spoofed.text }).toEqual({
        status: 200,
        text: plain.text,
      });
    }
    const challenge = await supertest(app).post('/mcp').set(forwarded);
    expect(challenge.status).toBe(401);
    expect(challenge.headers['www-authenticate']).not.toContain('attacker');
  });

  it.each([
    { name: 'the metadata', method: 'GET', path: AS },
    { name: 'the metadata of the API', method: 'GET', path: `${PRM}/mcp` },
    { name: 'the registration', method: 'POST', path: '/oauth/register' },
    { name: 'the tokens', method: 'POST', path: '/oauth/token' },
  ])(
    'row 58, MCP Inspector: a page may ask for $name with the MCP header',
    async ({ method, path }) => {
      const { app } = createMcpApp();
      const preflight = await supertest(app)
        .options(path)
        .set('Origin', 'http://localhost:6274')
        .set('Access-Control-Request-Method', method)
        .set('Access-Control-Request-Headers', 'content-type,mcp-protocol-version');
      expect(preflight.status).toBe(204);
      expect(preflight.headers['access-control-allow-origin']).toBe('*');
      expect(preflight.headers['access-control-allow-methods']).toContain(method);
      const allowed = preflight.headers['access-control-allow-headers'];
      expect(allowed).toMatch(/(?=.*content-type)(?=.*mcp-protocol-version)/i);

      // The answer itself, also when it is a refusal.
      const request = method === 'GET' ? supertest(app).get(path) : supertest(app).post(path);
      const answer = await request.set('Origin', 'http://localhost:6274');
      expect(answer.headers['access-control-allow-origin']).toBe('*');
    },
  );

  it('row 58, MCP Inspector: a page may read the challenge, and may not call the authorization endpoint', async () => {
    const { app } = createMcpApp();
    const challenge = await supertest(app).post('/mcp').set('Origin', 'http://localhost:6274');
    expect(challenge.status).toBe(401);
    expect(challenge.headers).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-expose-headers': expect.stringMatching(/www-authenticate/i),
    });
    const authorize = await supertest(app)
      .get('/oauth/authorize')
      .set('Origin', 'http://a.example');
    expect(authorize.status).toBe(400);
    expect(authorize.headers).not.toHaveProperty('access-control-allow-origin');
  });
});
