import { afterEach, describe, expect, it } from '@jest/globals';
import supertest from 'supertest';
import {
  authorize,
  expectOAuthError,
  refresh,
  registerClient,
  request,
  tokens,
} from '../../lib/testing.ts';
import { hostApp, SCOPE, type HostApp } from './bench.ts';

const NO_STORE = { 'content-type': 'application/json', 'cache-control': 'no-store' };

let host: HostApp | undefined;
afterEach(async () => {
  await host?.server.close();
  host = undefined;
});

describe('expectOAuthError', () => {
  it('takes answers of supertest, of fetch and of the helpers, and promises of them', async () => {
    host = hostApp();
    const { app } = host;
    const wrong = { grant_type: 'refresh_token', client_id: 'nobody', refresh_token: 'x' };
    const want = { status: 401, error: 'invalid_client', error_description: /not known/ };
    const asked = (): supertest.Test =>
      supertest(app).post('/oauth/token').type('form').send(wrong);
    await expectOAuthError(asked(), want);
    const { status, headers, text } = await asked();
    await expectOAuthError(new Response(text, { status, headers: headers as HeadersInit }), want);
    await expectOAuthError(request(app, '/oauth/token', { method: 'POST', form: wrong }), want);
    const client = await registerClient(app);
    await expectOAuthError(refresh(app, client, { refresh_token: 'x' }), {
      error: 'invalid_grant',
    });
  });

  it('gives back what there was', async () => {
    host = hostApp();
    const client = await registerClient(host.app);
    const denied = authorize(host.app, client, { scope: 'profile', decision: 'deny' });
    expect(await expectOAuthError(denied, {})).toEqual({
      status: 303,
      error: 'access_denied',
      error_description: expect.any(String),
    });
  });

  it('finds an error on a page that leaves it to the person whether to go back', async () => {
    host = hostApp({}, { person: undefined });
    const redirect_uris = ['https://app.example.com/cb'];
    const client = await registerClient(host.app, { redirect_uris });
    const asked = authorize(host.app, client, { scope: 'nonsense' });
    await expectOAuthError(asked, { status: 400, error: 'invalid_scope' });
    const unproven = authorize(host.app, client, { redirect_uri: 'https://evil.example/cb' });
    await expectOAuthError(unproven, { status: 400, error: 'invalid_request' });
  });

  it('reads a challenge, with and without a code', async () => {
    host = hostApp();
    const forged = await request(host.app, '/api', { token: 'forged' });
    const want = { status: 401, error: 'invalid_token' };
    await expectOAuthError(forged, want);
    await expectOAuthError({ ...forged, body: undefined }, want);
    const bare = { status: 401, headers: { 'www-authenticate': 'Bearer realm="a"' } };
    await expectOAuthError(bare, { status: 401, error: undefined });
  });

  const answer = (status: number, body: unknown, headers: object = NO_STORE): object => ({
    status,
    body,
    headers,
  });
  it.each([
    {
      name: 'another error',
      given: answer(400, { error: 'invalid_scope', error_description: 'no such scope' }),
      message: 'expected 400 invalid_grant, but it was 400 invalid_scope (no such scope)',
    },
    {
      name: 'another status',
      given: answer(401, { error: 'invalid_grant' }),
      message: 'expected 400 invalid_grant, but it was 401 invalid_grant',
    },
    {
      name: 'a success',
      given: answer(200, { access_token: 'x' }),
      message: 'expected 400 invalid_grant, but it went well: status 200',
    },
    {
      name: 'a page',
      given: answer(400, {}, { 'content-type': 'text/html' }),
      message: 'a 400 with neither an OAuth error in its body nor a challenge',
    },
    {
      name: 'an error in a cache',
      given: answer(400, { error: 'invalid_grant' }, { 'content-type': 'application/json' }),
      message: 'the error may be kept by a cache',
    },
    {
      name: 'an error that is no text',
      given: answer(400, { error: { code: 'invalid_grant' } }),
      message: "the type of error is 'object', not 'string'",
    },
    { name: 'nothing', given: Promise.resolve(), message: /there was no answer to look at/ },
  ])('fails, and says why, for $name', async ({ given, message }) => {
    const expected = { status: 400, error: 'invalid_grant' };
    await expect(expectOAuthError(given, expected)).rejects.toThrow(message);
  });

  it('fails for another sentence', async () => {
    const given = answer(400, { error: 'invalid_grant', error_description: 'over' });
    await expect(expectOAuthError(given, { error_description: /unknown/ })).rejects.toThrow(
      'expected an OAuth error (/unknown/), but it was 400 invalid_grant (over)',
    );
  });

  it('fails for tokens without showing them, and lets other failures through', async () => {
    host = hostApp();
    const { app } = host;
    const client = await registerClient(app);
    const had = tokens(app, client, await authorize(app, client, { scope: SCOPE }));
    await expect(expectOAuthError(had, { error: 'invalid_grant' })).rejects.toThrow(
      /^expected invalid_grant, but it went well: access_token, token_type, [a-z_, ]+$/,
    );
    const broken = Promise.reject(new RangeError('something else'));
    await expect(expectOAuthError(broken, {})).rejects.toThrow(RangeError);
  });
});
