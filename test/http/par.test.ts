import { beforeEach, describe, expect, it } from '@jest/globals';
import supertest from 'supertest';
import { ISSUER } from '../support/app.ts';
import {
  BASIC_CHALLENGE,
  basic,
  INVALID_CLIENT,
  registeredConfidential,
  SECRET_METHODS,
  WEB_REDIRECT_URI,
} from '../support/confidential.ts';
import {
  authorizationQuery,
  createPkce,
  REDIRECT_URI,
  registeredClientId,
  type Query,
} from '../support/flow.ts';
import { asserted, assertionOf, newClientKey, registeredWithKeys } from '../support/key-client.ts';
import { push } from '../support/pushed.ts';
import { expectApiError } from './support/expect.ts';
import { createWatchedApp, type WatchedApp } from './support/watched-app.ts';

const REQUEST_URI = /^urn:ietf:params:oauth:request_uri:[\w-]{22}$/;
const OPTIONS = { resources: ['/mcp', 'https://api.example.com/v1'] };
const RESOURCE = `${ISSUER}/mcp`;

let made: WatchedApp;
let client_id: string;

beforeEach(async () => {
  made = createWatchedApp({ options: OPTIONS });
  client_id = await registeredClientId(made.app);
  made.store.forget();
});

describe('POST /oauth/par (RFC 9126 §2.1): refused', () => {
  it.each<{ name: string; query: Query; error: string }>([
    { name: 'request_uri', query: { request_uri: 'urn:x' }, error: 'invalid_request' },
    {
      name: 'request_uri twice',
      query: { request_uri: ['urn:ietf:params:oauth:request_uri:a', 'https://a.example'] },
      error: 'invalid_request',
    },
    { name: 'a request object', query: { request: 'e30.e30.' }, error: 'request_not_supported' },
    { name: 'no response_type', query: { response_type: undefined }, error: 'invalid_request' },
    {
      name: 'a response_type that is not offered',
      query: { response_type: 'token' },
      error: 'unsupported_response_type',
    },
    { name: 'no challenge', query: { code_challenge: undefined }, error: 'invalid_request' },
    {
      name: 'a plain challenge',
      query: { code_challenge_method: 'plain' },
      error: 'invalid_request',
    },
    {
      name: 'a redirect URI that is not registered',
      query: { redirect_uri: 'https://evil.example/cb' },
      error: 'invalid_request',
    },
    { name: 'no redirect URI', query: { redirect_uri: undefined }, error: 'invalid_request' },
    {
      name: 'two redirect URIs',
      query: { redirect_uri: [REDIRECT_URI, REDIRECT_URI] },
      error: 'invalid_request',
    },
    { name: 'two states', query: { state: ['a', 'b'] }, error: 'invalid_request' },
    { name: 'a scope beyond the ceiling', query: { scope: 'admin' }, error: 'invalid_scope' },
    { name: 'a malformed scope', query: { scope: '"' }, error: 'invalid_scope' },
    { name: 'no resource where there are two', query: {}, error: 'invalid_target' },
    {
      name: 'a resource that is not here',
      query: { resource: 'https://evil.example' },
      error: 'invalid_target',
    },
    { name: 'prompt none login', query: { prompt: 'none login' }, error: 'invalid_request' },
    { name: 'a max_age that is no number', query: { max_age: 'x' }, error: 'invalid_request' },
  ])('is $name, and nothing is kept (AUTHZ-33)', async ({ name, query, error }) => {
    const isWithout = name.startsWith('no resource');
    const resource = isWithout ? {} : { resource: RESOURCE };
    const answer = await push(made.app, client_id, createPkce(), { ...resource, ...query });
    expectApiError(answer, 400, error);
    expect(made.store.writes).toEqual([]);
  });

  it('is a request that is longer than the authorization endpoint could take', async () => {
    const query = { resource: RESOURCE, state: 's'.repeat(4096), nonce: 'n'.repeat(512) };
    const scope = 'openid '.repeat(600);
    const answer = await push(made.app, client_id, createPkce(), { ...query, scope });
    expectApiError(answer, 413, 'invalid_request');
    expect(made.store.writes).toEqual([]);
  });

  it('is a body larger than any request', async () => {
    const answer = await push(made.app, client_id, createPkce(), { x: 'x'.repeat(65 * 1024) });
    expectApiError(answer, 413, 'invalid_request');
  });

  it.each(['GET', 'PUT', 'DELETE'] as const)(
    'is %s, with the methods that work',
    async (method) => {
      const agent = supertest(made.app);
      const url = '/oauth/par';
      const request = { GET: agent.get(url), PUT: agent.put(url), DELETE: agent.delete(url) }[
        method
      ];
      const answer = await request;
      expectApiError(answer, 405, 'invalid_request');
      expect(answer.headers).toHaveProperty('allow', 'POST');
    },
  );

  it('is a body in JSON', async () => {
    const answer = await supertest(made.app).post('/oauth/par').send({ client_id });
    expectApiError(answer, 415, 'invalid_request');
  });

  it('is temporary where the request cannot be kept', async () => {
    made.store.fail('pushedRequests.insert');
    const answer = await push(made.app, client_id, createPkce(), { resource: RESOURCE });
    expectApiError(answer, 503, 'temporarily_unavailable');
  });
});

