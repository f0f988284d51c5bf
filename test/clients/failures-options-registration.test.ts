import { describe, expect, it } from '@jest/globals';
import supertest from 'supertest';
import { expectApiError } from '../http/support/expect.ts';
import { createMcpApp } from './support/mcp-app.ts';
import { CODEX } from './support/measured.ts';
import { register } from './support/replay.ts';

const PRIVATE_USE = 'cursor://anysphere.cursor-mcp/oauth/callback';
const WEB = 'https://www.cursor.com/agents/mcp/oauth/callback';
const LOOPBACK = 'http://localhost:8787/callback';
const BAD = 'http://cursor.example.com/callback';
const INITIAL_ACCESS_TOKEN = 'an-initial-access-token-of-a-test-0123456789';

function cursor(redirect_uris: readonly string[], method = 'none'): object {
  return { client_name: 'Cursor', redirect_uris, token_endpoint_auth_method: method };
}

describe('row 21, Cursor, when one of its three redirect URIs is not acceptable', () => {
  it.each([
    { name: 'a bad one among them refuses all', option: 'reject' as const },
    { name: 'a bad one among them refuses all by default', option: undefined },
  ])('row 21: $name', async ({ option }) => {
    const options = option && { invalidRedirectUris: option };
    const { app } = createMcpApp({ options: { ...options } });
    const body = cursor([PRIVATE_USE, BAD, LOOPBACK]);
    const refused = await supertest(app).post('/oauth/register').send(body);
    expectApiError(refused, 400, 'invalid_redirect_uri');
  });

  it.each([
    {
      name: 'one that is not acceptable',
      method: 'none',
      sent: [PRIVATE_USE, BAD, LOOPBACK],
      kept: [PRIVATE_USE, LOOPBACK],
    },
    {
      name: 'those that a client with a secret cannot have',
      method: 'client_secret_post',
      sent: [PRIVATE_USE, WEB, LOOPBACK],
      kept: [WEB],
    },
  ])(
    'row 21, Cursor: with invalidRedirectUris: drop, $name is left out, and the answer says so',
    async ({ method, sent, kept }) => {
      const { app } = createMcpApp({ options: { invalidRedirectUris: 'drop' } });
      const registered = await register(app, cursor(sent, method));
      expect(registered.redirect_uris).toEqual(kept);
    },
  );

  it('row 21: with invalidRedirectUris: drop, a registration with no good one is refused still', async () => {
    const { app } = createMcpApp({ options: { invalidRedirectUris: 'drop' } });
    const refused = await supertest(app)
      .post('/oauth/register')
      .send(cursor([BAD]));
    expectApiError(refused, 400, 'invalid_redirect_uri');
  });
});

describe('row 35, clients that register again and again', () => {
  const token = {
    registration: 'token' as const,
    initialAccessTokens: [INITIAL_ACCESS_TOKEN],
  };

  it.each([
    { name: 'without a token', header: undefined },
    { name: 'with another token', header: 'Bearer not-the-initial-access-token-of-a-test' },
    { name: 'with the token as a password', header: `Basic ${btoa(`x:${INITIAL_ACCESS_TOKEN}`)}` },
  ])('row 35: with registration: token, nobody registers $name', async ({ header }) => {
    const { app } = createMcpApp({ options: token });
    const request = supertest(app).post('/oauth/register');
    if (header !== undefined) request.set('Authorization', header);
    expectApiError(await request.send(CODEX.registration), 401, 'invalid_token');
  });

  it('row 35: with registration: token, who was given one registers', async () => {
    const { app } = createMcpApp({ options: token });
    const { status, body } = await supertest(app)
      .post('/oauth/register')
      .auth(INITIAL_ACCESS_TOKEN, { type: 'bearer' })
      .send(CODEX.registration);
    expect({ status, body }).toMatchObject({ status: 201, body: { ...CODEX.registration } });
  });

  it('row 35: with registration: off, no client is told that it could register', async () => {
    const { app } = createMcpApp({ options: { registration: 'off' } });
    const { status, body } = await supertest(app).get('/.well-known/oauth-authorization-server');
    expect(status).toBe(200);
    expect(body).not.toHaveProperty('registration_endpoint');
    const refused = await supertest(app).post('/oauth/register').send(CODEX.registration);
    expect({ status: refused.status, body: refused.body }).toMatchObject({
      status: 403,
      body: { error: 'access_denied' },
    });
  });
});
