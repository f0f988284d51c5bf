import { describe, expect, it } from '@jest/globals';
import type { AuthorizationServerOptions } from '../../lib/options/options.ts';
import { METADATA, obtainTokens, register, type Tokens } from '../support/flow.ts';
import { expectApiError } from './support/expect.ts';
import { FORM_TYPE, JSON_TYPE, send, type Answer } from './support/send.ts';
import { createTwoApps, createWatchedApp, type WatchedApp } from './support/watched-app.ts';

const TOKEN = 'an-initial-access-token-of-these-tests.one~+/==';
const OTHER = 'an-initial-access-token-of-these-tests.another_';
const OPTIONS = { registration: 'token', initialAccessTokens: [TOKEN, OTHER] } as const;
const BODY = JSON.stringify(METADATA);

const MISSING = 'Bearer realm="client registration"';
const WRONG =
  'Bearer realm="client registration", error="invalid_token", error_description="the initial access token is not known"';

const appOf = (options: Partial<AuthorizationServerOptions> = OPTIONS): WatchedApp =>
  createWatchedApp({ options });

async function post(
  { app }: Pick<WatchedApp, 'app'>,
  Authorization?: string,
  { body = BODY, path = '/oauth/register' } = {},
): Promise<Answer> {
  const headers = { ...JSON_TYPE, ...(Authorization !== undefined && { Authorization }) };
  return send(app, 'POST', path, { headers, body });
}

/** A refusal that says how to do it, keeps nothing and tells the log no token. */
function expectRefused(answer: Answer, { store, log }: WatchedApp, challenge: string): void {
  expectApiError(answer, 401, 'invalid_token');
  expect(answer.headers['www-authenticate']).toBe(challenge);
  expect(store.writes).toEqual([]);
  expect(log.text()).not.toContain('an-initial-access-token');
}

