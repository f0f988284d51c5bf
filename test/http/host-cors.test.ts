import { describe, expect, it } from '@jest/globals';
import cors from 'cors';
import { METADATA } from '../support/flow.ts';
import { grantTokens, issueCode } from './support/grant.ts';
import { FORM_TYPE, JSON_TYPE, send, type Answer } from './support/send.ts';
import { createWatchedApp } from './support/watched-app.ts';

const Origin = 'https://spa.example';
const API = [
  { method: 'GET', path: '/.well-known/oauth-authorization-server' },
  { method: 'GET', path: '/.well-known/oauth-protected-resource' },
  { method: 'GET', path: '/.well-known/oauth-protected-resource/mcp' },
  { method: 'GET', path: '/oauth/jwks' },
  { method: 'HEAD', path: '/oauth/jwks' },
  { method: 'POST', path: '/oauth/jwks' },
  { method: 'POST', path: '/oauth/register' },
  { method: 'PUT', path: '/oauth/register' },
  { method: 'POST', path: '/oauth/token' },
  { method: 'GET', path: '/oauth/token' },
  { method: 'POST', path: '/.well-known/oauth-authorization-server' },
];

/** Readable by everybody, and never with the cookies of anybody. */
function expectOpen({ headers }: Answer): void {
  expect(headers).toHaveProperty('access-control-allow-origin', '*');
  expect(headers).not.toHaveProperty('access-control-allow-credentials');
}

describe('behind a host that lets any origin in with credentials', () => {
  const before = [cors({ origin: true, credentials: true })];

  it.each(API)('$method $path lets any origin in without', async ({ method, path }) => {
    const { app } = createWatchedApp({ before });
    expectOpen(await send(app, method, path, { headers: { Origin, Cookie: 'person=alice' } }));
  });

  it('a registration lets any origin in without', async () => {
    const { app } = createWatchedApp({ before });
    const headers = { ...JSON_TYPE, Origin };
    const answer = await send(app, 'POST', '/oauth/register', {
      headers,
      body: JSON.stringify(METADATA),
    });
    expect(answer.status).toBe(201);
    expectOpen(answer);
  });

  it('tokens let any origin in without, for a code and at a refresh', async () => {
    const headers = { ...FORM_TYPE, Origin };
    const code = await issueCode({ before });
    const granted = await grantTokens({ before });
    for (const { app, form } of [
      code,
      {
        app: granted.app,
        form: {
          grant_type: 'refresh_token',
          client_id: granted.id,
          refresh_token: granted.refreshToken,
        },
      },
    ]) {
      const body = new URLSearchParams(form as Record<string, string>).toString();
      const answer = await send(app, 'POST', '/oauth/token', { headers, body });
      expect(answer.status).toBe(200);
      expectOpen(answer);
      expect(answer.headers).toHaveProperty('cache-control', 'no-store');
    }
  });

  it.each([503, 500])('an answer of %s lets any origin in without', async (status) => {
    const claims = { accessTokenClaims: () => Promise.reject(new Error('away')) };
    const { app, form, store } = await issueCode({ before, login: claims });
    if (status === 503) store.fail();
    const body = new URLSearchParams(form as Record<string, string>).toString();
    const headers = { ...FORM_TYPE, Origin };
    const answer = await send(app, 'POST', '/oauth/token', { headers, body });
    expect(answer.status).toBe(status);
    expectOpen(answer);
  });

  it.each(['/oauth/token', '/oauth/register', '/.well-known/oauth-authorization-server'])(
    'a preflight that the host passes on lets any origin in without: %s',
    async (path) => {
      const { app } = createWatchedApp({
        before: [cors({ origin: true, credentials: true, preflightContinue: true })],
      });
      const headers = { Origin, 'Access-Control-Request-Method': 'POST' };
      const answer = await send(app, 'OPTIONS', path, { headers });
      expect(answer.status).toBe(204);
      expectOpen(answer);
    },
  );

  it('a route of the host keeps what the host says', async () => {
    const { app } = createWatchedApp({ before });
    app.get('/own', (_req, res) => {
      res.json('own');
    });
    for (const path of ['/own', '/mcp']) {
      expect((await send(app, 'GET', path, { headers: { Origin } })).headers).toMatchObject({
        'access-control-allow-origin': Origin,
        'access-control-allow-credentials': 'true',
      });
    }
  });
});
