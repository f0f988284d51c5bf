import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { TestApp } from '../support/app.ts';
import {
  INVALID_CLIENT,
  inHeader,
  obtainTokensAs,
  refreshForm,
  registeredConfidential,
  SECRET_METHODS,
  tokenRequestAs,
  WEB_REDIRECT_URI,
  type ConfidentialClient,
} from '../support/confidential.ts';
import { createDeployment, type TestDeployment } from '../support/deployment.ts';
import { METADATA, register } from '../support/flow.ts';
import { redisContents } from '../support/secrets.ts';
import { STORE_KINDS } from '../support/stores.ts';
import { expectApiError } from './support/expect.ts';
import { send } from './support/send.ts';
import { createWatchedApp } from './support/watched-app.ts';
import { REGISTRATION_MANAGEMENT } from '../support/registration-management.ts';

const WEB = { ...METADATA, redirect_uris: [WEB_REDIRECT_URI] };
const DAY = 24 * 3600_000;
const SECRET = /^[A-Za-z0-9_-]{43}$/;

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

describe('POST /oauth/register: a client that cannot be a confidential one', () => {
  it.each(SECRET_METHODS.flatMap((method) => [{ method }]))(
    'is refused $method where the operator wants none, and is told what there is',
    async ({ method }) => {
      const { app, store } = createWatchedApp({ options: { confidentialClients: false } });
      const answer = await register(app, { ...WEB, token_endpoint_auth_method: method });
      expectApiError(answer, 400, 'invalid_client_metadata');
      expect(answer.body).toHaveProperty(
        'error_description',
        'token_endpoint_auth_method must be none',
      );
      expect(store.writes).toEqual([]);
    },
  );

  it.each([
    ['http://localhost:1234/cb'],
    ['http://127.0.0.1/cb'],
    ['http://[::1]/cb'],
    ['https://localhost/cb'],
    ['https://[::1]/cb'],
    ['https://127.0.0.1:8443/cb'],
    ['https://192.168.1.1/cb'],
    ['com.example.app:/cb'],
    ['cursor://anysphere.cursor-deeplink/mcp/auth'],
    [WEB_REDIRECT_URI, 'http://localhost/cb'],
    ['com.example.app:/cb', WEB_REDIRECT_URI],
  ])('is refused %s, for only https can keep a secret', async (...redirect_uris) => {
    for (const token_endpoint_auth_method of SECRET_METHODS) {
      const { app, store } = createWatchedApp();
      const answer = await register(app, { redirect_uris, token_endpoint_auth_method });
      expectApiError(answer, 400, 'invalid_redirect_uri');
      expect(answer.body).toHaveProperty(
        'error_description',
        "with this token_endpoint_auth_method a redirect URI must be https with a public host; for an app on the person's device it must be 'none'",
      );
      expect(store.writes).toEqual([]);
    }
  });

  it('is registered with what is left where bad redirect URIs are dropped', async () => {
    const { app } = createWatchedApp({ options: { invalidRedirectUris: 'drop' } });
    const { status, body } = await register(app, {
      redirect_uris: ['http://localhost/cb', WEB_REDIRECT_URI, 'com.example.app:/cb'],
      token_endpoint_auth_method: 'client_secret_post',
    });
    expect({ status, body }).toMatchObject({
      status: 201,
      body: {
        redirect_uris: [WEB_REDIRECT_URI],
        token_endpoint_auth_method: 'client_secret_post',
        client_secret: expect.stringMatching(SECRET),
      },
    });
  });
});

