import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { AuthorizationServerOptions } from '../../lib/options/options.ts';
import { createTestApp, ISSUER } from '../support/app.ts';
import { FORM_TYPE, send, type Answer } from '../http/support/send.ts';

const AS = '/.well-known/oauth-authorization-server';
const OIDC = '/.well-known/openid-configuration';
const PRM = '/.well-known/oauth-protected-resource';

/** The status with which the host answers what is not ours. */
const HOST = 418;

/** What is answered at a path, where the host answers everything else. */
async function answerAt(
  path: string,
  options: Partial<AuthorizationServerOptions> = {},
  method = 'GET',
): Promise<Answer> {
  const { app } = createTestApp({ options });
  app.use((_req, res) => {
    res.status(HOST).end();
  });
  return send(app, method, path, method === 'POST' ? { headers: FORM_TYPE, body: '' } : {});
}

const keysOf = ({ body }: Answer): unknown[] => (body as { keys: unknown[] }).keys;

describe('behaviour I: keys', () => {
  it('I199, I211: a server without keys makes one, and publishes it', async () => {
    const answer = await answerAt('/oauth/jwks');
    expect(answer.status).toBe(200);
    expect(keysOf(answer)).toHaveLength(1);
  });

  it('I211: a server with keys publishes these', async () => {
    const signingKeys = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    const { x, y } = signingKeys.export({ format: 'jwk' });
    const pem = signingKeys.export({ type: 'pkcs8', format: 'pem' }).toString();
    const answer = await answerAt('/oauth/jwks', { signingKeys: pem });
    expect(answer.status).toBe(200);
    expect(keysOf(answer)).toEqual([expect.objectContaining({ x, y, alg: 'ES256' })]);
  });
});

describe('behaviour I: the metadata', () => {
  it('I200: names the issuer, the endpoints and what they can do', async () => {
    const { status, body } = await answerAt(AS);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      issuer: ISSUER,
      authorization_endpoint: `${ISSUER}/oauth/authorize`,
      token_endpoint: `${ISSUER}/oauth/token`,
      registration_endpoint: `${ISSUER}/oauth/register`,
      jwks_uri: `${ISSUER}/oauth/jwks`,
      response_types_supported: ['code'],
    });
  });

  it('I202: of OpenID is not served where it would not be complete', async () => {
    expect((await answerAt(OIDC, { scopesSupported: ['mcp:read'] })).status).toBe(HOST);
  });

  it('I202: of OpenID is the same, with what an OpenID provider has to say', async () => {
    const { status, body } = await answerAt(OIDC);
    expect({ status, body }).toEqual({ status: 200, body: (await answerAt(AS)).body });
    expect(body).toMatchObject({
      userinfo_endpoint: `${ISSUER}/oauth/userinfo`,
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['ES256'],
    });
  });

  it('I206: lists the two grants there are', async () => {
    expect((await answerAt(AS)).body).toHaveProperty('grant_types_supported', [
      'authorization_code',
      'refresh_token',
    ]);
  });
});

describe('behaviour I: what is ours', () => {
  it.each([
    { row: 'I205', path: AS, status: 200 },
    { row: 'I205', path: PRM, status: 200 },
    { row: 'I205', path: `${PRM}/mcp`, status: 200 },
    { row: 'I205', path: `${AS}/mcp`, status: HOST },
    { row: 'I205', path: `${AS}/`, status: HOST },
    { row: 'I205', path: `${OIDC}/mcp`, status: HOST },
    { row: 'I205', path: `/mcp${OIDC}`, status: HOST },
    { row: 'I205', path: `${PRM}/other`, status: HOST },
    { row: 'I208', path: '/oauth/jwks', status: 200 },
    { row: 'I208', path: '/.well-known/jwks.json', status: HOST },
    { row: 'I208', path: '/', status: HOST },
    { row: 'I208', path: '/mcp/messages', status: HOST },
    { row: 'I209', path: '/oauth', status: HOST },
    { row: 'I209', path: '/oauth/', status: HOST },
    { row: 'I209', path: '/oauth/other', status: HOST },
    { row: 'I209', path: '/oauth/authorize/x', status: HOST },
    { row: 'I209', path: '/oauth/callback', status: HOST },
    { row: 'I209', path: '/.well-known', status: HOST },
    { row: 'I209', path: '/.well-known/other', status: HOST },
  ])('$row: GET $path is answered with $status', async ({ path, status }) => {
    expect((await answerAt(path)).status).toBe(status);
  });

  it.each([
    { path: AS, status: HOST },
    { path: `${AS}/tenant`, status: 200 },
    { path: `${AS}/tenant/`, status: HOST },
    { path: `${AS}/other`, status: HOST },
  ])('I205: with a path in the issuer, GET $path is answered with $status', async (row) => {
    const { app, server } = createTestApp({ options: { issuer: `${ISSUER}/tenant` } });
    app.use(server.wellKnownRouter);
    app.use((_req, res) => {
      res.status(HOST).end();
    });
    expect((await send(app, 'GET', row.path)).status).toBe(row.status);
  });

  it('I205: with several resources the bare path is not ours', async () => {
    const resources = ['/mcp', '/other'];
    expect((await answerAt(PRM, { resources })).status).toBe(HOST);
    expect((await answerAt(`${PRM}/other`, { resources })).status).toBe(200);
  });

  it.each([
    { method: 'POST', path: '/oauth/register', status: 415 },
    { method: 'GET', path: '/oauth/authorize', status: 400 },
    { method: 'GET', path: '/oauth/consent', status: 400 },
    { method: 'POST', path: '/oauth/token', status: 400 },
  ])('I209: $method $path is ours', async ({ method, path, status }) => {
    expect((await answerAt(path, {}, method)).status).toBe(status);
  });
});
