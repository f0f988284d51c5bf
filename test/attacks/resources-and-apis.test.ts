import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import supertest from 'supertest';
import { APP_URI, documentHost, publish } from '../http/support/document-app.ts';
import { ISSUER, type TestApp } from '../support/app.ts';
import { createDeployment, type TestDeployment } from '../support/deployment.ts';
import {
  createPkce,
  obtainCode,
  redemption,
  refreshRequest,
  tokenRequest,
  type Form,
  type Tokens,
} from '../support/flow.ts';
import { HOSTED_URI, registerHosted } from '../support/hosted.ts';
import { STORE_KINDS } from '../support/stores.ts';
import { askAs, errorOf, isActiveTo } from './support/ask.ts';

const MCP = `${ISSUER}/mcp`;
const FILES = `${ISSUER}/files`;
const BOTH = [MCP, FILES];
const SCOPE = 'openid offline_access';
const API = { client_id: 'files-api', client_secret: 's'.repeat(32) };
const SERVERS = [{ id: API.client_id, secret: API.client_secret, resources: ['/files'] }];

const host = documentHost();

describe.each(STORE_KINDS)('several APIs, and what one of them is shown ($kind)', (storeKind) => {
  let deployment: TestDeployment;
  let here: TestApp;
  let there: TestApp;
  let id: string;

  beforeEach(async () => {
    const options = { resources: ['/mcp', '/files'], resourceServers: SERVERS };
    deployment = createDeployment(storeKind, options);
    [here, there] = [deployment.start(), deployment.start()];
    id = await registerHosted(here.app);
  });
  afterEach(async () => {
    await deployment.close();
  });

  async function codeForm(resource: readonly string[] = BOTH): Promise<Form> {
    const pkce = createPkce();
    const ask = { redirect_uri: HOSTED_URI, scope: SCOPE, resource };
    const code = await obtainCode(here.app, id, pkce, ask);
    return redemption(id, code, pkce, { redirect_uri: HOSTED_URI });
  }
  async function tokensFor(resource: string): Promise<Tokens> {
    const { body } = await tokenRequest(here.app, { ...(await codeForm()), resource });
    return body as Tokens;
  }

  it('give two processes that share a refresh token one successor, and each its own API (MEET-74)', async () => {
    const { refresh_token } = await tokensFor(MCP);
    const answers = await Promise.all(
      [MCP, FILES, MCP, FILES].map((resource, nth) =>
        refreshRequest([here, there][nth % 2]!.app, id, refresh_token, { resource }),
      ),
    );
    const tokens = answers.map(({ body }) => body as Tokens);
    expect(tokens.map(({ access_token }) => decodeJwt(access_token).aud)).toEqual([
      ...BOTH,
      ...BOTH,
    ]);
    expect(new Set(tokens.map((one) => one.refresh_token)).size).toBe(1);
    // What the one API is shown says nothing to it of what is for the other.
    const active = tokens.map(({ access_token }) => isActiveTo(there.app, API, access_token));
    expect(await Promise.all(active)).toEqual([false, true, false, true]);
    expect(await isActiveTo(here.app, API, tokens[0]?.refresh_token)).toBe(false);
  });

  it('spend no code for one that is not there any more, and give the other for it (MEET-75)', async () => {
    const form = await codeForm();
    const later = deployment.start({
      resources: ['/mcp'],
      resourceServers: [{ ...SERVERS[0]!, resources: ['/mcp'] }],
    });
    const gone = await tokenRequest(later.app, { ...form, resource: FILES });
    expect(errorOf(gone)).toBe('400 invalid_target');
    const { body } = await tokenRequest(later.app, form);
    const { access_token, refresh_token } = body as Tokens;
    expect(decodeJwt(access_token).aud).toBe(MCP);
    // The API whose name was given to another resource learns of nothing that was for the one before.
    const { body: again } = await refreshRequest(here.app, id, refresh_token, { resource: FILES });
    const old = (again as Tokens).access_token;
    expect(await isActiveTo(here.app, API, old)).toBe(true);
    expect(await isActiveTo(later.app, API, old)).toBe(false);
  });

  it('are nobody where clients come: with the secret of an API nothing is ended or pushed (MEET-76)', async () => {
    const { access_token, refresh_token } = await tokensFor(FILES);
    const form = await codeForm();
    const asks: readonly [path: string, form: Form][] = [
      ['/oauth/revoke', { token: access_token }],
      ['/oauth/revoke', { token: refresh_token }],
      ['/oauth/token', { grant_type: 'refresh_token', refresh_token, resource: FILES }],
      ['/oauth/token', { ...form, client_id: undefined, resource: FILES }],
      ['/oauth/par', { response_type: 'code', redirect_uri: HOSTED_URI, resource: FILES }],
    ];
    for (const [path, asked] of asks) {
      expect([path, errorOf(await askAs(there.app, path, API, asked))]).toEqual([
        path,
        '401 invalid_client',
      ]);
    }
    const bearer = await supertest(there.app)
      .get(`/oauth/register/${API.client_id}`)
      .auth(API.client_secret, { type: 'bearer' });
    expect(errorOf(bearer)).toBe('401 invalid_token');
    expect(await isActiveTo(here.app, API, access_token)).toBe(true);
    expect((await tokenRequest(here.app, { ...form, resource: MCP })).status).toBe(200);
  });

  it('are not asked in the name of a client that was taken over under theirs before (MEET-77)', async () => {
    const imported = { ...API, client_secret: 'c'.repeat(32) };
    const client = {
      ...{ ...imported, redirect_uris: [HOSTED_URI] },
      token_endpoint_auth_method: 'client_secret_basic',
    };
    const before = deployment.start({ resourceServers: [] });
    expect(await before.server.clients.import(client)).toMatchObject({ outcome: 'imported' });
    const { access_token } = await tokensFor(FILES);
    // The secret of the client is not that of the API, nor the other way round, wherever it counts.
    expect(await isActiveTo(here.app, imported, access_token)).toBe('401 invalid_client');
    expect(await isActiveTo(here.app, API, access_token)).toBe(true);
    const guess = { grant_type: 'refresh_token', refresh_token: 'guess' };
    const asApi = await askAs(here.app, '/oauth/token', API, guess);
    expect(errorOf(asApi)).toBe('401 invalid_client');
    const other = { ...client, client_name: 'Another' };
    expect(await here.server.clients.import(other)).toMatchObject({ outcome: 'refused' });
  });

  it('take no ID token of a client whose id is the address of the API itself (MEET-78)', async () => {
    const resource = host().url('/api');
    publish(host(), '/api', { scope: SCOPE });
    const options = {
      ...{ clientIdMetadataDocuments: true, resources: [resource] },
      resourceServers: [{ ...SERVERS[0]!, resources: [resource] }],
    };
    const at = deployment.start(options, { outside: host().outside, resource });
    const pkce = createPkce();
    const ask = { redirect_uri: APP_URI, scope: SCOPE, resource };
    const code = await obtainCode(at.app, resource, pkce, ask);
    const form = redemption(resource, code, pkce, { redirect_uri: APP_URI, resource });
    const { body } = await tokenRequest(at.app, form);
    const { id_token, access_token } = body as Tokens & { readonly id_token: string };
    expect([id_token, access_token].map((token) => decodeJwt(token).aud)).toEqual([
      resource,
      resource,
    ]);
    const called = async (token: string): Promise<number> =>
      (await supertest(at.app).get('/mcp').auth(token, { type: 'bearer' })).status;
    expect([await called(id_token), await called(access_token)]).toEqual([401, 200]);
    expect(await isActiveTo(at.app, API, id_token)).toBe(false);
    expect(await isActiveTo(at.app, API, access_token)).toBe(true);
    const told = await supertest(at.app).get('/oauth/userinfo').auth(id_token, { type: 'bearer' });
    expect(errorOf(told)).toBe('401 invalid_token');
  });
});
