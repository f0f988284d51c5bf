import { describe, expect, it } from '@jest/globals';
import express, { type Express } from 'express';
import { createTestApp, type TestApp } from '../support/app.ts';
import {
  authorizationQuery,
  Browser,
  createPkce,
  locationOf,
  METADATA,
  redemption,
  redirectParameters,
} from '../support/flow.ts';
import { send, JSON_TYPE, FORM_TYPE } from './support/send.ts';

const ISSUER = 'https://example.com/auth';
const AS = '/.well-known/oauth-authorization-server';
const PRM = '/.well-known/oauth-protected-resource';

/** A host that keeps the server below `/auth`, and the well-known documents at its root. */
function createMounted(): TestApp & { host: Express } {
  const made = createTestApp({ options: { issuer: ISSUER, resources: ['/mcp', '/auth/api'] } });
  const host = express();
  host.use(made.server.wellKnownRouter);
  host.use('/auth', made.server.router);
  host.get('/mcp', made.server.requireBearer({ resource: '/mcp' }), (_req, res) => {
    res.json('served');
  });
  return { ...made, host };
}

describe('what a host counts and logs its requests by', () => {
  it.each([
    { method: 'GET', path: '/auth/oauth/jwks', route: '/oauth/jwks' },
    { method: 'DELETE', path: '/auth/oauth/jwks', route: '/oauth/jwks' },
    { method: 'GET', path: '/auth/oauth/register/an-id', route: '/oauth/register/:client_id' },
    { method: 'GET', path: '/auth/oauth/register/an%20id', route: '/oauth/register/:client_id' },
    { method: 'GET', path: '/auth/oauth/nothing', route: undefined },
  ] as const)('is $route for $method $path', async ({ method, path, route }) => {
    const { server } = createTestApp({ options: { issuer: ISSUER } });
    const routes: unknown[] = [];
    const host = express();
    host.use((req, res, next) => {
      res.once('finish', () => {
        const { route: of } = req as unknown as { readonly route?: { readonly path: string } };
        routes.push(of?.path);
      });
      next();
    });
    host.use('/auth', server.router);
    await send(host, method, path);
    expect(routes).toEqual([route]);
  });
});

