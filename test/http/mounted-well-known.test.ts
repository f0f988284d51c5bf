import { describe, expect, it } from '@jest/globals';
import express, { type Express } from 'express';
import {
  createAuthorizationServer,
  type AuthorizationServer,
} from '../../lib/authorization-server.ts';
import { hostLogin } from '../../lib/login/host-login.ts';
import { SECRET } from '../support/app.ts';
import { METADATA } from '../support/flow.ts';
import { createLogRecorder } from '../support/log-recorder.ts';
import { JSON_TYPE, send } from './support/send.ts';

const ORIGIN = 'https://example.com';
const AS = '/.well-known/oauth-authorization-server';
const PRM = '/.well-known/oauth-protected-resource';
const OPENID = '/.well-known/openid-configuration';

function createServer(path: string, resources: readonly string[] = []): AuthorizationServer {
  return createAuthorizationServer({
    issuer: `${ORIGIN}${path}`,
    secret: SECRET,
    resources,
    logger: createLogRecorder().logger,
    login: hostLogin({ user: () => undefined, url: '/login' }),
  });
}

/** What is mounted, in front of a host that says so when a request is left to it. */
function createHost(...mounted: readonly [path: string, router: express.Router][]): Express {
  const host = express();
  for (const [path, router] of mounted) host.use(path, router);
  host.use((_req, res) => {
    res.status(404).json('the host');
  });
  return host;
}

function createMounted(path = '/auth', resources = ['/mcp', `${path}/api`]): Express {
  const { wellKnownRouter, router } = createServer(path, resources);
  return createHost(['/', wellKnownRouter], [path, router]);
}

describe("an issuer with a path: well-known places that are nobody's", () => {
  it.each([
    AS,
    `${AS}/`,
    `${AS}/auth/`,
    `${AS}/AUTH`,
    `${AS}/auth/x`,
    `${AS}/authx`,
    `${AS}/other`,
    `${AS}//auth`,
    `${AS}/%61uth`,
    `${AS}/auth/../auth`,
    `${AS}/mcp`,
    `/auth${AS}`,
    `/auth${AS}/auth`,
    `/auth${PRM}`,
    `/auth${PRM}/mcp`,
    `/auth${PRM}/auth/api`,
    PRM,
    `${PRM}/`,
    `${PRM}/auth`,
    `${PRM}/api`,
    `${PRM}/mcp/`,
    OPENID,
    `${OPENID}/auth/`,
    `${OPENID}/mcp`,
    `/auth${OPENID}/`,
    `/auth${OPENID}/auth`,
  ])('%s is left to the host, without a redirect', async (place) => {
    for (const method of ['GET', 'HEAD', 'POST', 'OPTIONS']) {
      const answer = await send(createMounted(), method, place);
      expect({ method, status: answer.status }).toEqual({ method, status: 404 });
      expect(answer.headers).not.toHaveProperty('location');
      expect(answer.text).toBe(method === 'HEAD' ? '' : '"the host"');
    }
  });

  it.each([
    { resources: ['/mcp', '/other'], place: PRM },
    { resources: ['/mcp', '/other'], place: `${PRM}/auth` },
    { resources: ['/auth', '/other'], place: PRM },
  ])('$place of the resources $resources', async ({ resources, place }) => {
    expect((await send(createMounted('/auth', resources), 'GET', place)).status).toBe(404);
  });
});

describe('an issuer with a path: the document about the server (RFC 8414 §3.1)', () => {
  it.each(['/auth', '/tenants/a', '/a.b/c-d_e~f', '/AUTH', '/oauth', '/x/.well-y'])(
    'of the issuer %s has the path at its end, and its endpoints have it in front',
    async (path) => {
      const host = createMounted(path);
      const { status, body } = await send(host, 'GET', `${AS}${path}`);
      expect(status).toBe(200);
      expect(body).toMatchObject({
        issuer: `${ORIGIN}${path}`,
        pushed_authorization_request_endpoint: `${ORIGIN}${path}/oauth/par`,
        jwks_uri: `${ORIGIN}${path}/oauth/jwks`,
        registration_endpoint: `${ORIGIN}${path}/oauth/register`,
      });
      expect((await send(host, 'GET', `${path}/oauth/jwks`)).status).toBe(200);
      const sent = { headers: JSON_TYPE, body: JSON.stringify(METADATA) };
      expect((await send(host, 'POST', `${path}/oauth/register`, sent)).status).toBe(201);
    },
  );
});

describe('an issuer with a path: the documents about resources (RFC 9728 §3.1)', () => {
  it.each([
    { resources: ['/mcp', '/auth/api'], place: `${PRM}/mcp`, resource: `${ORIGIN}/mcp` },
    { resources: ['/mcp', '/auth/api'], place: `${PRM}/auth/api`, resource: `${ORIGIN}/auth/api` },
    { resources: ['/mcp'], place: PRM, resource: `${ORIGIN}/mcp` },
    { resources: ['/', '/mcp'], place: PRM, resource: `${ORIGIN}/` },
    { resources: [ORIGIN, '/mcp'], place: PRM, resource: ORIGIN },
    { resources: [ORIGIN, '/mcp'], place: `${PRM}/mcp`, resource: `${ORIGIN}/mcp` },
    { resources: ['/auth', '/mcp'], place: `${PRM}/auth`, resource: `${ORIGIN}/auth` },
    // Nobody names one: then it is the issuer.
    { resources: [], place: `${PRM}/auth`, resource: `${ORIGIN}/auth` },
    { resources: [], place: PRM, resource: `${ORIGIN}/auth` },
  ])('$place of the resources $resources is about $resource', async (row) => {
    const { status, body } = await send(createMounted('/auth', row.resources), 'GET', row.place);
    expect(status).toBe(200);
    expect(body).toEqual({
      resource: row.resource,
      authorization_servers: [`${ORIGIN}/auth`],
      scopes_supported: ['openid', 'profile', 'email'],
      bearer_methods_supported: ['header'],
    });
  });
});

