import { describe, expect, it } from '@jest/globals';
import type { AuthorizationServerOptions } from '../../lib/options/options.ts';
import { register } from '../support/flow.ts';
import { expectApiError } from './support/expect.ts';
import { createWatchedApp } from './support/watched-app.ts';

async function expectRefused(
  uri: string,
  options: Partial<AuthorizationServerOptions> = {},
): Promise<void> {
  const { app, store } = createWatchedApp({ options });
  const answer = await register(app, { redirect_uris: [uri] });
  expectApiError(answer, 400, 'invalid_redirect_uri');
  expect(store.writes).toEqual([]);
}

async function expectAccepted(
  uri: string,
  options: Partial<AuthorizationServerOptions> = {},
): Promise<void> {
  const { app } = createWatchedApp({ options });
  const { status, body } = await register(app, { redirect_uris: [uri] });
  expect({ status, body }).toMatchObject({ status: 201, body: { redirect_uris: [uri] } });
}

describe('POST /oauth/register: places of the server as redirect URIs', () => {
  const PLACES = [
    '/oauth/authorize',
    '/oauth/token',
    '/oauth/register',
    '/oauth/consent',
    '/oauth/jwks',
    '/oauth/authorize?client_id=x',
    '/.well-known/oauth-authorization-server',
    '/.well-known/oauth-protected-resource/mcp',
    '/.well-known/anything?x=1',
  ];

  it.each(PLACES)('refuses its own %s', async (path) => {
    await expectRefused(`https://auth.example.com${path}`);
  });

  it.each(PLACES)(
    'refuses its own %s by a name with a period at the end (URI-06)',
    async (path) => {
      await expectRefused(`https://auth.example.com.${path}`);
    },
  );

  it.each(['/login/start', '/login/allow', '/t'])(
    'refuses its own %s where it was renamed, with a period or without',
    async (path) => {
      const paths = { authorize: '/login/start', consent: '/login/allow', token: '/t' };
      await expectRefused(`https://auth.example.com${path}`, { paths });
      await expectRefused(`https://auth.example.com.${path}`, { paths });
    },
  );

  it.each([
    '/AUTH/oauth/callback',
    '/Auth/oauth/authorize',
    '/auth/OAUTH/token',
    '/auth//oauth/callback',
    '//auth/oauth/callback',
  ])(
    'refuses its own %s below a path that Express finds in any case, and by two slashes',
    async (path) => {
      await expectRefused(`https://auth.example.com${path}`, {
        issuer: 'https://auth.example.com/auth',
        paths: { callback: '/oauth/callback' },
      });
    },
  );

  it.each([
    'https://auth.example.com/playground/callback',
    'https://auth.example.com./playground/callback',
    'https://app.example.com./oauth/authorize',
    'https://app.example.com./.well-known/anything',
    'https://auth.example.com.:8443/oauth/authorize',
  ])('accepts %s, which is none', async (uri) => {
    await expectAccepted(uri);
  });
});

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

describe.each(LOOPBACK)('POST /oauth/register: places of a server at %s', (host) => {
  const issuer = `http://${host}:3000`;

  it.each(
    LOOPBACK.flatMap((name) => [
      `http://${name}:3000/oauth/authorize`,
      `http://${name}:1/oauth/consent?x=1`,
      `http://${name}/oauth/token`,
      `http://${name}:8080/.well-known/oauth-authorization-server`,
      `https://${name}:3000/oauth/authorize`,
    ]),
  )('refuses %s, whatever the port and the name (URI-06)', async (uri) => {
    await expectRefused(uri, { issuer });
  });

  it('refuses http://LOCALHOST/oauth/token', async () => {
    await expectRefused('http://LOCALHOST/oauth/token', { issuer });
  });

  it.each(LOOPBACK)('accepts http://%s:8080/callback, which is none', async (name) => {
    await expectAccepted(`http://${name}:8080/callback`, { issuer });
  });
});

describe('POST /oauth/register: a server that is not on loopback', () => {
  it.each(LOOPBACK)(
    "accepts the path of an endpoint at %s, which is the person's own",
    async (name) => {
      await expectAccepted(`http://${name}:3000/oauth/authorize`);
    },
  );
});