describe('an issuer with a path', () => {
  it.each([
    { path: `${AS}/auth`, status: 200 },
    { path: AS, status: 404 },
    { path: `${AS}/other`, status: 404 },
    { path: `/auth${AS}`, status: 404 },
    { path: `/auth${AS}/auth`, status: 404 },
    { path: `${PRM}/mcp`, status: 200 },
    { path: `${PRM}/auth/api`, status: 200 },
    { path: PRM, status: 404 },
    { path: `${PRM}/auth`, status: 404 },
    { path: '/auth/oauth/jwks', status: 200 },
    { path: '/oauth/jwks', status: 404 },
  ])('answers $status at $path', async ({ path, status }) => {
    expect((await send(createMounted().host, 'GET', path)).status).toBe(status);
  });

  it('is in every address that is published', async () => {
    const { host } = createMounted();
    expect((await send(host, 'GET', `${AS}/auth`)).body).toMatchObject({
      issuer: ISSUER,
      authorization_endpoint: `${ISSUER}/oauth/authorize`,
      token_endpoint: `${ISSUER}/oauth/token`,
      registration_endpoint: `${ISSUER}/oauth/register`,
      pushed_authorization_request_endpoint: `${ISSUER}/oauth/par`,
      jwks_uri: `${ISSUER}/oauth/jwks`,
    });
    expect((await send(host, 'GET', `${PRM}/auth/api`)).body).toMatchObject({
      resource: 'https://example.com/auth/api',
      authorization_servers: [ISSUER],
    });
    const challenge = (await send(host, 'GET', '/mcp')).headers['www-authenticate'];
    expect(challenge).toBe(`Bearer resource_metadata="https://example.com${PRM}/mcp"`);
  });

  it('leads from registration to a protected call', async () => {
    const { host } = createMounted();
    const registered = await send(host, 'POST', '/auth/oauth/register', {
      headers: JSON_TYPE,
      body: JSON.stringify(METADATA),
    });
    const { client_id } = registered.body as { client_id: string };
    const pkce = createPkce();
    const query = authorizationQuery(client_id, pkce, {
      resource: 'https://example.com/mcp',
      scope: 'openid',
    });
    const browser = new Browser(host);
    const begun = await browser.get(`/auth/oauth/authorize?${query}`);
    const login = new URL(locationOf(begun), 'https://example.com');
    expect(login.pathname).toBe('/login');
    const returnTo = login.searchParams.get('return_to') ?? '';
    expect(returnTo).toMatch(/^\/auth\/oauth\/consent\?/);
    const decided = await browser.login('alice').submit(returnTo, 'allow');
    const { code = '', iss } = redirectParameters(decided);
    expect(iss).toBe(ISSUER);
    const body = new URLSearchParams(
      redemption(client_id, code, pkce) as Record<string, string>,
    ).toString();
    const tokens = await send(host, 'POST', '/auth/oauth/token', { headers: FORM_TYPE, body });
    const { access_token } = tokens.body as { access_token: string };
    const headers = { Authorization: `Bearer ${access_token}` };
    expect((await send(host, 'GET', '/mcp', { headers })).body).toBe('served');
  });

  it.each([
    'https://example.com/auth/oauth/authorize',
    'https://example.com/auth/oauth/token',
    'https://example.com/auth/oauth/consent?request=x',
  ])('protects its own endpoint %s from being a redirect URI', async (uri) => {
    const { host } = createMounted();
    const body = JSON.stringify({ ...METADATA, redirect_uris: [uri] });
    const sent = { headers: JSON_TYPE, body };
    expect((await send(host, 'POST', '/auth/oauth/register', sent)).body).toHaveProperty(
      'error',
      'invalid_redirect_uri',
    );
  });
});

describe('an issuer without a path', () => {
  it.each(['/nothing', '/oauth', '/oauth/nothing', '/.well-known/nothing', '/.well-known/', '/'])(
    'leaves %s to the host',
    async (path) => {
      const { app } = createTestApp();
      app.use((_req, res) => {
        res.status(404).json('the host');
      });
      for (const method of ['GET', 'POST']) {
        expect(await send(app, method, path)).toMatchObject({ status: 404, body: 'the host' });
      }
    },
  );

  it('leaves the errors of the host to the host', async () => {
    const { app } = createTestApp();
    app.get('/oauth/authorize/of-the-host', () => {
      throw new Error('of the host');
    });
    app.use(((error: Error, _req, res, _next) => {
      res.status(500).json(error.message);
    }) as express.ErrorRequestHandler);
    const answer = await send(app, 'GET', '/oauth/authorize/of-the-host');
    expect(answer).toMatchObject({ status: 500, body: 'of the host' });
  });
});

describe('renamed paths', () => {
  it('are where the endpoints are, and the old ones are gone', async () => {
    const paths = {
      register: '/a',
      authorize: '/b/c',
      consent: '/d',
      token: '/e',
      jwks: '/keys.json',
    };
    const { app } = createTestApp({ options: { paths } });
    const statuses = await Promise.all([
      send(app, 'POST', '/a', { headers: JSON_TYPE, body: JSON.stringify(METADATA) }),
      send(app, 'GET', '/b/c'),
      send(app, 'GET', '/d'),
      send(app, 'POST', '/e', { headers: FORM_TYPE }),
      send(app, 'GET', '/keys.json'),
      send(app, 'POST', '/oauth/register', { headers: JSON_TYPE, body: JSON.stringify(METADATA) }),
      send(app, 'GET', '/oauth/authorize'),
    ]);
    expect(statuses.map(({ status }) => status)).toEqual([201, 400, 400, 400, 200, 404, 404]);
  });
});
