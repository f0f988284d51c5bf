import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { decodeProtectedHeader } from 'jose';
import type { AuthorizationServerOptions } from '../../lib/options/options.ts';
import { createTestApp, ISSUER } from '../support/app.ts';
import { obtainTokens } from '../support/flow.ts';
import { send } from './support/send.ts';

const AS = '/.well-known/oauth-authorization-server';
const PRM = '/.well-known/oauth-protected-resource';
const JWKS = '/oauth/jwks';

const OF_CONFIDENTIAL_CLIENTS = ['client_secret_basic', 'client_secret_post', 'private_key_jwt'];
const ALGORITHMS = [
  'ES256',
  'ES384',
  'ES512',
  'Ed25519',
  'EdDSA',
  'PS256',
  'PS384',
  'PS512',
  'RS256',
  'RS384',
  'RS512',
];

const METADATA = {
  issuer: ISSUER,
  authorization_endpoint: `${ISSUER}/oauth/authorize`,
  token_endpoint: `${ISSUER}/oauth/token`,
  registration_endpoint: `${ISSUER}/oauth/register`,
  pushed_authorization_request_endpoint: `${ISSUER}/oauth/par`,
  jwks_uri: `${ISSUER}/oauth/jwks`,
  scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
  response_types_supported: ['code'],
  response_modes_supported: ['query'],
  grant_types_supported: ['authorization_code', 'refresh_token'],
  token_endpoint_auth_methods_supported: ['none', ...OF_CONFIDENTIAL_CLIENTS],
  token_endpoint_auth_signing_alg_values_supported: ALGORITHMS,
  revocation_endpoint: `${ISSUER}/oauth/revoke`,
  revocation_endpoint_auth_methods_supported: ['none', ...OF_CONFIDENTIAL_CLIENTS],
  revocation_endpoint_auth_signing_alg_values_supported: ALGORITHMS,
  introspection_endpoint: `${ISSUER}/oauth/introspect`,
  introspection_endpoint_auth_methods_supported: OF_CONFIDENTIAL_CLIENTS,
  introspection_endpoint_auth_signing_alg_values_supported: ALGORITHMS,
  code_challenge_methods_supported: ['S256'],
  authorization_response_iss_parameter_supported: true,
};

/** Where `openid` can be granted, this is said beside it. */
const OPENID_METADATA = {
  userinfo_endpoint: `${ISSUER}/oauth/userinfo`,
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: ['ES256'],
  claims_supported: expect.arrayContaining(['sub', 'iss', 'nonce', 'at_hash', 'name', 'email']),
  prompt_values_supported: ['none', 'login', 'consent', 'select_account'],
  claims_parameter_supported: false,
  request_parameter_supported: false,
  request_uri_parameter_supported: false,
};

const RESOURCE_METADATA = {
  resource: `${ISSUER}/mcp`,
  authorization_servers: [ISSUER],
  scopes_supported: ['openid', 'profile', 'email'],
  bearer_methods_supported: ['header'],
};

async function documentAt(path: string, options: Partial<AuthorizationServerOptions> = {}) {
  const { status, body } = await send(createTestApp({ options }).app, 'GET', path);
  return { status, body };
}

describe('GET /.well-known/oauth-authorization-server (RFC 8414 §3)', () => {
  it('tells what is true of this server, and nothing else (META-03)', async () => {
    const body = { ...METADATA, ...OPENID_METADATA };
    expect(await documentAt(AS)).toEqual({ status: 200, body });
  });

  it('follows the options, and names no scope that cannot be registered (META-03)', async () => {
    const options = {
      scopesSupported: ['offline_access', 'mcp:read', 'admin:all'],
      restrictedScopes: ['admin:*'],
      paths: { token: '/t', register: '/dcr/clients' },
    };
    expect(await documentAt(AS, options)).toEqual({
      status: 200,
      body: {
        ...METADATA,
        token_endpoint: `${ISSUER}/t`,
        registration_endpoint: `${ISSUER}/dcr/clients`,
        scopes_supported: ['offline_access', 'mcp:read'],
      },
    });
  });

  it('is what the server object says', async () => {
    const { app, server } = createTestApp();
    expect((await send(app, 'GET', AS)).body).toEqual(server.metadata);
  });

  it('names endpoints that are there (META-03)', async () => {
    const { app } = createTestApp();
    const statuses = await Promise.all([
      send(app, 'GET', '/oauth/authorize'),
      send(app, 'POST', '/oauth/token'),
      send(app, 'POST', '/oauth/register'),
      send(app, 'GET', '/oauth/jwks'),
    ]);
    expect(statuses.map(({ status }) => status)).toEqual([400, 415, 415, 200]);
  });
});

