import { describe, expect, it } from '@jest/globals';
import cors from 'cors';
import express, { type RequestHandler } from 'express';
import helmet from 'helmet';
import {
  BASIC_CHALLENGE,
  inHeader,
  INVALID_CLIENT,
  refreshForm,
  registeredConfidential,
  SECRET_METHODS,
  tokenRequestAs,
  WAYS,
  WEB_REDIRECT_URI,
} from '../support/confidential.ts';
import {
  Browser,
  createPkce,
  locationOf,
  METADATA,
  register,
  registeredClientId,
  tokenRequest,
  type Form,
} from '../support/flow.ts';
import { expectApiError, PAGE_HEADERS } from './support/expect.ts';
import { grantConfidentialTokens, issueConfidentialCode } from './support/confidential-grant.ts';
import { grantTokens, isRedeemable, issueCode } from './support/grant.ts';
import { compressAnswers } from './support/host-gzip.ts';
import { JSON_TYPE, send } from './support/send.ts';
import { createWatchedApp } from './support/watched-app.ts';
import { REGISTRATION_MANAGEMENT } from '../support/registration-management.ts';

const withCredentials = cors({ origin: true, credentials: true });
const parsers = [express.json(), express.urlencoded({ extended: true })];

const HOSTS: { name: string; packs?: boolean; before: RequestHandler[] }[] = [
  { name: 'cors with credentials and helmet', before: [withCredentials, helmet()] },
  { name: 'compression', packs: true, before: [compressAnswers] },
  {
    name: 'compression, cors with credentials, helmet and parsers',
    packs: true,
    before: [compressAnswers, withCredentials, helmet(), ...parsers],
  },
];

