import { describe, expect, it } from '@jest/globals';
import cors from 'cors';
import type { Express, RequestHandler } from 'express';
import type { RequireBearerOptions } from '../../lib/http/bearer.ts';
import { createTestApp, RESOURCE, type TestApp, type TestAppOptions } from '../support/app.ts';
import {
  createPkce,
  obtainCode,
  obtainTokens,
  redemption,
  refreshRequest,
  registeredClientId,
  tokenRequest,
} from '../support/flow.ts';
import { send, type Answer } from './support/send.ts';

const METADATA_URL = 'https://auth.example.com/.well-known/oauth-protected-resource/mcp';
const INVALID =
  'error="invalid_token", error_description="the access token is missing, expired or not valid here"';
const LACKING =
  'error="insufficient_scope", error_description="the access token lacks a scope that is needed here"';

interface Protected extends TestApp {
  readonly app: Express;
  readonly served: string[];
}

/** A host with one more protected route: `/api`. */
function createProtected(bearer: RequireBearerOptions, given: TestAppOptions = {}): Protected {
  const made = createTestApp(given);
  const served: string[] = [];
  made.app.use('/api', made.server.requireBearer({ resource: '/mcp', ...bearer }), (req, res) => {
    served.push(req.method);
    res.json('auth' in req ? req.auth : null);
  });
  return { ...made, served };
}

