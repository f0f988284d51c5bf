import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import supertest from 'supertest';
import type { OnRegister } from '../../lib/index.ts';
import type { ProvisionedClient } from '../../lib/options/provisioned-clients.ts';
import { expectApiError } from '../http/support/expect.ts';
import type { TestApp } from '../support/app.ts';
import { inHeader, tokenRequestAs, WEB_REDIRECT_URI } from '../support/confidential.ts';
import { createDeployment, type TestDeployment } from '../support/deployment.ts';
import {
  Browser,
  createPkce,
  obtainCode,
  redemption,
  refreshRequest,
  tokenRequest,
  type Tokens,
} from '../support/flow.ts';
import { askFrom, fateOf } from '../support/hosted.ts';
import { manage, update, type Registration } from '../support/management.ts';
import { noteSecret } from '../support/secrets.ts';
import { STORE_KINDS } from '../support/stores.ts';

const SCOPES = {
  scopesSupported: ['openid', 'offline_access', 'files', 'admin:all'],
  restrictedScopes: ['admin:*'],
};
const TOKEN = 'the-registration-token-of-another-server';
const SECRET = 'a-secret-of-the-configuration-of-32-characters';
for (const secret of [TOKEN, SECRET]) noteSecret(secret);
const RECORD = {
  client_id: 'acme',
  redirect_uris: [WEB_REDIRECT_URI],
  token_endpoint_auth_method: 'none',
  scope: 'openid offline_access',
  registration_access_token: TOKEN,
};
const where = { redirect_uri: WEB_REDIRECT_URI };
const GUESS = { grant_type: 'refresh_token', refresh_token: 'guessed' };

