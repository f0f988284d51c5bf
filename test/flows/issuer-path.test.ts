import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createLocalJWKSet, jwtVerify, type JSONWebKeySet } from 'jose';
import express, { type Express } from 'express';
import supertest, { type Response } from 'supertest';
import type { AuthorizationServerOptions } from '../../lib/options/options.ts';
import { createDeployment, type TestDeployment } from '../support/deployment.ts';
import { allowAt, discover, pathOf, registerAt, tokensAt } from '../support/discovery.ts';
import {
  authorizationQuery,
  Browser,
  createPkce,
  locationOf,
  METADATA,
  redemption,
  REDIRECT_URI,
  type Tokens,
} from '../support/flow.ts';
import type { Registration } from '../support/management.ts';
import { STORE_KINDS } from '../support/stores.ts';

const ORIGIN = 'https://auth.example.com';
const API = `${ORIGIN}/mcp`;
const SCOPE = 'openid offline_access';

describe.each(STORE_KINDS)('an issuer with a path ($kind)', (storeKind) => {
  let deployment: TestDeployment;

  beforeEach(() => {
    deployment = createDeployment(storeKind, { baselineClientScopes: ['offline_access'] });
  });
  afterEach(async () => {
    await deployment.close();
  });

  /** An instance in a host: the endpoints at `at`, the documents and the API at the root. */
  function start(
    path: string,
    { at = path, ...options }: Partial<AuthorizationServerOptions> & { at?: string } = {},
  ): Express {
    const { server, app: api } = deployment.start({ issuer: `${ORIGIN}${path}`, ...options });
    const host = express();
    host.use(server.wellKnownRouter);
    host.use(at, server.router);
    // The protected route of the test app; its own mount of the router is out of reach.
    host.use('/mcp', (req, res) => {
      req.url = '/mcp';
      api(req, res);
    });
    return host;
  }

  it.each([
    { path: '/auth', options: {} },
    { path: '/tenants/a', options: {} },
    {
      path: '/auth',
      options: {
        paths: { authorize: '/a', consent: '/b/c', token: '/d', register: '/e', jwks: '/f' },
      },
    },
  ])(
    'leads from the address of the API to a refresh: $path, $options',
    async ({ path, options }) => {
      const app = start(path, options);
      const issuer = `${ORIGIN}${path}`;
      const { resource, server } = await discover(app, API);
      expect(resource.resource).toBe(API);
      expect(server.issuer).toBe(issuer);
      expect(endpointsOf(server).filter((url) => !url.startsWith(`${issuer}/`))).toEqual([]);

      const client_id = await registerAt(app, server);
      const pkce = createPkce();
      const seen = await allowAt(app, server, client_id, pkce, { scope: SCOPE, resource: API });
      const consent = pathOf(`${issuer}${options.paths?.consent ?? '/oauth/consent'}`);
      expect(seen.begun.status).toBe(302);
      expect(new URL(locationOf(seen.begun), ORIGIN).pathname).toBe('/login');
      expect(seen.returnTo.split('?')[0]).toBe(consent);
      expect(seen.action.split('?')[0]).toBe(consent);
      expect(seen.decided.status).toBe(303);
      expect(locationOf(seen.decided).split('?')[0]).toBe(REDIRECT_URI);
      expect(seen.parameters).toEqual({
        code: expect.any(String),
        state: 'xyz-state',
        iss: issuer,
      });

      const form = redemption(client_id, seen.parameters['code'] ?? '', pkce, { resource: API });
      const tokens = await tokensAt(app, server, form);
      await expectAccepted(app, tokens, issuer, server.jwks_uri);
      const { refresh_token } = tokens.body as Tokens;
      const refresh = { grant_type: 'refresh_token', client_id, refresh_token };
      await expectAccepted(app, await tokensAt(app, server, refresh), issuer, server.jwks_uri);
    },
  );

  it('goes straight to the consent page below its path when the person is there', async () => {
    const app = start('/auth');
    const { server } = await discover(app, API);
    const query = authorizationQuery(await registerAt(app, server), createPkce());
    const begun = await new Browser(app, 'alice').get(`/auth/oauth/authorize?${query}`);
    expect(begun.status).toBe(302);
    expect(locationOf(begun)).toMatch(/^\/auth\/oauth\/consent\?client_id=[^&]+&request=/);
  });

  it('knows the browser by a cookie that only this origin can set, for all of its paths', async () => {
    const app = start('/auth');
    const { server } = await discover(app, API);
    const { begun } = await allowAt(app, server, await registerAt(app, server), createPkce());
    // The prefix __Host- wants the path to be the root (RFC 6265bis §4.1.3.2); the name tells servers apart.
    expect((begun.headers as Record<string, unknown>)['set-cookie']).toEqual([
      expect.stringMatching(
        /^__Host-dcr-[0-9a-f]{8}=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
      ),
    ]);
  });

  it('is the same behind a proxy that takes the path away', async () => {
    const inner = start('/auth', { at: '/' });
    const proxy = express();
    proxy.use((req, res) => {
      req.url = req.url.replace(/^\/auth(?=\/)/, '');
      req.originalUrl = req.url;
      inner(req, res);
    });
    const { server } = await discover(proxy, API);
    const client_id = await registerAt(proxy, server);
    const pkce = createPkce();
    const seen = await allowAt(proxy, server, client_id, pkce);
    expect(seen.returnTo).toMatch(/^\/auth\/oauth\/consent\?/);
    expect(seen.action).toMatch(/^\/auth\/oauth\/consent\?/);
    const form = redemption(client_id, seen.parameters['code'] ?? '', pkce);
    const tokens = await tokensAt(proxy, server, form);
    await expectAccepted(proxy, tokens, `${ORIGIN}/auth`, server.jwks_uri);
  });
});

