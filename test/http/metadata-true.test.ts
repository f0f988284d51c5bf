import { describe, expect, it } from '@jest/globals';
import supertest, { type Response } from 'supertest';
import type { ServerMetadata } from '../../lib/protocol/server-metadata.ts';
import { ISSUER, type TestApp } from '../support/app.ts';
import {
  Browser,
  createPkce,
  obtainCode,
  obtainTokens,
  redemption,
  redirectParameters,
  refreshRequest,
  register,
  registeredClientId,
  tokenRequest,
  type Query,
} from '../support/flow.ts';
import { expectApiError } from './support/expect.ts';
import { FORM_TYPE, send } from './support/send.ts';
import { createWatchedApp } from './support/watched-app.ts';

const AS = '/.well-known/oauth-authorization-server';
const PRM = '/.well-known/oauth-protected-resource';

async function metadataOf({ app }: TestApp): Promise<ServerMetadata> {
  return (await supertest(app).get(AS)).body as ServerMetadata;
}

/** What an authorization request of alice comes to before she is asked. */
async function begun({ app }: TestApp, query: Query): Promise<Record<string, string> | 'consent'> {
  const id = await registeredClientId(app);
  const answer: Response = await new Browser(app, 'alice').authorize(id, createPkce(), query);
  const location = (answer.headers as { location?: string }).location ?? '';
  return location.startsWith('/oauth/consent') ? 'consent' : redirectParameters(answer);
}

