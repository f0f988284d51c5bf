import { describe, expect, it } from '@jest/globals';
import { MemoryStore } from '../../lib/storage/memory/memory-store.ts';
import { StoreUnavailableError, type AuthorizationStore } from '../../lib/storage/store.ts';
import { createTestApp } from '../support/app.ts';
import { createClock } from '../support/clock.ts';
import {
  Browser,
  createPkce,
  locationOf,
  obtainCode,
  redemption,
  redirectParameters,
  register,
  registeredClientId,
  tokenRequest,
} from '../support/flow.ts';

const INVALID_GRANT = {
  error: 'invalid_grant',
  error_description:
    'the authorization code is unknown, expired, used or was issued for another request',
};

describe('behaviour D: loopback redirect URIs at the authorization endpoint', () => {
  it.each([
    {
      name: 'D106: an upper-case host with a port of the moment',
      registered: ['http://localhost/callback'],
      asked: 'http://LOCALHOST:54321/callback',
    },
    {
      name: 'D107: a port of the moment on 127.0.0.1',
      registered: ['http://127.0.0.1/callback'],
      asked: 'http://127.0.0.1:54321/callback',
    },
    {
      name: 'D116: a port of the moment on [::1]',
      registered: ['http://[::1]/callback'],
      asked: 'http://[::1]:54321/callback',
    },
    {
      name: 'D115: a port of the moment on localhost',
      registered: ['http://localhost:8080/callback'],
      asked: 'http://localhost:54321/callback',
    },
    {
      name: 'D119: the second of several',
      registered: ['https://app.example.com/cb', 'http://127.0.0.1/callback'],
      asked: 'http://127.0.0.1:54321/callback',
    },
    {
      name: 'D122: the exact one before one without a port',
      registered: ['http://localhost:54321/callback', 'http://localhost/callback'],
      asked: 'http://localhost:54321/callback',
    },
    {
      name: 'D122: the exact one after one without a port',
      registered: ['http://localhost/callback', 'http://localhost:54321/callback'],
      asked: 'http://localhost:54321/callback',
    },
  ])('$name is accepted, and the answer goes just there', async ({ registered, asked }) => {
    const { app } = createTestApp();
    const client_id = await registeredClientId(app, { redirect_uris: registered });
    const pkce = createPkce();
    const decided = await new Browser(app, 'alice').decide('allow', client_id, pkce, {
      redirect_uri: asked,
    });
    expect(decided.status).toBe(303);
    expect(locationOf(decided).startsWith(`${asked}?code=`)).toBe(true);
    const code = redirectParameters(decided)['code'] ?? '';
    const redeemed = await tokenRequest(
      app,
      redemption(client_id, code, pkce, { redirect_uri: asked }),
    );
    expect(redeemed.status).toBe(200);
  });

  it('D106: an upper-case host can be registered, and is echoed as it was sent', async () => {
    const { app } = createTestApp();
    const redirect_uris = ['http://LOCALHOST:8080/callback'];
    const { status, body } = await register(app, { redirect_uris });
    expect({ status, ...(body as object) }).toMatchObject({ status: 201, redirect_uris });
  });

  it.each([
    { name: 'D115: another path', asked: 'http://localhost:54321/other' },
    { name: 'D115: an encoded slash', asked: 'http://localhost:54321/callback%2F' },
    { name: 'D115: a bare question mark', asked: 'http://localhost:54321/callback?' },
    { name: 'D115: a fragment', asked: 'http://localhost:54321/callback#x' },
    { name: 'D115: a user', asked: 'http://user@localhost:54321/callback' },
    { name: 'D118: an added port beyond loopback', asked: 'https://app.example.com:8443/cb' },
    { name: 'D118: another host', asked: 'https://evil.example/cb' },
    { name: 'D118: an added port on https loopback', asked: 'https://localhost:54321/secure' },
    { name: 'D119: none of several', asked: 'http://127.0.0.1:54321/callback' },
    { name: 'D119: what is no URI', asked: 'http://[::1' },
  ])('$name is refused on a page, and nothing goes there', async ({ asked }) => {
    const { app } = createTestApp();
    const client_id = await registeredClientId(app, {
      redirect_uris: [
        'http://localhost/callback',
        'https://app.example.com/cb',
        'https://localhost/secure',
      ],
    });
    const { status, headers, text } = await new Browser(app, 'alice').authorize(
      client_id,
      createPkce(),
      { redirect_uri: asked },
    );
    expect(status).toBe(400);
    expect(headers).not.toHaveProperty('location');
    expect(headers).toHaveProperty('content-type', 'text/html; charset=utf-8');
    expect(text).toContain(
      '<code>invalid_request</code> (redirect_uri is not registered for this client)',
    );
    expect(text).not.toContain('<a ');
  });

  it.each(['localhost', '127.0.0.1', '[::1]'])(
    'D109: a request that is refused after matching goes back to the port of the moment: %s',
    async (host) => {
      const { app } = createTestApp();
      const client_id = await registeredClientId(app, {
        redirect_uris: [`http://${host}/callback`],
      });
      const refused = await new Browser(app).authorize(client_id, createPkce(), {
        redirect_uri: `http://${host}:54321/callback`,
        response_type: 'token',
      });
      expect(refused.status).toBe(303);
      expect(locationOf(refused)).toBe(
        `http://${host}:54321/callback?error=unsupported_response_type&error_description=response_type+must+be+code&state=xyz-state&iss=https%3A%2F%2Fauth.example.com`,
      );
    },
  );

  it('D110: a store that fails after matching is a page to try again, and no redirect', async () => {
    const memory = new MemoryStore({ now: createClock().now });
    const authorizations = Object.assign(
      Object.create(memory.authorizations) as AuthorizationStore,
      { insert: () => Promise.reject(new StoreUnavailableError('away')) },
    );
    const { app } = createTestApp({
      options: {
        store: {
          shared: false,
          clients: memory.clients,
          grants: memory.grants,
          authorizations,
          pushedRequests: memory.pushedRequests,
          consents: memory.consents,
          upstreamTokens: memory.upstreamTokens,
          initialAccessTokens: memory.initialAccessTokens,
          assertions: memory.assertions,
          stats: memory.stats,
          keys: memory.keys,
          clientStates: memory.clientStates,
          switches: memory.switches,
          claim: (issuer) => memory.claim(issuer),
          now: () => memory.now(),
          close: () => memory.close(),
        },
      },
    });
    const client_id = await registeredClientId(app, {
      redirect_uris: ['http://localhost/callback'],
    });
    const { status, headers, text } = await new Browser(app, 'alice').authorize(
      client_id,
      createPkce(),
      { redirect_uri: 'http://localhost:54321/callback' },
    );
    expect(status).toBe(503);
    expect(headers).not.toHaveProperty('location');
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'retry-after': expect.stringMatching(/^\d+$/),
    });
    expect(text).toContain('Try again');
  });
});

