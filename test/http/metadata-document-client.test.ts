import { describe, expect, it } from '@jest/globals';
import supertest from 'supertest';
import { ISSUER } from '../support/app.ts';
import {
  Browser,
  createPkce,
  obtainCode,
  redemption,
  refreshRequest,
  register,
  tokenRequest,
} from '../support/flow.ts';
import { fateOf } from '../support/hosted.ts';
import { openPage } from './support/consent.ts';
import { APP_URI, createDocumentApp, documentHost, publish } from './support/document-app.ts';
import { expectApiError, expectErrorPage, readable } from './support/expect.ts';

const METADATA = '/.well-known/oauth-authorization-server';
const AT_APP = { redirect_uri: APP_URI, scope: 'openid offline_access' };

const host = documentHost();

describe('client IDs that are addresses of metadata documents', () => {
  it('are off unless the operator says otherwise, and nothing is fetched', async () => {
    const id = publish(host(), '/off');
    const { app } = createDocumentApp(host(), { options: { clientIdMetadataDocuments: false } });
    const answer = await new Browser(app, 'alice').authorize(id, createPkce(), AT_APP);
    expectErrorPage(answer, 400, 'invalid_client');
    expect(host().resolved).toEqual([]);
    const { body } = await supertest(app).get(METADATA);
    expect(body).not.toHaveProperty('client_id_metadata_document_supported');
  });

  it('are announced when they are on, with the method that they can use (draft §6)', async () => {
    const { body } = await supertest(createDocumentApp(host()).app).get(METADATA);
    expect(body.client_id_metadata_document_supported).toBe(true);
    expect(body.token_endpoint_auth_methods_supported).toContain('none');
  });

  it('serve on every leg, with one fetch for all of them (CIMD-21, J215)', async () => {
    const id = publish(host(), '/c');
    const { app } = createDocumentApp(host());
    const pkce = createPkce();
    const code = await obtainCode(app, id, pkce, AT_APP);
    const at = { redirect_uri: APP_URI };
    const { status, body } = await tokenRequest(app, redemption(id, code, pkce, at));
    expect({ status, scope: body.scope }).toEqual({ status: 200, scope: AT_APP.scope });
    const refreshed = await refreshRequest(app, id, body.refresh_token as string);
    expect(refreshed.status).toBe(200);
    const called = await supertest(app)
      .get('/mcp')
      .set('Authorization', `Bearer ${String(refreshed.body.access_token)}`);
    expect(called.body).toMatchObject({ clientId: id });
    expect(host().requests).toHaveLength(1);
  });

  it('are nobody else: a code and a refresh token of one are none of its neighbour (CIMD-21)', async () => {
    const id = publish(host(), '/one');
    const other = publish(host(), '/other');
    const { app } = createDocumentApp(host());
    const pkce = createPkce();
    const code = await obtainCode(app, id, pkce, AT_APP);
    const at = { redirect_uri: APP_URI };
    expectApiError(
      await tokenRequest(app, redemption(other, code, pkce, at)),
      400,
      'invalid_grant',
    );
    // By its shape alone it is none at all.
    const respelled = id.replace('app.example', 'APP.example');
    const refused = await tokenRequest(app, redemption(respelled, code, pkce, at));
    expectApiError(refused, 401, 'invalid_client');
    const { body } = await tokenRequest(app, redemption(id, code, pkce, at));
    const token = body.refresh_token as string;
    expectApiError(await refreshRequest(app, other, token), 400, 'invalid_grant');
    expect((await refreshRequest(app, id, token)).status).toBe(200);
  });

  it.each([
    `${ISSUER}/.well-known/oauth-authorization-server`,
    `${ISSUER}/oauth/register/C1`,
    'https://app.example/a/../c',
    'https://app.example/c?x=1',
    'https://u:p@app.example/c',
    'HTTPS://APP.EXAMPLE/c',
  ])('%s is never fetched (CIMD-01, CIMD-18)', async (id) => {
    const { app } = createDocumentApp(host());
    const answer = await new Browser(app, 'alice').authorize(id, createPkce(), AT_APP);
    expectErrorPage(answer, 400, 'invalid_client');
    expectApiError(await refreshRequest(app, id, 'any'), 401, 'invalid_client');
    expect(host().resolved).toEqual([]);
  });

  it('show their host and where the answer goes, which may be another (CIMD-10)', async () => {
    const id = publish(host(), '/c', { redirect_uris: ['https://evil.canary.example/cb'] });
    const { app } = createDocumentApp(host());
    const { html } = await openPage(new Browser(app, 'alice'), id, createPkce(), {
      redirect_uri: 'https://evil.canary.example/cb',
    });
    expect(readable(html)).toContain(`app.example:${String(host().port)}`);
    expect(readable(html)).toContain('evil.canary.example');
  });

  it('are warned of when anybody on the same computer could listen (CIMD-10)', async () => {
    const id = publish(host(), '/c', { redirect_uris: ['http://127.0.0.1/cb'] });
    const { app } = createDocumentApp(host());
    const { html } = await openPage(new Browser(app, 'alice'), id, createPkce(), {
      redirect_uri: 'http://127.0.0.1:49152/cb',
    });
    expect(readable(html)).toContain('Any program on this computer could be behind this address');
  });

  it('lose what this server does not offer, and work without it (CIMD-11, row 25)', async () => {
    const id = publish(host(), '/c', {
      grant_types: [
        'authorization_code',
        'refresh_token',
        'urn:ietf:params:oauth:grant-type:device_code',
        'client_credentials',
      ],
      response_types: ['code', 'token'],
    });
    const { app } = createDocumentApp(host());
    await obtainCode(app, id, createPkce(), AT_APP);
    const refused = await tokenRequest(app, { grant_type: 'client_credentials', client_id: id });
    expectApiError(refused, 400, 'unsupported_grant_type');
  });

  it('get the baseline like a registered client, and no restricted scope (J221)', async () => {
    const options = {
      scopesSupported: ['openid', 'offline_access', 'mcp:read', 'admin:all'],
      baselineClientScopes: ['offline_access'],
      restrictedScopes: ['admin:all'],
    };
    const { app, log } = createDocumentApp(host(), { options });
    const narrow = publish(host(), '/narrow', { scope: 'mcp:read' });
    const wanted = { redirect_uri: APP_URI, scope: 'mcp:read offline_access' };
    await obtainCode(app, narrow, createPkce(), wanted);
    expect(log.entries).toContainEqual(
      expect.objectContaining({ message: 'client scope expanded by the baseline' }),
    );
    const browser = new Browser(app, 'alice');
    const greedy = publish(host(), '/greedy', { scope: 'mcp:read admin:all' });
    expectErrorPage(await browser.authorize(greedy, createPkce(), wanted), 400, 'invalid_client');
    const silent = publish(host(), '/silent');
    await obtainCode(app, silent, createPkce(), { redirect_uri: APP_URI, scope: 'openid' });
  });

  it('have what a rule adds for their host, and those of other hosts have not (J221)', async () => {
    const options = {
      scopesSupported: ['openid', 'mcp:read', 'mcp:write'],
      baselineRules: [
        { name: 'ours', match: { client_id_host: 'app.example' }, scopes: ['mcp:write'] },
        { name: 'below', match: { client_id_host: '*.app.example' }, scopes: ['mcp:read'] },
      ],
    };
    const { app } = createDocumentApp(host(), { options });
    const path = '/ruled';
    const id = publish(host(), path, { scope: 'openid', redirect_uris: [APP_URI] });
    const asked = { redirect_uri: APP_URI, scope: 'mcp:write' };
    const pkce = createPkce();
    const code = await obtainCode(app, id, pkce, asked);
    const { body } = await tokenRequest(app, redemption(id, code, pkce, { redirect_uri: APP_URI }));
    expect(body.scope).toBe('mcp:write');
    // The same client elsewhere: only the host of the document is another.
    for (const other of ['other.example', 'sub.app.example']) {
      const client_id = host().url(path, other);
      host().json(path, {
        client_id,
        client_name: 'Test',
        scope: 'openid',
        redirect_uris: [APP_URI],
      });
      const refused = await new Browser(app, 'alice').authorize(client_id, createPkce(), asked);
      expect(fateOf(refused)).toBe('invalid_scope');
    }
    const { body: registered } = await register(app, { redirect_uris: [APP_URI], scope: 'openid' });
    expect(registered.scope).toBe('openid');
  });

  it('have nothing to do with registrations (CIMD-25, REG-02)', async () => {
    const id = publish(host(), '/c');
    const { app } = createDocumentApp(host());
    const registered = await register(app, { client_id: id });
    expect(registered.status).toBe(201);
    expect(registered.body.client_id).not.toBe(id);
    for (const method of ['get', 'put', 'delete'] as const) {
      const asked = supertest(app)[method](`/oauth/register/${encodeURIComponent(id)}`);
      const answer = await (method === 'put' ? asked.send({ client_id: id }) : asked);
      expect(answer.status).toBe(401);
    }
    expect(host().resolved).toEqual([]);
  });
});
