import { describe, expect, it } from '@jest/globals';
import supertest, { type Response } from 'supertest';
import { createAuthorizationServer } from '../../lib/authorization-server.ts';
import type { AuthorizationServerOptions } from '../../lib/options/options.ts';
import { createTestApp, ISSUER, RESOURCE } from '../support/app.ts';
import {
  authorizationQuery,
  Browser,
  createPkce,
  locationOf,
  redirectParameters,
  registeredClientId,
  type Query,
} from '../support/flow.ts';
import { createWatchedApp } from '../http/support/watched-app.ts';
import { expectErrorPage, returnLink } from '../http/support/expect.ts';

const CALLBACK = 'http://localhost:8080/callback';
const WEB = 'https://app.example.com/cb';

/** The answer to a registered client, in a browser where nobody is logged in. */
async function authorized(
  query: Query,
  { options = {}, metadata = {} }: { options?: object; metadata?: object } = {},
): Promise<Response> {
  const { app } = createTestApp({ options });
  const client_id = await registeredClientId(app, metadata);
  return new Browser(app).authorize(client_id, createPkce(), query);
}

function expectLogin(answer: Response, status = 302): void {
  expect(answer.status).toBe(status);
  expect(locationOf(answer)).toMatch(
    /^\/login\?return_to=%2Foauth%2Fconsent%3Fclient_id%3D[\w-]+%26request%3D[\w-]{22}$/,
  );
}

function expectSentBack(answer: Response, error: string, error_description: string): void {
  expect(answer.status).toBe(303);
  expect(locationOf(answer).startsWith(`${CALLBACK}?`)).toBe(true);
  expect(redirectParameters(answer)).toEqual({
    error,
    error_description,
    state: 'xyz-state',
    iss: ISSUER,
  });
}

describe('behaviour C: a request whose client or redirect URI is not proven', () => {
  it('C89: without client_id is a page of 400', async () => {
    const answer = await authorized({ client_id: undefined });
    expectErrorPage(answer, 400, 'invalid_request');
    expect(answer.text).toContain('the parameter client_id is missing');
  });

  it('C91: with client_id alone is a page of 400 where the only redirect URI is loopback', async () => {
    const { app } = createTestApp();
    const client_id = await registeredClientId(app);
    const answer = await supertest(app).get('/oauth/authorize').query({ client_id });
    expectErrorPage(answer, 400, 'invalid_request');
    expect(answer.text).toContain('the parameter redirect_uri is missing');
    expect(returnLink(answer.text)).toBeUndefined();
  });

  it('C91: with client_id alone offers the way back where the only redirect URI is https', async () => {
    const { app } = createTestApp();
    const client_id = await registeredClientId(app, { redirect_uris: [WEB] });
    const answer = await supertest(app).get('/oauth/authorize').query({ client_id });
    expectErrorPage(answer, 400, 'invalid_request');
    const { href = '' } = returnLink(answer.text) ?? {};
    expect(href.startsWith(`${WEB}?error=invalid_request&`)).toBe(true);
    expect(new URL(href).searchParams.get('error_description')).toBe(
      'the parameter response_type is missing',
    );
  });

  it('C92: with a redirect URI that is not registered is a page of 400, and no redirect', async () => {
    const answer = await authorized({ redirect_uri: 'http://evil.com/callback' });
    expectErrorPage(answer, 400, 'invalid_request');
    expect(answer.text).toContain('redirect_uri is not registered for this client');
    expect(answer.text).not.toContain('evil.com');
  });
});

describe('behaviour C: PKCE', () => {
  it('C94: a request without code_challenge is refused at once', async () => {
    const answer = await authorized({ code_challenge: undefined });
    expectSentBack(answer, 'invalid_request', 'PKCE is required: code_challenge is missing');
  });

  it.each(['plain', 's256', 'S512', undefined])(
    'C95: the method %s is refused at once',
    async (code_challenge_method) => {
      const answer = await authorized({ code_challenge_method });
      expectSentBack(answer, 'invalid_request', 'code_challenge_method must be S256');
    },
  );
});

describe('behaviour C: a request that is as it should be', () => {
  it('C97: leads to the login', async () => {
    expectLogin(await authorized({ resource: RESOURCE, scope: 'openid offline_access' }));
  });

  it('C98: leads to the login without a resource where there is only one', async () => {
    expectLogin(await authorized({ resource: undefined }));
  });

  it('C98: is invalid_target without a resource where there are several', async () => {
    const options = { resources: ['/mcp', '/other'] };
    const answer = await authorized({ resource: undefined }, { options });
    expect(answer.status).toBe(303);
    expect(redirectParameters(answer)).toMatchObject({ error: 'invalid_target' });
  });

  it.each([undefined, 'x', 'a b&c=d#e', '"><script>', 'a'.repeat(2_000)])(
    'C102: is accepted with any state, which comes back: %j',
    async (state) => {
      const { app } = createTestApp();
      const client_id = await registeredClientId(app);
      const browser = new Browser(app, 'alice');
      const decided = await browser.decide('allow', client_id, createPkce(), { state });
      expect(decided.status).toBe(303);
      expect(redirectParameters(decided)['state']).toBe(state);
    },
  );

  it('C103: is accepted with response_mode=query', async () => {
    expectLogin(await authorized({ response_mode: 'query' }));
  });

  it.each(['fragment', 'form_post', 'query.jwt'])(
    'C103: is refused with response_mode=%s',
    async (response_mode) => {
      const answer = await authorized({ response_mode });
      expectSentBack(answer, 'invalid_request', 'response_mode must be query');
    },
  );

  it('C104: is accepted by POST, and goes on by GET', async () => {
    const { app } = createTestApp();
    const client_id = await registeredClientId(app);
    const form = authorizationQuery(client_id, createPkce());
    expectLogin(await supertest(app).post('/oauth/authorize').type('form').send(form), 303);
  });
});

describe('behaviour C: a server that cannot be made', () => {
  it.each([
    { name: 'no login', login: undefined },
    { name: 'null for a login', login: null },
    { name: 'a login that is none', login: {} },
  ])('C100: with $name', ({ login }) => {
    const options = { issuer: ISSUER, login } as unknown as AuthorizationServerOptions;
    expect(() => createAuthorizationServer(options)).toThrow(/login/);
  });
});

describe('behaviour C: what the log says', () => {
  it('C101: an unknown client is told at debug, and at no other level', async () => {
    const { app, log } = createTestApp();
    const before = log.entries.length;
    await new Browser(app).authorize('unknown', createPkce());
    expect(log.entries.slice(before)).toEqual([
      {
        level: 'debug',
        message: 'request refused',
        fields: expect.objectContaining({ path: '/oauth/authorize', error: 'invalid_client' }),
      },
    ]);
  });

  it('C101: a store that fails is told at error', async () => {
    const { app, store, log } = createWatchedApp();
    const client_id = await registeredClientId(app);
    const before = log.entries.length;
    store.fail('clients.find');
    await new Browser(app).authorize(client_id, createPkce());
    expect(log.entries.slice(before).map(({ level, message }) => [level, message])).toEqual([
      ['error', 'request failed'],
    ]);
  });
});