describe('behaviour D: the redirect URI at the token endpoint', () => {
  const asked = 'http://localhost:54321/callback';

  it.each([
    { name: 'D112: another port', redirect_uri: 'http://localhost:54322/callback' },
    { name: 'D112: no port, as it was registered', redirect_uri: 'http://localhost/callback' },
    { name: 'D113: another path', redirect_uri: 'http://localhost:54321/other' },
    { name: 'another case of the host', redirect_uri: 'http://LOCALHOST:54321/callback' },
    { name: 'a slash at the end', redirect_uri: 'http://localhost:54321/callback/' },
    { name: 'none, though the authorization request named one', redirect_uri: undefined },
  ])('$name is refused, and the code is not spent', async ({ redirect_uri }) => {
    const { app } = createTestApp();
    const client_id = await registeredClientId(app, {
      redirect_uris: ['http://localhost/callback', 'http://localhost/other'],
    });
    const pkce = createPkce();
    const code = await obtainCode(app, client_id, pkce, { redirect_uri: asked });
    const form = redemption(client_id, code, pkce, { redirect_uri });
    const refused = await tokenRequest(app, form);
    expect({ status: refused.status, body: refused.body }).toEqual({
      status: 400,
      body: INVALID_GRANT,
    });
    const redeemed = await tokenRequest(app, { ...form, redirect_uri: asked });
    expect(redeemed.status).toBe(200);
  });
});