describe('GET /.well-known/oauth-protected-resource (RFC 9728 §3)', () => {
  it.each([`${PRM}/mcp`, PRM])('describes the only resource at %s', async (path) => {
    expect(await documentAt(path)).toEqual({ status: 200, body: RESOURCE_METADATA });
  });

  it('never lists offline_access, nor what is restricted', async () => {
    const options = {
      scopesSupported: ['offline_access', 'mcp:read', 'admin:all'],
      restrictedScopes: ['admin:all'],
      baselineClientScopes: ['offline_access'],
    };
    const { body } = await documentAt(PRM, options);
    expect(body).toMatchObject({ scopes_supported: ['mcp:read'] });
  });

  it.each([
    { path: PRM, status: 404 },
    { path: `${PRM}/mcp`, status: 200 },
    { path: `${PRM}/other`, status: 200 },
  ])('with several resources: $path is $status', async ({ path, status }) => {
    const answer = await documentAt(path, { resources: ['/mcp', '/other'] });
    expect(answer.status).toBe(status);
    if (status === 200) {
      expect(answer.body).toMatchObject({ resource: `${ISSUER}${path.slice(PRM.length)}` });
    }
  });

  it.each([
    { resource: '/api/', path: `${PRM}/api/` },
    { resource: '/mcp?tenant=a', path: `${PRM}/mcp?tenant=a` },
    { resource: '/mcp?tenant=b', path: `${PRM}/mcp?tenant=b` },
  ])('describes $resource at $path, and nothing else there', async ({ resource, path }) => {
    // RFC 9728 §3.1: only a slash right after the host goes; §3.3: the document names that resource.
    const answer = await documentAt(path, {
      resources: ['/api/', '/mcp?tenant=a', '/mcp?tenant=b'],
    });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ resource: `${ISSUER}${resource}` });
  });

  it('stands for the resource at the origin when there is one', async () => {
    const { status, body } = await documentAt(PRM, { resources: [ISSUER, '/mcp'] });
    expect(status).toBe(200);
    expect(body).toEqual({ ...RESOURCE_METADATA, resource: ISSUER });
  });
});

describe('GET /oauth/jwks', () => {
  it('has public keys only, each with its name and use (META-05)', async () => {
    const { app } = createTestApp();
    const { status, body } = await send(app, 'GET', JWKS);
    const { access_token } = await obtainTokens(app, 'openid');
    expect(status).toBe(200);
    expect(body).toEqual({
      keys: [
        {
          kty: 'EC',
          crv: 'P-256',
          x: expect.any(String),
          y: expect.any(String),
          use: 'sig',
          alg: 'ES256',
          kid: decodeProtectedHeader(access_token).kid,
        },
      ],
    });
  });

  it('has all keys that are given, newest first, and no private member of any (META-05, META-06)', async () => {
    const keys = [
      generateKeyPairSync('ec', { namedCurve: 'P-256' }),
      generateKeyPairSync('rsa', { modulusLength: 2048 }),
      generateKeyPairSync('ed25519'),
    ].map(({ privateKey }) => privateKey.export({ format: 'jwk' }));
    const { body } = await documentAt(JWKS, { signingKeys: { keys } });
    const published = (body as { keys: Record<string, unknown>[] }).keys;
    expect(published.map(({ alg }) => alg)).toEqual(['ES256', 'RS256', 'EdDSA']);
    expect(new Set(published.map(({ kid }) => kid)).size).toBe(3);
    for (const key of published) {
      for (const member of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k', 'oth']) {
        expect(key).not.toHaveProperty(member);
      }
    }
  });
});