function call(app: Express, token?: string, path = '/api'): Promise<Answer> {
  const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` };
  return send(app, 'GET', path, { headers });
}

describe('requireBearer: no token', () => {
  it.each<{ name: string; path?: string; headers?: Record<string, string> }>([
    { name: 'at all' },
    { name: 'but Basic', headers: { Authorization: 'Basic YTpi' } },
    { name: 'but a scheme that begins alike', headers: { Authorization: 'Bearerx abc' } },
    { name: 'but one in the query', path: '/api?access_token=TOKEN' },
    { name: 'but one in a cookie', headers: { Cookie: 'access_token=TOKEN' } },
    { name: 'but one in X-Access-Token', headers: { 'X-Access-Token': 'TOKEN' } },
  ])(
    '$name: 401 with the way to one, and without an error (REG-35)',
    async ({ path = '/api', headers = {} }) => {
      const { app, served } = createProtected({ scope: 'openid' });
      const { access_token } = await obtainTokens(app, 'openid');
      const real = (text: string): string => text.replace('TOKEN', access_token);
      const sent = Object.fromEntries(Object.entries(headers).map(([k, v]) => [k, real(v)]));
      const answer = await send(app, 'GET', real(path), { headers: sent });
      expect(answer.status).toBe(401);
      expect(answer.headers).toMatchObject({
        'www-authenticate': `Bearer scope="openid", resource_metadata="${METADATA_URL}"`,
        'access-control-allow-origin': '*',
        'access-control-expose-headers': 'WWW-Authenticate',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'content-type': expect.stringMatching(/^application\/json/),
      });
      expect(served).toEqual([]);
    },
  );

  it('is not needed for a preflight', async () => {
    const { app, served } = createProtected({ scope: 'openid' });
    expect((await send(app, 'OPTIONS', '/api')).status).toBe(200);
    expect(served).toEqual(['OPTIONS']);
  });

  it.each(['HEAD', 'POST', 'PUT', 'DELETE'])('is noticed at %s', async (method) => {
    const { app, served } = createProtected({});
    expect((await send(app, method, '/api')).status).toBe(401);
    expect(served).toEqual([]);
  });
});

describe('requireBearer: a token that will not do', () => {
  it.each(['', 'x', 'a.b.c', 'a b', 'e30.e30.', ',', '"', '\u00E9', 'A'.repeat(8000)])(
    'because it is none: %j',
    async (token) => {
      const { app, served } = createProtected({ scope: ['openid', 'profile'] });
      const answer = await call(app, token);
      expect(answer).toMatchObject({
        status: 401,
        body: {
          error: 'invalid_token',
          error_description: 'the access token is missing, expired or not valid here',
        },
      });
      expect(answer.headers['www-authenticate']).toBe(
        `Bearer ${INVALID}, scope="openid profile", resource_metadata="${METADATA_URL}"`,
      );
      expect(served).toEqual([]);
    },
  );

  it.each([
    { after: 3600_000 - 1000, status: 200 },
    { after: 3600_000, status: 401 },
  ])('because it expired: after $after ms $status', async ({ after, status }) => {
    const { app, clock } = createProtected({});
    const { access_token } = await obtainTokens(app, 'openid');
    clock.advance(after);
    const answer = await call(app, access_token);
    expect(answer.status).toBe(status);
    if (status === 401)
      expect(answer.headers['www-authenticate']).toContain('error="invalid_token"');
  });

  it('because it is a refresh token', async () => {
    const { app } = createProtected({});
    const { refresh_token } = await obtainTokens(app, 'offline_access');
    expect((await call(app, refresh_token)).status).toBe(401);
  });

  it('because it is for another resource', async () => {
    const { app, server } = createProtected({}, { options: { resources: ['/mcp', '/other'] } });
    app.get('/other', server.requireBearer({ resource: '/other' }), (_req, res) => {
      res.json('other');
    });
    const { access_token } = await obtainTokensFor(app, RESOURCE);
    expect((await call(app, access_token)).status).toBe(200);
    const elsewhere = await call(app, access_token, '/other');
    expect(elsewhere.status).toBe(401);
    expect(elsewhere.headers['www-authenticate']).toBe(
      `Bearer ${INVALID}, resource_metadata="https://auth.example.com/.well-known/oauth-protected-resource/other"`,
    );
  });

  it.each([
    { scope: 'openid profile', granted: 'openid', named: 'openid profile' },
    { scope: ['email', 'openid'], granted: 'openid profile', named: 'email openid' },
    { scope: () => 'profile', granted: 'openid', named: 'profile' },
    { scope: () => 'openid.evil', granted: 'openid', named: 'openid.evil' },
  ])('because a scope is missing: 403 names all of "$named"', async ({ scope, granted, named }) => {
    const { app, served } = createProtected({ scope });
    const { access_token } = await obtainTokens(app, granted);
    const answer = await call(app, access_token);
    expect(answer).toMatchObject({
      status: 403,
      body: {
        error: 'insufficient_scope',
        error_description: 'the access token lacks a scope that is needed here',
      },
    });
    expect(answer.headers['www-authenticate']).toBe(
      `Bearer ${LACKING}, scope="${named}", resource_metadata="${METADATA_URL}"`,
    );
    expect(served).toEqual([]);
  });
});

describe('requireBearer: a good token', () => {
  it('is described on the request, and only there', async () => {
    const { app, clock } = createProtected({ scope: 'openid' });
    const { access_token, client_id } = await obtainTokens(app, 'openid profile');
    const iat = Math.floor(clock.now() / 1000);
    const { status, body } = await call(app, access_token);
    expect(status).toBe(200);
    expect(body).toEqual({
      token: access_token,
      clientId: client_id,
      scopes: ['openid', 'profile'],
      expiresAt: iat + 3600,
      resource: RESOURCE,
      extra: {
        sub: 'alice',
        grantId: expect.stringMatching(/^[\w-]{22}$/),
        claims: {
          iss: 'https://auth.example.com',
          aud: RESOURCE,
          sub: 'alice',
          client_id,
          scope: 'openid profile',
          iat,
          exp: iat + 3600,
          jti: expect.any(String),
        },
      },
    });
  });

  it.each(['bearer', 'BEARER', 'Bearer  '])('may be introduced by %j', async (scheme) => {
    const { app } = createProtected({});
    const { access_token } = await obtainTokens(app, 'openid');
    const headers = { Authorization: `${scheme} ${access_token}` };
    expect((await send(app, 'GET', '/api', { headers })).status).toBe(200);
  });

  it('from a refresh is as good', async () => {
    const { app } = createProtected({});
    const { client_id, refresh_token } = await obtainTokens(app, 'offline_access');
    const { body } = await refreshRequest(app, client_id, refresh_token);
    expect((await call(app, (body as { access_token: string }).access_token)).status).toBe(200);
  });

  it('can be asked for other scopes by each request', async () => {
    const scope = (req: { method: string }): string => (req.method === 'POST' ? 'profile' : '');
    const { app } = createProtected({ scope });
    const { access_token } = await obtainTokens(app, 'openid');
    const headers = { Authorization: `Bearer ${access_token}` };
    expect((await send(app, 'GET', '/api', { headers })).status).toBe(200);
    expect((await send(app, 'POST', '/api', { headers })).status).toBe(403);
  });
});

describe('requireBearer: beside the CORS of the host', () => {
  const own: RequestHandler = cors({
    origin: 'https://spa.example',
    exposedHeaders: ['Mcp-Session-Id'],
  });

  it('keeps the origin of the host, and adds what is exposed', async () => {
    const { app } = createProtected({}, { before: [own] });
    const answer = await call(app);
    expect(answer.headers['access-control-allow-origin']).toBe('https://spa.example');
    expect(answer.headers['access-control-expose-headers']).toBe(
      'Mcp-Session-Id, WWW-Authenticate',
    );
  });
});

describe('requireBearer: mistakes of the host are found when it is mounted', () => {
  const server = (options: TestAppOptions['options']) =>
    createTestApp({ options: options ?? {} }).server;

  it.each<{ name: string; mistake: () => unknown; says: RegExp }>([
    {
      name: 'several resources and none named',
      mistake: () => server({ resources: ['/other'] }).requireBearer(),
      says: /several resources/,
    },
    {
      name: 'none named, and a second resource afterwards',
      mistake: () => {
        const { requireBearer } = server({});
        requireBearer();
        return requireBearer({ resource: '/other' });
      },
      says: /several resources/,
    },
    {
      name: 'a resource that is none',
      mistake: () => server({}).requireBearer({ resource: 'other' }),
      says: /resource "other"/,
    },
    {
      name: 'a resource with a fragment',
      mistake: () => server({}).requireBearer({ resource: 'https://api.example.com/#x' }),
      says: /resource/,
    },
    {
      name: 'a scope that is none',
      mistake: () => server({}).requireBearer({ resource: '/mcp', scope: 'a "b"' }),
      says: /scope tokens/,
    },
    {
      name: 'a scope with a space in a list',
      mistake: () => server({}).requireBearer({ resource: '/mcp', scope: ['a b'] }),
      says: /scope tokens/,
    },
    {
      name: 'an option that nobody knows',
      mistake: () => server({}).requireBearer({ scopes: 'openid' } as object),
      says: /"scopes" is no option; there are resource, scope, checkRevocation/,
    },
    {
      name: 'a scope that is no option at all',
      mistake: () => server({}).requireBearer('openid' as unknown as object),
      says: /is no option/,
    },
  ])('$name', ({ mistake, says }) => {
    expect(mistake).toThrow(TypeError);
    expect(mistake).toThrow(says);
  });

  it('a resource that comes after the first request', async () => {
    const { app, server: mounted } = createTestApp();
    await send(app, 'GET', '/.well-known/oauth-protected-resource/mcp');
    expect(() => mounted.requireBearer({ resource: '/late' })).toThrow(/after the first request/);
    expect(() => mounted.requireBearer({ resource: '/mcp' })).not.toThrow();
  });
});

async function obtainTokensFor(app: Express, resource: string) {
  const id = await registeredClientId(app);
  const pkce = createPkce();
  const code = await obtainCode(app, id, pkce, { scope: 'openid', resource });
  const { body } = await tokenRequest(app, redemption(id, code, pkce));
  return body as { access_token: string };
}