describe.each(STORE_KINDS)('POST /oauth/register: a confidential client ($kind)', (storeKind) => {
  let deployment: TestDeployment;
  let instance: TestApp;

  beforeEach(() => {
    deployment = createDeployment(storeKind);
    instance = deployment.start();
  });
  afterEach(async () => {
    await deployment.close();
  });

  it.each(SECRET_METHODS)('gets a secret for %s, without an end (B74)', async (method) => {
    const { app } = instance;
    const answer = await register(app, { ...WEB, token_endpoint_auth_method: method });
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      ...WEB,
      client_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      client_id_issued_at: expect.any(Number),
      ...REGISTRATION_MANAGEMENT,
      client_secret: expect.stringMatching(SECRET),
      client_secret_expires_at: 0,
      token_endpoint_auth_method: method,
      scope: 'openid profile email offline_access',
    });
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store' });
    expect(answer.headers).not.toHaveProperty('etag');
  });

  it.each([
    { client_secret: 'mine', client_secret_expires_at: 1 },
    { client_secret: 'a'.repeat(43) },
    { client_secret: '' },
    { client_secret: null },
    { client_secret: ['mine'] },
    { secret_digest: sha256('mine') },
  ])('gets a secret of ours, whatever it brings: %j (B76)', async (brought) => {
    const { app } = instance;
    const method = { token_endpoint_auth_method: 'client_secret_basic' };
    const { status, body } = await register(app, { ...WEB, ...method, ...brought });
    expect({ status, body }).toMatchObject({ status: 201, body: { client_secret_expires_at: 0 } });
    const { client_id, client_secret } = body as ConfidentialClient;
    expect(client_secret).toMatch(SECRET);
    expect(Object.values(brought)).not.toContain(client_secret);
    const record = await deployment.store().clients.find(client_id);
    expect(record?.secret_digest).toBe(sha256(client_secret));
    expect(JSON.stringify(record)).not.toContain('mine');
  });

  it.each(SECRET_METHODS)(
    'gets a secret that never expires, and never becomes one without: %s (REG-40)',
    async (token_endpoint_auth_method) => {
      const { app } = instance;
      const client = await registeredConfidential(app, { token_endpoint_auth_method });
      const { refresh_token } = await obtainTokensAs(app, client);
      let token = refresh_token;
      for (const day of [29, 58, 87]) {
        deployment.clock.advance(29 * DAY);
        const named = { form: { client_id: client.client_id } };
        const unproven = await tokenRequestAs(app, named, refreshForm(token));
        expect({ day, status: unproven.status, body: unproven.body }).toEqual({
          day,
          status: 401,
          body: INVALID_CLIENT,
        });
        const { status, body } = await tokenRequestAs(app, inHeader(client), refreshForm(token));
        expect({ day, status }).toEqual({ day, status: 200 });
        token = (body as { refresh_token: string }).refresh_token;
      }
    },
  );

  it.each([{ client_secret: 'mine' }, { client_secret: 'mine', client_secret_expires_at: 0 }])(
    'is none that only brings a secret: %j (B73)',
    async (brought) => {
      const { status, body } = await register(instance.app, { ...WEB, ...brought });
      expect({ status, body }).toMatchObject({ status: 201, body: WEB });
      expect(body).not.toHaveProperty('client_secret');
      expect(body).not.toHaveProperty('client_secret_expires_at');
      const { client_id } = body as ConfidentialClient;
      expect(await deployment.store().clients.find(client_id)).not.toHaveProperty('secret_digest');
    },
  );

  it.each(SECRET_METHODS)(
    'leaves nothing of its secret but the digest, and sees it once: %s (F179, F181)',
    async (token_endpoint_auth_method) => {
      const { app, log } = instance;
      const answer = await register(app, { ...WEB, token_endpoint_auth_method });
      const { client_id, client_secret } = answer.body as ConfidentialClient;
      const record = await deployment.store().clients.find(client_id);
      expect(record).toMatchObject({ client_id, secret_digest: sha256(client_secret) });
      const kept = storeKind.kind === 'redis' ? await redisContents() : [];
      const everything = [JSON.stringify(record), log.text(), ...kept.flat()].join('\n');
      expect(everything).not.toContain(client_secret);
      expect(everything).not.toContain(Buffer.from(client_secret, 'base64url').toString('hex'));
      expect(everything).not.toContain(Buffer.from(client_secret, 'base64url').toString('base64'));

      const again = await send(app, 'GET', `/oauth/register/${client_id}`);
      expect(again.status).toBe(401);
      expect(again.text).not.toContain(client_secret);
      const next = await register(app, { ...WEB, token_endpoint_auth_method });
      expect((next.body as ConfidentialClient).client_secret).not.toBe(client_secret);
    },
  );
});
