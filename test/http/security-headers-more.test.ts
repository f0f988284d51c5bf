import { describe, expect, it } from '@jest/globals';
import express from 'express';
import { send } from './support/send.ts';
import { createWatchedApp } from './support/watched-app.ts';

const AS = '/.well-known/oauth-authorization-server';
const PR = '/.well-known/oauth-protected-resource';
const DOCUMENTS = [AS, PR, `${PR}/mcp`];

describe('headers that the other answers have (HTTP-11)', () => {
  it.each(DOCUMENTS)(
    'the refusal of a method at %s says that its type is not to be guessed at',
    async (path) => {
      const { status, headers } = await send(createWatchedApp().app, 'POST', path);
      expect(status).toBe(405);
      expect(headers).toHaveProperty('x-content-type-options', 'nosniff');
    },
  );

  it.each([
    ...['/oauth/register', '/oauth/token', '/oauth/authorize', '/oauth/consent', '/oauth/jwks'],
    ...DOCUMENTS,
  ])('no answer of %s names what the server is made of', async (path) => {
    const { app } = createWatchedApp();
    for (const method of ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT']) {
      const { headers } = await send(app, method, path);
      expect({ method, headers }).not.toHaveProperty(['headers', 'x-powered-by']);
    }
  });

  it.each([`${AS}/tenant`, `${PR}/tenant/mcp`, PR])(
    'nor one of %s, for an issuer with a path',
    async (path) => {
      const options = { issuer: 'https://auth.example.com/tenant' };
      const { server } = createWatchedApp({ options, resource: '/tenant/mcp' });
      const app = express().use(server.wellKnownRouter);
      const { status, headers } = await send(app, 'GET', path);
      expect(status).toBe(200);
      expect(headers).not.toHaveProperty('x-powered-by');
    },
  );

  it('nor one that says that nothing has changed', async () => {
    const { app } = createWatchedApp();
    const { headers } = await send(app, 'GET', AS);
    const again = await send(app, 'GET', AS, {
      headers: { 'If-None-Match': headers.etag ?? '' },
    });
    expect(again.status).toBe(304);
    expect(again.headers).not.toHaveProperty('x-powered-by');
  });

  it('but those of the host do, as ever', async () => {
    const { headers } = await send(createWatchedApp().app, 'GET', '/of-the-host');
    expect(headers).toHaveProperty('x-powered-by', 'Express');
  });
});