describe.each([
  `${AS}/auth`,
  `${OPENID}/auth`,
  `/auth${OPENID}`,
  `${PRM}/mcp`,
  `${PRM}/auth/api`,
  '/auth/oauth/jwks',
])('%s', (place) => {
  it('is JSON for every origin, for some minutes (META-11)', async () => {
    const headers = { Origin: 'https://spa.example' };
    const answer = await send(createMounted(), 'GET', place, { headers });
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({
      'content-type': expect.stringMatching(/^application\/json/),
      'cache-control': 'public, max-age=300',
      'access-control-allow-origin': '*',
      etag: expect.stringMatching(/^"[\w-]{22}"$/),
    });
    expect(answer.headers).not.toHaveProperty('access-control-allow-credentials');
    expect(answer.headers).not.toHaveProperty('set-cookie');
  });

  it('answers a preflight (META-11)', async () => {
    const headers = {
      Origin: 'https://spa.example',
      'Access-Control-Request-Method': 'GET',
      'Access-Control-Request-Headers': 'mcp-protocol-version',
    };
    const answer = await send(createMounted(), 'OPTIONS', place, { headers });
    expect(answer).toMatchObject({
      status: 204,
      headers: { 'access-control-allow-origin': '*' },
    });
    expect(answer.headers['access-control-allow-headers']).toContain('mcp-protocol-version');
  });

  it('answers HEAD like GET, and 304 to who has it (META-10)', async () => {
    const host = createMounted();
    const { headers } = await send(host, 'GET', place);
    const etag = headers.etag ?? '';
    const head = await send(host, 'HEAD', place);
    expect(head).toMatchObject({ status: 200, text: '', headers: { etag } });
    const again = await send(host, 'GET', place, { headers: { 'If-None-Match': etag } });
    expect(again).toMatchObject({ status: 304, text: '', headers: { etag } });
  });

  it('is the same whatever host or prefix a request claims (META-01)', async () => {
    const host = createMounted().set('trust proxy', true);
    const { text } = await send(host, 'GET', place);
    const headers = {
      Host: 'evil.example',
      'X-Forwarded-Host': 'evil.example',
      'X-Forwarded-Prefix': '/evil',
    };
    const answer = await send(host, 'GET', place, { headers });
    expect({ status: answer.status, text: answer.text }).toEqual({ status: 200, text });
  });

  it('refuses to be written to (META-10)', async () => {
    expect(await send(createMounted(), 'POST', place)).toMatchObject({
      status: 405,
      headers: { allow: expect.stringMatching(/^GET, HEAD/) },
      body: { error: 'invalid_request' },
    });
  });
});

describe('an issuer with a path of which only a part is mounted', () => {
  const answers = async (host: Express): Promise<number[]> => {
    const places = [`${AS}/auth`, `${PRM}/mcp`, '/auth/oauth/jwks', '/oauth/jwks'];
    const sent = await Promise.all(places.map((place) => send(host, 'GET', place)));
    return sent.map(({ status }) => status);
  };
  const both = createServer('/auth', ['/mcp']);

  it.each<{ name: string; host: Express; want: number[] }>([
    { name: 'both', host: createMounted(), want: [200, 200, 200, 404] },
    {
      name: 'both, in the other order',
      host: createHost(['/auth', both.router], ['/', both.wellKnownRouter]),
      want: [200, 200, 200, 404],
    },
    {
      name: 'the router alone',
      host: createHost(['/auth', both.router]),
      want: [404, 404, 200, 404],
    },
    {
      name: 'the documents alone',
      host: createHost(['/', both.wellKnownRouter]),
      want: [200, 200, 404, 404],
    },
    {
      name: 'the documents below the path too',
      host: createHost(['/auth', both.wellKnownRouter], ['/auth', both.router]),
      want: [404, 404, 200, 404],
    },
    {
      name: 'the router at the root',
      host: createHost(['/', both.router]),
      want: [404, 404, 404, 200],
    },
  ])('$name: documents, keys at the path, keys at the root: $want', async ({ host, want }) => {
    expect(await answers(host)).toEqual(want);
  });

  it('does no harm where the issuer has no path: both serve the same', async () => {
    const { router, wellKnownRouter } = createServer('', ['/mcp']);
    const host = createHost(['/', router], ['/', wellKnownRouter]);
    const alone = createHost(['/', router]);
    for (const place of [AS, PRM, `${PRM}/mcp`]) {
      const [one, other] = [await send(host, 'GET', place), await send(alone, 'GET', place)];
      expect(one).toMatchObject({ status: 200, text: other.text });
    }
  });
});