describe('POST /oauth/par: who asks (RFC 9126 §2.1)', () => {
  const query = { resource: RESOURCE, redirect_uri: WEB_REDIRECT_URI };

  it.each([
    { name: 'nobody', id: undefined, status: 400, error: 'invalid_request' },
    { name: 'a client that nobody knows', id: 'x', status: 401, error: 'invalid_client' },
  ])('$name is refused (AUTHZ-33)', async ({ id, status, error }) => {
    const answer = await push(made.app, '', createPkce(), { ...query, client_id: id });
    expectApiError(answer, status, error);
    expect(made.store.writes).toEqual([]);
  });

  it.each(SECRET_METHODS)(
    'a confidential client with %s authenticates as at the token endpoint (AUTHZ-33)',
    async (token_endpoint_auth_method) => {
      const { client_id: id, client_secret } = await registeredConfidential(made.app, {
        token_endpoint_auth_method,
      });
      made.store.forget();
      const bare = await push(made.app, id, createPkce(), query);
      expectApiError(bare, 401, 'invalid_client');
      expect(bare.body).toEqual(INVALID_CLIENT);
      const wrong = { Authorization: basic(`${id}:wrong`) };
      const refused = await push(made.app, id, createPkce(), query, wrong);
      expectApiError(refused, 401, 'invalid_client');
      expect(refused.headers).toHaveProperty('www-authenticate', BASIC_CHALLENGE);
      expect(made.store.writes).toEqual([]);
      const inBody = await push(made.app, id, createPkce(), { ...query, client_secret });
      expect(inBody.status).toBe(201);
      // The header alone says who it is.
      const right = { Authorization: basic(`${id}:${client_secret}`) };
      const anonymous = { ...query, client_id: undefined };
      expect((await push(made.app, id, createPkce(), anonymous, right)).status).toBe(201);
    },
  );

  it.each([
    { name: 'the issuer', aud: ISSUER, status: 201 },
    { name: 'the token endpoint', aud: `${ISSUER}/oauth/token`, status: 201 },
    { name: 'this endpoint', aud: `${ISSUER}/oauth/par`, status: 201 },
    { name: 'another endpoint', aud: `${ISSUER}/oauth/revoke`, status: 401 },
  ])(
    'an assertion of a client with a key may be addressed to here by any of three names: $name, $status',
    async ({ aud, status }) => {
      const key = await newClientKey();
      const id = await registeredWithKeys(made.app, [key.publicJwk]);
      made.store.forget();
      const assertion = await assertionOf(key, id, { aud, now: made.clock.now });
      const answer = await push(made.app, id, createPkce(), { ...query, ...asserted(assertion) });
      if (status === 201) {
        expect({ status: answer.status, body: answer.body }).toEqual({
          status,
          body: { request_uri: expect.stringMatching(REQUEST_URI), expires_in: 90 },
        });
        expect(made.store.writes).toEqual(['assertions.use', 'pushedRequests.insert']);
      } else {
        expectApiError(answer, status, 'invalid_client');
        expect(answer.body).toEqual(INVALID_CLIENT);
        expect(made.store.writes).toEqual([]);
      }
    },
  );

  it('a client cannot push in the name of another', async () => {
    const confidential = await registeredConfidential(made.app);
    const { client_id: id, client_secret } = confidential;
    const headers = { Authorization: basic(`${id}:${client_secret}`) };
    const answer = await push(made.app, client_id, createPkce(), query, headers);
    expectApiError(answer, 401, 'invalid_client');
  });
});

describe('POST /oauth/par: kept (RFC 9126 §2.2)', () => {
  it('answers with a reference that is good for 90 seconds, and nobody may keep it', async () => {
    const answer = await push(made.app, client_id, createPkce(), { resource: RESOURCE });
    expect({ status: answer.status, body: answer.body }).toEqual({
      status: 201,
      body: { request_uri: expect.stringMatching(REQUEST_URI), expires_in: 90 },
    });
    expect(answer.headers).toMatchObject({
      'cache-control': 'no-store',
      'content-type': expect.stringMatching(/^application\/json/),
      'access-control-allow-origin': '*',
    });
    expect(made.store.writes).toEqual(['pushedRequests.insert']);
  });

  it('keeps what an authorization request says, and no secret and nothing that nobody knows', async () => {
    const confidential = await registeredConfidential(made.app);
    const query = { resource: RESOURCE, redirect_uri: WEB_REDIRECT_URI, scope: 'openid' };
    const pkce = createPkce();
    const { client_id: id, client_secret } = confidential;
    const more = { client_secret, audience: 'x', isAdmin: '1' };
    const { body } = await push(made.app, id, pkce, { ...query, ...more });
    const requestId = (body as { request_uri: string }).request_uri.split(':').at(-1) ?? '';
    const kept = await made.store.pushedRequests.find(requestId);
    const said = new URLSearchParams(authorizationQuery(id, pkce, query));
    said.delete('client_id');
    expect(kept).toMatchObject({ client_id: id, parameters: said.toString() });
  });

  it('is announced, and whether it is required', () => {
    const endpoint = { pushed_authorization_request_endpoint: `${ISSUER}/oauth/par` };
    const { metadata } = made.server;
    expect(metadata).toMatchObject(endpoint);
    expect(metadata).not.toHaveProperty('require_pushed_authorization_requests');
    const options = { requirePushedAuthorizationRequests: true };
    expect(createWatchedApp({ options }).server.metadata).toMatchObject({
      ...endpoint,
      require_pushed_authorization_requests: true,
    });
  });
});
