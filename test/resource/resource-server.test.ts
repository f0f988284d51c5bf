import { generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import express, { type Express } from 'express';
import { decodeJwt, decodeProtectedHeader, SignJWT, type JWTPayload } from 'jose';
import type { AuthorizationServerOptions } from '../../lib/options/options.ts';
import type { ResourceServerOptions } from '../../lib/resource/options.ts';
import {
  createResourceServer,
  requireBearer,
  type ResourceBearerOptions,
  type ResourceServer,
} from '../../lib/resource/resource-server.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { createClock } from '../support/clock.ts';
import { obtainTokens } from '../support/flow.ts';
import { createLogRecorder } from '../support/log-recorder.ts';
import { PATIENCE_MS } from '../support/stores.ts';
import { send, type Answer } from '../http/support/send.ts';
import { gone, listen, type Listening } from './support/listening.ts';

const INVALID = {
  error: 'invalid_token',
  error_description: 'the access token is missing, expired or not valid here',
};
const AWAY = {
  error: 'temporarily_unavailable',
  error_description: 'the keys of the authorization server cannot be had at the moment',
};
const MINUTE_MS = 60_000;

const pem = (): string =>
  generateKeyPairSync('ec', { namedCurve: 'P-256' })
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString();

describe('an API in another process', () => {
  const clock = createClock();
  let issuer: Listening;

  beforeEach(async () => {
    issuer = await listen();
  });

  afterEach(async () => {
    await issuer.close();
  });

  /** An authorization server at the address of the issuer; a later one takes its place. */
  function startServer(options: Partial<AuthorizationServerOptions> = {}): TestApp {
    const made = createTestApp({ clock, options: { issuer: issuer.url, ...options } });
    issuer.answer((req, res) => void made.app(req, res));
    return made;
  }

  interface Api {
    readonly app: Express;
    readonly api: ResourceServer;
    readonly log: ReturnType<typeof createLogRecorder>;
  }

  function startApi(
    bearer: ResourceBearerOptions = {},
    options: Partial<ResourceServerOptions> = {},
  ): Api {
    const log = createLogRecorder();
    const given = { issuer: issuer.url, resource: '/mcp', logger: log.logger, ...options };
    const api = createResourceServer({ timeoutSeconds: PATIENCE_MS / 1000, ...given }, clock);
    const app = express();
    app.use(api.metadataHandler);
    app.use('/mcp', api.requireBearer(bearer), (req, res) => {
      res.json('auth' in req ? req.auth : null);
    });
    app.use((_req, res) => void res.status(404).json('the host'));
    return { app, api, log };
  }

  function call(app: Express, token?: string): Promise<Answer> {
    const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` };
    return send(app, 'GET', '/mcp', { headers });
  }

  const challenged = (error: string): string =>
    `Bearer ${error}resource_metadata="${issuer.url}/.well-known/oauth-protected-resource/mcp"`;

  describe('refuses', () => {
    it('a request without a token, with the way to one', async () => {
      const answer = await call(startApi({ scope: 'openid' }).app);
      expect(answer).toMatchObject({ status: 401, body: INVALID });
      expect(answer.headers['www-authenticate']).toBe(challenged('scope="openid", '));
      // Nobody has to be asked for that.
      expect(issuer.asked()).toEqual([]);
    });

    it('what is no token, and asks nobody', async () => {
      startServer();
      const { app } = startApi();
      for (const token of ['x', 'a.b.c', 'e30.e30.', 'A'.repeat(8000)]) {
        const answer = await call(app, token);
        expect(answer).toMatchObject({ status: 401, body: INVALID });
        expect(answer.headers['www-authenticate']).toMatch(/^Bearer error="invalid_token", /);
      }
      expect(issuer.asked()).toEqual([]);
    });

    it('a token for another audience', async () => {
      const { access_token } = await obtainTokens(startServer().app, 'openid');
      const { app } = startApi({}, { resource: '/other' });
      expect(await call(app, access_token)).toMatchObject({ status: 401, body: INVALID });
    });

    it('an ID token', async () => {
      const { app } = startServer();
      const tokens = (await obtainTokens(app, 'openid')) as { id_token?: string };
      expect(tokens.id_token).toEqual(expect.any(String));
      expect((await call(startApi().app, tokens.id_token)).status).toBe(401);
    });

    it('a refresh token', async () => {
      const { refresh_token } = await obtainTokens(startServer().app, 'offline_access');
      expect((await call(startApi().app, refresh_token)).status).toBe(401);
    });

    it('a token that is over, and takes it a second before', async () => {
      const { access_token } = await obtainTokens(startServer().app, 'openid');
      const { app } = startApi();
      clock.advance(60 * MINUTE_MS - 1000);
      expect((await call(app, access_token)).status).toBe(200);
      clock.advance(1000);
      expect((await call(app, access_token)).status).toBe(401);
      const tolerant = startApi({}, { clockToleranceSeconds: 30 });
      expect((await call(tolerant.app, access_token)).status).toBe(200);
      clock.advance(31_000);
      expect((await call(tolerant.app, access_token)).status).toBe(401);
    });

    it('a token of another server, also one that calls itself by this name', async () => {
      const stranger = createTestApp({ clock, options: { issuer: issuer.url } });
      const { access_token } = await obtainTokens(stranger.app, 'openid');
      startServer();
      expect((await call(startApi().app, access_token)).status).toBe(401);
    });

    it.each([
      { name: 'alg none', header: { alg: 'none' } },
      { name: 'alg None', header: { alg: 'None' } },
      { name: 'HS256', header: { alg: 'HS256' } },
      { name: 'another algorithm than that of the key', header: { alg: 'RS256' } },
      { name: 'the key that it brings along', header: { kid: undefined, jwk: {} } },
    ])('one that was changed: $name', async ({ header }) => {
      const { access_token } = await obtainTokens(startServer().app, 'openid');
      const [head = '', ...rest] = access_token.split('.');
      const before = JSON.parse(Buffer.from(head, 'base64url').toString()) as object;
      const changed = Buffer.from(JSON.stringify({ ...before, ...header })).toString('base64url');
      const { app } = startApi();
      expect((await call(app, [changed, ...rest].join('.'))).status).toBe(401);
      expect((await call(app, [changed, rest[0], ''].join('.'))).status).toBe(401);
      expect((await call(app, access_token)).status).toBe(200);
    });

    it.each<{ name: string; change: (claims: JWTPayload) => JWTPayload; typ?: string }>([
      { name: 'another type', change: (claims) => claims, typ: 'JWT' },
      { name: 'another issuer', change: (c) => ({ ...c, iss: 'https://other.example' }) },
      { name: 'nbf ahead', change: (c) => ({ ...c, nbf: (c.iat ?? 0) + 600 }) },
      { name: 'iat ahead', change: (c) => ({ ...c, iat: (c.iat ?? 0) + 600 }) },
      { name: 'no exp', change: ({ exp: _exp, ...claims }) => claims },
      {
        name: 'two audiences',
        change: (c) => ({ ...c, aud: [String(c.aud), 'https://b.example'] }),
      },
    ])('one that is signed by the key of the server, and has $name', async ({ change, typ }) => {
      const key = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const signingKeys = key.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
      const { access_token } = await obtainTokens(startServer({ signingKeys }).app, 'openid');
      const header = decodeProtectedHeader(access_token) as { alg: string; typ: string };
      const sign = (claims: JWTPayload, type: string): Promise<string> =>
        new SignJWT(claims).setProtectedHeader({ ...header, typ: type }).sign(key.privateKey);
      const { app } = startApi();
      const claims = decodeJwt(access_token);
      expect((await call(app, await sign(claims, header.typ))).status).toBe(200);
      expect((await call(app, await sign(change(claims), typ ?? header.typ))).status).toBe(401);
    });

    it('one that lacks a scope, with 403 and all that the route needs', async () => {
      const { access_token } = await obtainTokens(startServer().app, 'openid');
      const answer = await call(startApi({ scope: 'openid profile' }).app, access_token);
      expect(answer).toMatchObject({ status: 403, body: { error: 'insufficient_scope' } });
      expect(answer.headers['www-authenticate']).toContain('scope="openid profile"');
    });
  });

  describe('takes', () => {
    it('a token of the server, and tells whose it is', async () => {
      const { access_token, client_id } = await obtainTokens(startServer().app, 'openid profile');
      const { app, api } = startApi({ scope: 'profile' });
      const { status, body } = await call(app, access_token);
      expect(status).toBe(200);
      expect(body).toMatchObject({
        clientId: client_id,
        scopes: ['openid', 'profile'],
        resource: `${issuer.url}/mcp`,
        extra: { sub: 'alice', claims: { iss: issuer.url } },
      });
      expect(await api.verifyAccessToken(access_token)).toMatchObject({ clientId: client_id });
      await expect(api.verifyAccessToken('x')).rejects.toMatchObject({ code: 'invalid_token' });
      expect(issuer.asked()).toEqual(['/.well-known/oauth-authorization-server', '/oauth/jwks']);
    });

    it('the keys of a given address without asking for the metadata', async () => {
      const { access_token } = await obtainTokens(startServer().app, 'openid');
      const app = express();
      const jwksUri = `${issuer.url}/oauth/jwks`;
      app.use('/mcp', requireBearer({ issuer: issuer.url, resource: '/mcp', jwksUri }, clock));
      app.get('/mcp', (_req, res) => void res.json('served'));
      expect((await call(app, access_token)).body).toBe('served');
      expect(issuer.asked()).toEqual(['/oauth/jwks']);
    });

    it('a preflight without a token', async () => {
      expect((await send(startApi().app, 'OPTIONS', '/mcp')).status).toBe(200);
    });

    it('what is signed by a new key, and after that still what the old one has signed', async () => {
      const [older, newer] = [pem(), pem()];
      const first = await obtainTokens(startServer({ signingKeys: older }).app, 'openid');
      const { app } = startApi();
      expect((await call(app, first.access_token)).status).toBe(200);
      const rotated = startServer({ signingKeys: `${newer}${older}` });
      const second = await obtainTokens(rotated.app, 'openid');
      clock.advance(MINUTE_MS);
      expect((await call(app, second.access_token)).status).toBe(200);
      expect((await call(app, first.access_token)).status).toBe(200);
    });

    it('no token of a key that the server has taken out, ten minutes later', async () => {
      const { access_token } = await obtainTokens(startServer().app, 'openid');
      const { app } = startApi();
      expect((await call(app, access_token)).status).toBe(200);
      startServer();
      clock.advance(10 * MINUTE_MS);
      expect((await call(app, access_token)).status).toBe(401);
    });
  });

  describe('while the server is down', () => {
    it('answers 503 and never 401, says so once, and recovers', async () => {
      const made = startServer();
      const { access_token } = await obtainTokens(made.app, 'openid');
      issuer.answer(gone);
      const { app, log, api } = startApi();
      for (const token of [access_token, access_token]) {
        const answer = await call(app, token);
        expect(answer).toMatchObject({ status: 503, body: AWAY });
        expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
        expect(answer.headers).not.toHaveProperty('www-authenticate');
      }
      await expect(api.verifyAccessToken(access_token)).rejects.toMatchObject({ status: 503 });
      expect(log.at('error')).toMatchObject([
        { fields: { code: 'ERR_DCR_ISSUER_KEYS', issuer: issuer.url } },
      ]);
      issuer.answer((req, res) => void made.app(req, res));
      clock.advance(5_000);
      expect((await call(app, access_token)).status).toBe(200);
      expect(log.at('error')).toHaveLength(1);
      expect(log.at('info')).toHaveLength(1);
    });

    it('goes on with the keys that it has, and with those alone', async () => {
      const { access_token } = await obtainTokens(startServer().app, 'openid');
      const { app } = startApi();
      expect((await call(app, access_token)).status).toBe(200);
      issuer.answer(gone);
      clock.advance(50 * MINUTE_MS);
      expect((await call(app, access_token)).status).toBe(200);
      const elsewhere = createTestApp({ clock, options: { issuer: issuer.url } });
      const unknown = await obtainTokens(elsewhere.app, 'openid');
      expect(await call(app, unknown.access_token)).toMatchObject({ status: 503, body: AWAY });
    });
  });

  it('describes itself, at its own address and at the bare one (RFC 9728 §3.1)', async () => {
    const { app } = startApi({}, { scopesSupported: ['mcp:tools', 'offline_access'] });
    for (const place of ['/mcp', '']) {
      const path = `/.well-known/oauth-protected-resource${place}`;
      expect(await send(app, 'GET', path)).toMatchObject({
        status: 200,
        body: {
          resource: `${issuer.url}/mcp`,
          authorization_servers: [issuer.url],
          scopes_supported: ['mcp:tools'],
          bearer_methods_supported: ['header'],
        },
      });
    }
    for (const path of ['/.well-known/oauth-protected-resource/other', '/.well-known/x', '/']) {
      expect(await send(app, 'GET', path)).toMatchObject({ status: 404, body: 'the host' });
    }
  });
});