describe.each(HOSTS)('behind a host with $name (HTTP-08)', ({ before, packs = false }) => {
  const encoding = packs ? 'gzip' : undefined;

  /** What no host may change about an answer of an API endpoint. */
  function expectOurHeaders({ headers }: { headers: unknown }): void {
    expect(headers).toMatchObject({
      'content-type': expect.stringMatching(/^application\/json/),
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'access-control-allow-origin': '*',
    });
    expect(headers).not.toHaveProperty('access-control-allow-credentials');
    expect((headers as Record<string, unknown>)['content-encoding']).toBe(encoding);
  }

  it('a public client registers as ever', async () => {
    const answer = await register(createWatchedApp({ before }).app);
    expect({ status: answer.status, body: answer.body }).toEqual({
      status: 201,
      body: {
        ...METADATA,
        client_id: expect.any(String),
        client_id_issued_at: expect.any(Number),
        ...REGISTRATION_MANAGEMENT,
        scope: 'openid profile email offline_access',
      },
    });
    expectOurHeaders(answer);
  });

  it.each(SECRET_METHODS)('a confidential client registers as ever: %s', async (method) => {
    const { status, body } = await register(createWatchedApp({ before }).app, {
      redirect_uris: [WEB_REDIRECT_URI],
      token_endpoint_auth_method: method,
    });
    expect({ status, body }).toMatchObject({
      status: 201,
      body: {
        token_endpoint_auth_method: method,
        client_secret: expect.stringMatching(/^[\w-]{43}$/),
        client_secret_expires_at: 0,
      },
    });
  });

  it.each([
    { name: 'no redirect URI', metadata: { redirect_uris: [] }, error: 'invalid_redirect_uri' },
    {
      name: 'a redirect URI that may not be',
      metadata: { redirect_uris: ['http://app.example.com/cb'] },
      error: 'invalid_redirect_uri',
    },
    {
      name: 'an unknown authentication method',
      metadata: { token_endpoint_auth_method: 'client_secret_jwt' },
      error: 'invalid_client_metadata',
    },
    {
      name: 'grant types of which none is ours',
      metadata: { grant_types: ['client_credentials'] },
      error: 'invalid_client_metadata',
    },
    {
      name: 'a scope that is not supported',
      metadata: { scope: 'openid admin:all' },
      error: 'invalid_client_metadata',
    },
  ])('a registration with $name is refused as ever', async ({ metadata, error }) => {
    const { app, store } = createWatchedApp({ before });
    const answer = await register(app, metadata);
    expectApiError(answer, 400, error);
    expectOurHeaders(answer);
    expect(store.writes).toEqual([]);
  });

  it('a code is exchanged and its token refreshed as ever', async () => {
    const { refresh, refreshToken } = await grantTokens({ before });
    const answer = await refresh(refreshToken);
    expect({ status: answer.status, body: answer.body }).toEqual({
      status: 200,
      body: {
        access_token: expect.any(String),
        token_type: 'Bearer',
        expires_in: 3600,
        scope: 'openid profile offline_access',
        id_token: expect.any(String),
        refresh_token: expect.stringMatching(/\.2\./),
      },
    });
    expectOurHeaders(answer);
  });

  it.each<{ name: string; change: Form; status?: number; error: string }>([
    {
      name: 'another verifier',
      change: { code_verifier: createPkce().code_verifier },
      error: 'invalid_grant',
    },
    { name: 'no verifier', change: { code_verifier: undefined }, error: 'invalid_request' },
    { name: 'another code', change: { code: 'x' }, error: 'invalid_grant' },
    { name: 'no redirect URI', change: { redirect_uri: undefined }, error: 'invalid_grant' },
    {
      name: 'another resource',
      change: { resource: 'https://x.example' },
      error: 'invalid_target',
    },
    { name: 'grant type', change: { grant_type: 'constructor' }, error: 'unsupported_grant_type' },
    { name: 'no client', change: { client_id: undefined }, error: 'invalid_request' },
    {
      name: 'an unknown client',
      change: { client_id: 'gone' },
      status: 401,
      error: 'invalid_client',
    },
  ])('a code with $name is refused as ever, and stays good', async (given) => {
    const issued = await issueCode({ before });
    const answer = await tokenRequest(issued.app, { ...issued.form, ...given.change });
    expectApiError(answer, given.status ?? 400, given.error);
    expectOurHeaders(answer);
    expect(issued.store.writes).toEqual([]);
    expect(await isRedeemable(issued)).toBe(true);
  });

  it('a client that is not known is told the scheme of the header as ever', async () => {
    const { app, form } = await issueConfidentialCode({ before });
    const stranger = inHeader({ client_id: 'gone', client_secret: 'x' });
    const { status, body, headers } = await tokenRequestAs(app, stranger, form);
    expect({ status, body }).toEqual({ status: 401, body: INVALID_CLIENT });
    expect(headers).toHaveProperty('www-authenticate', BASIC_CHALLENGE);
  });

  it.each(WAYS)('a confidential client proves itself as ever: $way', async ({ present }) => {
    const { app, client, refreshToken, store, rotate } = await grantConfidentialTokens({ before });
    const other = await registeredConfidential(app);
    store.forget();
    const wrong = present({ ...client, client_secret: other.client_secret });
    const refused = await tokenRequestAs(app, wrong, refreshForm(refreshToken));
    expectApiError(refused, 401, 'invalid_client');
    expectOurHeaders(refused);
    expect(store.writes).toEqual([]);
    const next = await rotate(refreshToken);
    expect((await tokenRequestAs(app, present(client), refreshForm(next))).status).toBe(200);
  });

  it('the pages keep their own headers, and lead to a code', async () => {
    const { app } = createWatchedApp({ before });
    const id = await registeredClientId(app);
    const browser = new Browser(app, 'alice');
    const begun = await browser.authorize(id, createPkce());
    const page = await browser.get(locationOf(begun));
    expect(page).toMatchObject({ status: 200, headers: PAGE_HEADERS });
    expect((page.headers as Record<string, unknown>)['content-encoding']).toBe(encoding);
    const decided = await browser.submit(locationOf(begun), 'allow');
    expect(decided).toMatchObject({ status: 303, headers: PAGE_HEADERS });
    expect(new URL(locationOf(decided)).searchParams.get('code')).toMatch(/^[\w-]{22}\.[\w-]{43}$/);
  });

  it('an answer of 503 is one as ever', async () => {
    const { app, store, form } = await issueCode({ before });
    store.fail();
    const answer = await tokenRequest(app, form);
    expectApiError(answer, 503, 'temporarily_unavailable');
    expectOurHeaders(answer);
    expect(answer.headers).toHaveProperty('retry-after', expect.stringMatching(/^[2-8]$/));
  });
});

/** Bodies that are no object reach the registration by whatever parser the host has. */
describe.each([
  { name: 'json that is not strict', before: [express.json({ strict: false })] },
  { name: 'text', before: [express.text({ type: '*/*' })] },
  { name: 'raw', before: [express.raw({ type: '*/*' })] },
])('behind a host that parses $name (HTTP-08)', ({ before }) => {
  it.each(['null', '1', 'true', '"text"', '[]', 'false', '""', '0'])(
    'the body %s is refused as ever',
    async (body) => {
      const { app, store } = createWatchedApp({ before });
      const answer = await send(app, 'POST', '/oauth/register', { headers: JSON_TYPE, body });
      expectApiError(answer, 400, 'invalid_client_metadata');
      expect(store.writes).toEqual([]);
    },
  );
});