describe.each(STORE_KINDS)('a client that is imported ($kind)', (storeKind) => {
  let deployment: TestDeployment;
  let made: TestApp;

  beforeEach(() => {
    deployment = createDeployment(storeKind, SCOPES);
    made = deployment.start();
  });
  afterEach(() => deployment.close());

  const imported = async (more: object = {}, { server }: TestApp = made): Promise<Registration> => {
    const outcome = await server.clients.import({ ...RECORD, ...more });
    expect(outcome).toMatchObject({ outcome: 'imported' });
    // What is as old as the import may be from before it.
    deployment.clock.advance(1000);
    const { client_id } = { ...RECORD, ...more };
    return { client_id, registration_access_token: TOKEN } as Registration;
  };
  const tokensOf = async (client_id: string, { app }: TestApp = made): Promise<Tokens> => {
    const pkce = createPkce();
    const code = await obtainCode(app, client_id, pkce, { ...where, scope: RECORD.scope });
    const { status, body } = await tokenRequest(app, redemption(client_id, code, pkce, where));
    expect(status).toBe(200);
    return body as Tokens;
  };

  it('stays blocked when its id was blocked before, and is let in with nothing of before (MEET-16)', async () => {
    const client = await imported();
    const { refresh_token } = await tokensOf('acme');
    await made.server.clients.block('acme', { reason: 'phishing' });
    await made.server.clients.delete('acme');
    await imported();
    const browser = new Browser(made.app, 'alice');
    expect(fateOf(await askFrom(browser, 'acme'))).toBe('400');
    expectApiError(await refreshRequest(made.app, 'acme', refresh_token), 401, 'invalid_client');
    expectApiError(await manage(made.app, 'get', client), 401, 'invalid_token');
    await made.server.clients.unblock('acme');
    expectApiError(await refreshRequest(made.app, 'acme', refresh_token), 400, 'invalid_grant');
    expect(fateOf(await askFrom(browser, 'acme'))).toBe('asked');
  });

  it.each(['__proto__', 'constructor', 'hasOwnProperty', 'toString'])(
    'may be called %s, which is nothing but a name (MEET-17)',
    async (client_id) => {
      const client = await imported({ client_id });
      const { refresh_token } = await tokensOf(client_id);
      expect((await refreshRequest(made.app, client_id, refresh_token)).status).toBe(200);
      const read = await manage(made.app, 'get', client);
      expect(read.body).toHaveProperty('client_id', client_id);
      expect(await made.server.clients.get(client_id)).toMatchObject({ clientId: client_id });
      expect(await made.server.grants.list({ subject: 'alice' })).toMatchObject([
        { clientId: client_id },
      ]);
      expect(await made.server.clients.delete(client_id)).toBe(true);
      expect(fateOf(await askFrom(new Browser(made.app, 'alice'), client_id))).toBe('400');
    },
  );

  it('brings nothing along that only this server says of a client (MEET-18)', async () => {
    const far = Date.UTC(2100, 0, 1);
    await imported({
      ...{ origin: 'provisioned', licence: { scopes: ['admin:all'] }, revision: 7, used: false },
      ...{ registered: { scopes: [{ scope: 'admin:all', origin: 'requested' }], policy: 'x' } },
      ...{ secret_digest: 'A'.repeat(43), imported_at: 1, expires_at: far, v: 99 },
      ...{ registration_token: { digest: 'A'.repeat(43) }, client_id_issued_at: far },
      ['__proto__']: { licence: { scopes: ['admin:all'] } },
    });
    const record = await deployment.store().clients.find('acme');
    expect(record).toMatchObject({
      ...{ origin: 'registered', used: true },
      registered: { scopes: RECORD.scope.split(' ').map((scope) => ({ scope })) },
    });
    for (const name of ['licence', 'revision', 'secret_digest']) {
      expect(record).not.toHaveProperty(name);
    }
    expect(record?.imported_at).toBeGreaterThan(1);
    expect(record?.expires_at).toBeLessThan(far);
    expect(record?.client_id_issued_at).toBeLessThanOrEqual(made.clock.now() / 1000);
    const asked = { scope: 'admin:all' };
    expect(fateOf(await askFrom(new Browser(made.app, 'alice'), 'acme', asked))).toBe(
      'invalid_scope',
    );
  });

  it('is no other client to whoever managed it, when the configuration takes its id (MEET-19)', async () => {
    const client = await imported();
    const desk: ProvisionedClient = {
      ...{ client_id: 'acme', client_secret: SECRET },
      ...{ redirect_uris: [WEB_REDIRECT_URI], scope: 'openid offline_access admin:all' },
    };
    const configured = deployment.start({ clients: [desk], baselineClientScopes: ['files'] });
    const { app } = configured;
    const proven = inHeader({ client_id: 'acme', client_secret: SECRET });
    const pkce = createPkce();
    const scope = 'openid offline_access admin:all';
    const code = await obtainCode(app, 'acme', pkce, { ...where, scope });
    // What was imported goes on as nobody: its keeper moves it to a place of theirs, in vain.
    const moved = { redirect_uris: ['https://evil.example/cb'], registration_access_token: TOKEN };
    const answer = await update(app, client, moved);
    expect(answer.status).toBe(200);
    const browser = new Browser(app, 'alice');
    const evil = await askFrom(browser, 'acme', { redirect_uri: 'https://evil.example/cb' });
    expect(fateOf(evil)).toBe('400');
    expect(fateOf(await askFrom(browser, 'acme', { scope: 'openid files' }))).toBe('invalid_scope');
    const form = redemption('acme', code, pkce, where);
    expectApiError(await tokenRequest(app, form), 401, 'invalid_client');
    const redeemed = await tokenRequestAs(app, proven, form);
    expect(redeemed.body).toMatchObject({ scope });
    const next = answer.body as Registration;
    expect((await manage(app, 'delete', next)).status).toBe(204);
    const { refresh_token } = redeemed.body as Tokens;
    const refresh = await tokenRequestAs(app, proven, { ...GUESS, refresh_token });
    expect(refresh.body).toMatchObject({ scope });
  });

  it('is not an API, nor the API a client, when an API gets the id that it has (MEET-20)', async () => {
    const own = 'a-secret-that-the-client-brought-along';
    noteSecret(own);
    const method = { token_endpoint_auth_method: 'client_secret_basic', client_secret: own };
    await imported({ client_id: 'api', ...method });
    const { access_token } = await tokensOf((await imported()).client_id);
    const { app } = deployment.start({ resourceServers: [{ id: 'api', secret: SECRET }] });
    const introspected = (secret: string) =>
      supertest(app)
        .post('/oauth/introspect')
        .auth('api', secret)
        .type('form')
        .send({ token: access_token });
    expect((await introspected(SECRET)).body).toMatchObject({ active: true });
    expectApiError(await introspected(own), 401, 'invalid_client');
    const asApi = inHeader({ client_id: 'api', client_secret: SECRET });
    expectApiError(await tokenRequestAs(app, asApi, GUESS), 401, 'invalid_client');
  });

  it('cannot be made confidential without a secret by onRegister, nor lose one unsaid (MEET-21)', async () => {
    const changed = async (token_endpoint_auth_method: 'none' | 'client_secret_basic') => {
      const onRegister: OnRegister = (metadata) => ({ ...metadata, token_endpoint_auth_method });
      return deployment.start({ onRegister }).server.clients;
    };
    const bare = await (await changed('client_secret_basic')).import(RECORD);
    expect(bare).toEqual({
      outcome: 'refused',
      client_id: 'acme',
      reason: 'invalid_client_metadata: client_secret is missing',
    });
    expect(await made.server.clients.get('acme')).toBeUndefined();
    const client_secret = 'a-secret-that-the-client-brought-along';
    const method = { token_endpoint_auth_method: 'client_secret_basic', client_secret };
    const open = await (await changed('none')).import({ ...RECORD, ...method });
    expect(open).toMatchObject({
      outcome: 'imported',
      notes: ['its client_secret is left out, for it does not authenticate with one'],
    });
  });
});