describe("POST /oauth/register with registration: 'token' (RFC 7591 §3)", () => {
  it.each([
    undefined,
    '',
    `Basic ${Buffer.from(`:${TOKEN}`).toString('base64')}`,
    `Token ${TOKEN}`,
    `DPoP ${TOKEN}`,
    `Bearer:${TOKEN}`,
    `Bearer\t${TOKEN}`,
    `Bearer${TOKEN}`,
    TOKEN,
  ])('refuses who brings no bearer token: %s (REG-35)', async (authorization) => {
    const made = appOf();
    const answer = await post(made, authorization);
    expectRefused(answer, made, MISSING);
    expect(answer.body).toHaveProperty(
      'error_description',
      'registration needs an initial access token',
    );
  });

  it.each([
    'Bearer ',
    'Bearer',
    'Bearer x',
    `Bearer ${TOKEN.slice(0, -1)}`,
    `Bearer ${TOKEN}=`,
    `Bearer ${TOKEN.toUpperCase()}`,
    `Bearer ${TOKEN},${OTHER}`,
    `Bearer ${TOKEN} ${OTHER}`,
    `Bearer "${TOKEN}"`,
    `Bearer ${TOKEN}, Bearer ${OTHER}`,
    `Bearer undefined`,
    `Bearer ${'a'.repeat(10_000)}`,
  ])('refuses a token that is not known: %s (REG-35)', async (authorization) => {
    const made = appOf();
    expectRefused(await post(made, authorization), made, WRONG);
  });

  it.each([
    `/oauth/register?access_token=${encodeURIComponent(TOKEN)}`,
    `/oauth/register?initial_access_token=${encodeURIComponent(TOKEN)}`,
  ])('takes no token from the query: %s (REG-35)', async (path) => {
    const made = appOf();
    expectRefused(await post(made, undefined, { path }), made, MISSING);
  });

  it.each(['access_token', 'initial_access_token', 'authorization', 'registration_access_token'])(
    'takes no token from the member %s of the body (REG-35)',
    async (name) => {
      const made = appOf();
      const body = JSON.stringify({ ...METADATA, [name]: TOKEN });
      expectRefused(await post(made, undefined, { body }), made, MISSING);
    },
  );

  it('takes no token from a form (REG-35)', async () => {
    const made = appOf();
    const body = new URLSearchParams({ access_token: TOKEN }).toString();
    const answer = await send(made.app, 'POST', '/oauth/register', { headers: FORM_TYPE, body });
    expectRefused(answer, made, MISSING);
  });

  it.each(['access_token', 'refresh_token'] as const)(
    'takes no %s for one (REG-35)',
    async (name) => {
      const { first, second, store } = createTwoApps({}, { options: OPTIONS });
      const tokens: Tokens = await obtainTokens(first.app, 'openid offline_access');
      store.forget();
      const made = { ...second, store };
      expectRefused(await post(made, `Bearer ${tokens[name] ?? ''}`), made, WRONG);
      expect(second.log.text()).not.toContain(tokens[name]);
    },
  );

  it('takes no client id and secret for one', async () => {
    const made = appOf();
    const { body } = await post(made, `Bearer ${TOKEN}`, {
      body: JSON.stringify({
        redirect_uris: ['https://app.example.com/cb'],
        token_endpoint_auth_method: 'client_secret_basic',
      }),
    });
    const { client_secret } = body as { client_secret: string };
    expect(client_secret).toMatch(/^[\w-]{43}$/);
    made.store.forget();
    expectRefused(await post(made, `Bearer ${client_secret}`), made, WRONG);
  });

  it.each([
    { name: 'as it is', authorization: `Bearer ${TOKEN}` },
    { name: 'after a scheme in lower case', authorization: `bearer ${TOKEN}` },
    { name: 'after a scheme in upper case', authorization: `BEARER ${TOKEN}` },
    { name: 'between spaces', authorization: `Bearer   ${TOKEN}  ` },
    { name: 'that is the second one', authorization: `Bearer ${OTHER}` },
  ])('takes a token $name (REG-35)', async ({ authorization }) => {
    const made = appOf();
    const answer = await post(made, authorization);
    expect(answer.status).toBe(201);
    expect(answer.headers).not.toHaveProperty('www-authenticate');
    expect(answer.text).not.toContain('an-initial-access-token');
    expect(made.store.writes).toEqual(['clients.insert']);
    expect(made.log.text()).not.toContain('an-initial-access-token');
  });

  it('takes the same token again and again: it is fixed (REG-35)', async () => {
    const made = appOf();
    for (let i = 0; i < 3; i += 1) {
      expect((await post(made, `Bearer ${TOKEN}`)).status).toBe(201);
    }
    expect(made.store.writes).toHaveLength(3);
  });

  it('does not use a token up for a request that is invalid (REG-36)', async () => {
    const made = appOf();
    const bad = { body: JSON.stringify({ redirect_uris: ['http://app.example.com/'] }) };
    const refused = await post(made, `Bearer ${TOKEN}`, bad);
    expectApiError(refused, 400, 'invalid_redirect_uri');
    expect(refused.headers).not.toHaveProperty('www-authenticate');
    expect((await post(made, `Bearer ${TOKEN}`)).status).toBe(201);
  });

  it('looks at the token before anything of the body', async () => {
    const made = appOf();
    for (const sent of [
      { headers: JSON_TYPE, body: 'x'.repeat(64 * 1024 + 1) },
      { headers: { ...JSON_TYPE, 'Content-Length': '10000000000' }, headersOnly: true },
      { headers: { 'Content-Type': 'text/plain' }, body: 'x' },
      { headers: { ...JSON_TYPE, 'Content-Encoding': 'gzip' }, body: 'x' },
      { headers: JSON_TYPE, body: '{' },
    ]) {
      expectRefused(await send(made.app, 'POST', '/oauth/register', sent), made, MISSING);
    }
    const body = 'x'.repeat(64 * 1024 + 1);
    expectApiError(await post(made, `Bearer ${TOKEN}`, { body }), 413, 'invalid_request');
  });

  it('lets a page of another origin bring a token, and read why it was refused', async () => {
    const { app } = appOf();
    const Origin = 'https://spa.example';
    const preflight = await send(app, 'OPTIONS', '/oauth/register', {
      headers: {
        Origin,
        'Access-Control-Request-Method': 'POST',
        'Access-Control-Request-Headers': 'authorization,content-type',
      },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': expect.stringMatching(/\bauthorization\b/),
    });
    const refused = await send(app, 'POST', '/oauth/register', {
      headers: { ...JSON_TYPE, Origin },
      body: BODY,
    });
    expectApiError(refused, 401, 'invalid_token');
    expect(refused.headers).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-expose-headers': expect.stringMatching(/www-authenticate/),
    });
  });

  it('still says where to register', () => {
    expect(appOf().server.metadata.registration_endpoint).toBe(
      'https://auth.example.com/oauth/register',
    );
  });

  it('says at start that it is so, and no token', () => {
    const { log } = appOf();
    expect(log.at('info')[0]?.fields).toHaveProperty('registration', 'token');
    expect(log.text()).not.toContain('an-initial-access-token');
  });
});

describe("POST /oauth/register with registration: 'open'", () => {
  it.each([{}, { registration: 'open' }] as const)(
    'ignores what comes in the Authorization header: %j',
    async (options) => {
      const made = appOf(options);
      for (const authorization of ['Bearer x', 'Bearer', 'Basic eDp5', `Bearer ${TOKEN}`, 'x']) {
        expect((await post(made, authorization)).status).toBe(201);
      }
      expect((await register(made.app)).status).toBe(201);
    },
  );
});