describe.each([AS, PRM, `${PRM}/mcp`, JWKS])('%s', (path) => {
  it('may be cached for minutes, and is the same for everybody (META-11)', async () => {
    const { app } = createTestApp();
    const answer = await send(app, 'GET', path, { headers: { Origin: 'https://spa.example' } });
    expect(answer.headers).toMatchObject({
      'content-type': expect.stringMatching(/^application\/json/),
      'cache-control': 'public, max-age=300',
      'x-content-type-options': 'nosniff',
      'access-control-allow-origin': '*',
      etag: expect.stringMatching(/^"[\w-]{22}"$/),
    });
    expect(answer.headers).not.toHaveProperty('access-control-allow-credentials');
    expect(answer.headers).not.toHaveProperty('set-cookie');
  });

  it('answers 304 to who has it already, and 200 to who has another', async () => {
    const { app } = createTestApp();
    const { headers } = await send(app, 'GET', path);
    const etag = headers.etag ?? '';
    const again = await send(app, 'GET', path, { headers: { 'If-None-Match': etag } });
    expect(again).toMatchObject({ status: 304, text: '', headers: { etag } });
    const other = await send(app, 'GET', path, { headers: { 'If-None-Match': '"other"' } });
    expect(other.status).toBe(200);
  });

  it('answers HEAD like GET, without the body (META-10)', async () => {
    const { app } = createTestApp();
    const [get, head] = [await send(app, 'GET', path), await send(app, 'HEAD', path)];
    expect(head).toMatchObject({ status: 200, text: '', headers: { etag: get.headers.etag } });
  });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'TRACE'])('refuses %s (META-10)', async (method) => {
    const { app } = createTestApp();
    expect(await send(app, method, path)).toMatchObject({
      status: 405,
      headers: {
        allow: expect.stringMatching(/^GET, HEAD(, OPTIONS)?$/),
        'content-type': expect.stringMatching(/^application\/json/),
        'cache-control': 'no-store',
      },
      body: { error: 'invalid_request', error_description: 'the method is not allowed here' },
    });
  });

  it('answers a preflight that asks for the MCP header (META-11)', async () => {
    const { app } = createTestApp();
    const answer = await send(app, 'OPTIONS', path, {
      headers: {
        Origin: 'https://spa.example',
        'Access-Control-Request-Method': 'GET',
        'Access-Control-Request-Headers': 'mcp-protocol-version',
      },
    });
    expect(answer).toMatchObject({ status: 204, headers: { 'access-control-allow-origin': '*' } });
    expect(answer.headers['access-control-allow-headers']).toContain('mcp-protocol-version');
  });

  it.each([
    { Host: 'evil.example' },
    { Host: 'evil.example:8443' },
    { 'X-Forwarded-Host': 'evil.example' },
    { 'X-Forwarded-Proto': 'http' },
    { 'X-Forwarded-Prefix': '/evil' },
    { Forwarded: 'host=evil.example;proto=http' },
    { 'X-Original-URL': '/evil', 'X-Rewrite-URL': '/evil' },
  ])('does not depend on %j (META-01)', async (headers) => {
    const { app } = createTestApp();
    app.set('trust proxy', true);
    const expected = await send(app, 'GET', path);
    const answer = await send(app, 'GET', path, { headers });
    expect({ status: answer.status, text: answer.text }).toEqual({
      status: 200,
      text: expected.text,
    });
    expect(JSON.stringify(answer.headers)).not.toContain('evil');
  });

  it('answers to an address in absolute form with the same (META-01)', async () => {
    const { app } = createTestApp();
    const answer = await send(app, 'GET', `http://evil.example${path}`);
    expect(answer.text).toBe((await send(app, 'GET', path)).text);
  });

  it.each([
    (p: string) => `${p}/`,
    (p: string) => `${p}/x`,
    (p: string) => `/${p}`,
    (p: string) => p.toUpperCase(),
    (p: string) => p.replace('o', '%6F'),
    (p: string) => p.replace(/^\/\.?/, '/%2e'),
    (p: string) => `${p}/../jwks`,
    (p: string) => `/x/..${p}`,
  ])('is nowhere else: the host answers (META-10)', async (elsewhere) => {
    const { app } = createTestApp();
    app.use((_req, res) => {
      res.status(404).json('the host');
    });
    expect(await send(app, 'GET', elsewhere(path))).toMatchObject({
      status: 404,
      body: 'the host',
    });
  });
});
