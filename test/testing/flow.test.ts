import { afterEach, describe, expect, it } from '@jest/globals';
import {
  authorize,
  expectOAuthError,
  knownClient,
  refresh,
  registerClient,
  request,
  revoke,
  tokens,
} from '../../lib/testing.ts';
import { changing, hostApp, SCOPE, type Change, type HostApp } from './bench.ts';

let host: HostApp;
afterEach(() => host.server.close());

describe('the way of a client, in a few lines', () => {
  it.each([
    { name: 'without a secret', metadata: {} },
    ...['client_secret_basic', 'client_secret_post'].map((token_endpoint_auth_method) => ({
      name: `with ${token_endpoint_auth_method}`,
      metadata: { token_endpoint_auth_method, redirect_uris: ['https://app.example.com/cb'] },
    })),
  ])('goes from registration to the API and back out: $name', async ({ metadata }) => {
    host = hostApp();
    const { app } = host;
    const client = await registerClient(app, { scope: 'profile', ...metadata });
    expect(client.scope).toBe(SCOPE);
    const had = await tokens(app, client, await authorize(app, client, { scope: SCOPE }));
    const answer = await request(app, '/api', { token: had.access_token });
    expect(answer).toMatchObject({ status: 200, body: { sub: 'alice' } });
    const next = await refresh(app, client, had, { scope: 'profile' });
    expect(next.scope).toBe('profile');
    await revoke(app, client, next);
    await expectOAuthError(refresh(app, client, next), { status: 400, error: 'invalid_grant' });
  });

  it('knows the persons apart whose sessions it is given, and who is there by default', async () => {
    host = hostApp();
    const { app, server } = host;
    const client = await registerClient(app);
    const subOf = async (options: Parameters<typeof authorize>[2]): Promise<unknown> => {
      const { access_token } = await tokens(app, client, await authorize(app, client, options));
      return (await request(app, '/api', { token: access_token })).body;
    };
    const bob = server.login.session({ sub: 'bob' });
    expect(await subOf({ as: bob })).toEqual({ sub: 'bob' });
    expect(await subOf({})).toEqual({ sub: 'alice' });
    server.login.loginAs({ sub: 'carol' });
    expect(await subOf({})).toEqual({ sub: 'carol' });
    expect(await subOf({ as: bob, parameters: { prompt: 'login' } })).toEqual({ sub: 'bob' });
    server.login.loginAs();
    await expect(authorize(app, client)).rejects.toThrow('the person stayed on /login (404)');
  });

  it('ends with the account of the person', async () => {
    host = hostApp();
    const { app, server } = host;
    const client = await registerClient(app);
    const had = await tokens(app, client, await authorize(app, client, { scope: SCOPE }));
    server.login.endAccount('alice');
    await expectOAuthError(refresh(app, client, had), { error: 'invalid_grant' });
  });

  it('finds a server whose issuer has a path, when it is told', async () => {
    const issuer = 'https://auth.example.com/tenant';
    host = hostApp({ issuer });
    const { app } = host;
    await expect(registerClient(app)).rejects.toThrow('pass { issuer } when it has a path');
    const client = await registerClient(app, {}, { issuer });
    expect(await authorize(app, client)).toMatchObject({ iss: issuer });
  });

  it('takes a client of the configuration', async () => {
    const given = {
      client_id: 'desk',
      client_secret: 'a:secret:with:colons:that-is-long-enough',
      redirect_uris: ['https://desk.example.com/cb'],
    };
    host = hostApp({ clients: [{ ...given, scope: 'profile' }] });
    const client = await knownClient(host.app, given);
    const authorization = await authorize(host.app, client, { scope: 'profile' });
    expect((await tokens(host.app, client, authorization)).scope).toBe('profile');
    const other = { ...authorization, code_verifier: 'x'.repeat(43) };
    await expectOAuthError(tokens(host.app, client, other), { error: 'invalid_grant' });
  });

  it('says which scopes are missing on the consent page', async () => {
    host = hostApp();
    const client = await registerClient(host.app);
    const asked = authorize(host.app, client, { scope: 'profile', ticked: ['email'] });
    await expect(asked).rejects.toThrow('not on the consent page: email');
  });

  it('sees that the person is sent elsewhere', async () => {
    const away = changing('/oauth/authorize', {
      headers: { location: () => 'https://idp.example/login?state=x' },
    });
    host = hostApp({}, {}, [away]);
    const client = await registerClient(host.app);
    await expect(authorize(host.app, client)).rejects.toThrow(
      'sent to https://idp.example/login, which is not this app',
    );
  });
});

const inQuery = (change: (query: URLSearchParams) => void): Change => ({
  headers: {
    location(value) {
      const url = new URL(value);
      change(url.searchParams);
      return url.href;
    },
  },
});
const REGISTER = '/oauth/register';
const CONSENT = '/oauth/consent';
const TOKEN = '/oauth/token';
const cached: Change = { headers: { 'cache-control': () => undefined } };
const withBody = (more: object): Change => ({ body: (body) => ({ ...body, ...more }) });

describe('a client that is strict', () => {
  it.each<{ name: string; at: string; change: Change; message: RegExp }>([
    { name: 'a cached registration', at: REGISTER, change: cached, message: /kept by a cache/ },
    {
      name: 'a registration without JSON',
      at: REGISTER,
      change: { headers: { 'content-type': () => 'text/html' } },
      message: /not sent as application\/json/,
    },
    {
      name: 'a secret for a public client',
      at: REGISTER,
      change: withBody({ client_secret: 'x' }),
      message: /a client with none has no secret/,
    },
    {
      name: 'another state',
      at: CONSENT,
      change: inQuery((query) => query.set('state', 'x')),
      message: /the state that the client gets is 'x'/,
    },
    {
      name: 'no iss',
      at: CONSENT,
      change: inQuery((query) => query.delete('iss')),
      message: /the iss that the client gets is undefined, not 'https:\/\/auth.example.com'/,
    },
    {
      name: 'two codes',
      at: CONSENT,
      change: inQuery((query) => query.append('code', 'x')),
      message: /the client gets code twice/,
    },
    {
      name: 'neither code nor error',
      at: CONSENT,
      change: inQuery((query) => query.delete('code')),
      message: /neither a code nor an error/,
    },
    { name: 'a redirect in a cache', at: CONSENT, change: cached, message: /kept by a cache/ },
    { name: 'tokens in a cache', at: TOKEN, change: cached, message: /kept by a cache/ },
    {
      name: 'more than was asked for',
      at: TOKEN,
      change: withBody({ scope: 'profile email' }),
      message: /more was granted than asked for: email/,
    },
    {
      name: 'a token of another type',
      at: TOKEN,
      change: withBody({ token_type: 'DPoP' }),
      message: /not of the type Bearer/,
    },
    {
      name: 'a token without an end',
      at: TOKEN,
      change: withBody({ expires_in: '3600' }),
      message: /expires_in is no number of seconds/,
    },
  ])('does not take $name', async ({ at, change, message }) => {
    let isOn = false;
    const change1 = changing(at, change);
    // Whoever is given a form gets it as it is.
    host = hostApp({}, {}, [
      (req, res, next) => {
        isOn = req.method === 'POST';
        if (isOn) change1(req, res, next);
        else next();
      },
    ]);
    const flow = async (): Promise<unknown> => {
      const client = await registerClient(host.app);
      return tokens(host.app, client, await authorize(host.app, client, { scope: 'profile' }));
    };
    await expect(flow()).rejects.toThrow(message);
  });
});