describe.each(STORE_KINDS)('two servers at one origin ($kind)', (storeKind) => {
  it('are told apart by their paths, and neither accepts what the other made (META-13)', async () => {
    // On Redis: one server for both, and a prefix for each.
    const deployments = [createDeployment(storeKind), createDeployment(storeKind)];
    const host = express();
    const made = deployments.map((deployment, i) => {
      const path = ['/a', '/b'][i] ?? '';
      const { server } = deployment.start({
        issuer: `${ORIGIN}${path}`,
        resources: [`${path}/mcp`],
      });
      host.use(server.wellKnownRouter).use(path, server.router);
      host.get(`${path}/mcp`, server.requireBearer({ resource: `${path}/mcp` }), (_req, res) => {
        res.json(path);
      });
      return `${ORIGIN}${path}/mcp`;
    });
    const found = await Promise.all(made.map((api) => discover(host, api)));
    expect(found.map(({ server }) => server.issuer)).toEqual([`${ORIGIN}/a`, `${ORIGIN}/b`]);
    const [a, b] = found.map(({ server }) => server);
    if (!a || !b) throw new Error('there are two');

    const client_id = await registerAt(host, a);
    const pkce = createPkce();
    const seen = await allowAt(host, a, client_id, pkce, { resource: `${ORIGIN}/a/mcp` });
    const form = redemption(client_id, seen.parameters['code'] ?? '', pkce);
    const refused = await tokensAt(host, b, form);
    expect(refused).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
    const { access_token } = (await tokensAt(host, a, form)).body as Tokens;
    const call = (path: string) => supertest(host).get(path).auth(access_token, { type: 'bearer' });
    expect((await call('/a/mcp')).body).toBe('/a');
    const elsewhere = await call('/b/mcp');
    expect(elsewhere).toMatchObject({ status: 401, body: { error: 'invalid_token' } });
    const answer = await supertest(host).post('/a/oauth/register').send(METADATA);
    const { client_id: id, registration_access_token } = answer.body as Registration;
    const read = (path: string, of: string) =>
      supertest(host)
        .get(`${path}/oauth/register/${of}`)
        .auth(registration_access_token, { type: 'bearer' });
    expect((await read('/a', id)).body).toHaveProperty('client_id', id);
    for (const of of [id, await registerAt(host, b)]) {
      const unknown = await read('/b', of);
      expect(unknown).toMatchObject({ status: 401, body: { error: 'invalid_token' } });
    }
    await Promise.all(deployments.map((deployment) => deployment.close()));
  });
});

function endpointsOf(server: object): string[] {
  return Object.entries(server).flatMap(([name, value]) =>
    /_endpoint$|_uri$/.test(name) ? [String(value)] : [],
  );
}

/** By the route, and by somebody who has only the published keys. */
async function expectAccepted(
  app: Express,
  { status, body }: Response,
  issuer: string,
  jwksUri: string,
): Promise<void> {
  expect(status).toBe(200);
  const { access_token } = body as Tokens;
  const call = await supertest(app).get('/mcp').auth(access_token, { type: 'bearer' });
  expect(call).toMatchObject({ status: 200, body: { extra: { sub: 'alice' } } });
  const keys = (await supertest(app).get(pathOf(jwksUri))).body as JSONWebKeySet;
  const verified = await jwtVerify(access_token, createLocalJWKSet(keys), {
    issuer,
    audience: API,
    typ: 'at+jwt',
    currentDate: new Date(),
  });
  expect(verified.payload.sub).toBe('alice');
}