describe('what the metadata lists is there, and what it does not list is not (META-03)', () => {
  it('each endpoint stands where it says', async () => {
    const made = createWatchedApp();
    const { metadata } = made.server;
    expect(await metadataOf(made)).toEqual(metadata);
    const endpoints = Object.entries(metadata).filter(([name]) => /_(endpoint|uri)$/.test(name));
    const answers = await Promise.all(
      endpoints.map(async ([name, url]) => {
        expect(url).toMatch(new RegExp(`^${ISSUER}/`));
        const path = String(url).slice(ISSUER.length);
        const isPosted = /token|registration|pushed|revocation|introspection/.test(name);
        const method = isPosted ? 'POST' : 'GET';
        const headers = method === 'POST' ? FORM_TYPE : {};
        return [name, (await send(made.app, method, path, { headers })).status];
      }),
    );
    // Each answers for itself: an empty request is wrong in its own way.
    expect(Object.fromEntries(answers)).toEqual({
      authorization_endpoint: 400,
      token_endpoint: 400,
      registration_endpoint: 415,
      pushed_authorization_request_endpoint: 400,
      revocation_endpoint: 400,
      introspection_endpoint: 401,
      jwks_uri: 200,
      userinfo_endpoint: 401,
    });
  });

  it.each(['callback'])('no endpoint that is not listed: /oauth/%s', async (name) => {
    const { app, server } = createWatchedApp();
    expect(JSON.stringify(server.metadata)).not.toContain(`/oauth/${name}`);
    for (const method of ['GET', 'POST']) {
      expect((await send(app, method, `/oauth/${name}`)).status).toBe(404);
    }
  });

  it('each grant type can be registered and used', async () => {
    const made = createWatchedApp();
    expect((await metadataOf(made)).grant_types_supported).toEqual([
      'authorization_code',
      'refresh_token',
    ]);
    const tokens = await obtainTokens(made.app, 'openid offline_access');
    const refreshed = await refreshRequest(made.app, tokens.client_id, tokens.refresh_token);
    expect(refreshed.status).toBe(200);
  });

  it.each([
    'client_credentials',
    'password',
    'implicit',
    'urn:ietf:params:oauth:grant-type:device_code',
    'urn:ietf:params:oauth:grant-type:jwt-bearer',
    'urn:ietf:params:oauth:grant-type:token-exchange',
  ])('no other grant type: %s', async (grant_type) => {
    const { app } = createWatchedApp();
    const alone = await register(app, { grant_types: [grant_type] });
    expectApiError(alone, 400, 'invalid_client_metadata');
    const beside = await register(app, { grant_types: ['authorization_code', grant_type] });
    expect(beside.body).toMatchObject({ grant_types: ['authorization_code'] });
    const { client_id } = beside.body as { client_id: string };
    const answer = await tokenRequest(app, { grant_type, client_id });
    expectApiError(answer, 400, 'unsupported_grant_type');
  });

  it.each(['code', 'token', 'id_token', 'code id_token', 'none'])(
    'the response type %s is taken only when it is listed',
    async (response_type) => {
      const made = createWatchedApp();
      const { response_types_supported: listed } = await metadataOf(made);
      const outcome = await begun(made, { response_type });
      if (listed.includes(response_type)) expect(outcome).toBe('consent');
      else expect(outcome).toMatchObject({ error: 'unsupported_response_type', iss: ISSUER });
    },
  );

  it.each(['query', 'fragment', 'form_post', 'query.jwt'])(
    'the response mode %s is taken only when it is listed',
    async (response_mode) => {
      const made = createWatchedApp();
      const { response_modes_supported: listed } = await metadataOf(made);
      const outcome = await begun(made, { response_mode });
      if (listed.includes(response_mode)) expect(outcome).toBe('consent');
      else expect(outcome).toMatchObject({ error: 'invalid_request', iss: ISSUER });
    },
  );

  it.each(['S256', 'plain', 's256', 'S512'])(
    'the challenge method %s is taken only when it is listed',
    async (code_challenge_method) => {
      const made = createWatchedApp();
      const { code_challenge_methods_supported: listed } = await metadataOf(made);
      const outcome = await begun(made, { code_challenge_method });
      if (listed.includes(code_challenge_method)) expect(outcome).toBe('consent');
      else expect(outcome).toMatchObject({ error: 'invalid_request', iss: ISSUER });
    },
  );

  it('each scope can be registered and granted, and no other', async () => {
    const scopesSupported = ['openid', 'offline_access', 'mcp:read', 'admin:all'];
    const options = { scopesSupported, restrictedScopes: ['admin:all'] };
    const made = createWatchedApp({ options });
    const { scopes_supported: listed } = await metadataOf(made);
    expect(listed).toEqual(['openid', 'offline_access', 'mcp:read']);
    for (const scope of listed ?? []) {
      expect((await obtainTokens(made.app, scope, { scope })).scope).toBe(scope);
    }
    for (const scope of ['admin:all', 'profile', 'MCP:read']) {
      expectApiError(await register(made.app, { scope }), 400, 'invalid_client_metadata');
      expect(await begun(made, { scope })).toMatchObject({ error: 'invalid_scope' });
    }
  });

  it('each resource that is described can be asked for, and no other', async () => {
    const made = createWatchedApp({ options: { resources: ['/mcp', '/other'] } });
    for (const path of ['/mcp', '/other']) {
      const { body } = await send(made.app, 'GET', `${PRM}${path}`);
      const { resource, authorization_servers } = body as Record<string, unknown>;
      expect(authorization_servers).toEqual([(await metadataOf(made)).issuer]);
      expect(await begun(made, { resource: String(resource) })).toBe('consent');
    }
    expect((await send(made.app, 'GET', `${PRM}/third`)).status).toBe(404);
    const third = await begun(made, { resource: `${ISSUER}/third` });
    expect(third).toMatchObject({ error: 'invalid_target', iss: ISSUER });
  });

  it.each(['allow', 'deny'] as const)('iss comes with the answer to: %s', async (decision) => {
    const made = createWatchedApp();
    const metadata = await metadataOf(made);
    expect(metadata).toMatchObject({ authorization_response_iss_parameter_supported: true });
    const id = await registeredClientId(made.app);
    const answer = await new Browser(made.app, 'alice').decide(decision, id, createPkce());
    expect(redirectParameters(answer)).toMatchObject({ iss: metadata.issuer });
  });

  it('no registration where none is listed', async () => {
    const made = createWatchedApp({ options: { registration: 'off' } });
    expect(await metadataOf(made)).not.toHaveProperty('registration_endpoint');
    expectApiError(await register(made.app), 403, 'access_denied');
    expect(made.store.writes).toEqual([]);
  });

  it('no client by the address of its metadata, for that is not listed', async () => {
    const made = createWatchedApp();
    expect(await metadataOf(made)).not.toHaveProperty('client_id_metadata_document_supported');
    const client_id = 'https://client.example.com/metadata.json';
    const answer = await new Browser(made.app, 'alice').authorize(client_id, createPkce());
    expect(answer.status).toBe(400);
    const id = await registeredClientId(made.app);
    const pkce = createPkce();
    const code = await obtainCode(made.app, id, pkce);
    const refused = await tokenRequest(made.app, redemption(client_id, code, pkce));
    expectApiError(refused, 401, 'invalid_client');
  });
});
