import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { expectApiError } from '../http/support/expect.ts';
import { createWatchedApp } from '../http/support/watched-app.ts';
import {
  inHeader,
  issueCodeTo,
  refreshForm,
  SECRET_METHODS,
  tokenRequestAs,
  WAYS,
  type ConfidentialClient,
} from '../support/confidential.ts';
import { createDeployment, type TestDeployment } from '../support/deployment.ts';
import { register, type Tokens } from '../support/flow.ts';
import { STORE_KINDS } from '../support/stores.ts';

const SECRET = /^[A-Za-z0-9_-]{43}$/;
const WEB = 'https://app.example.com/cb';
const OTHER_WEB = 'https://app.example.com/other';
const ON_THE_DEVICE = ['http://localhost:1234/cb', 'http://127.0.0.1/cb', 'https://[::1]/cb'];
const FORCED =
  'a client with one of these redirect URIs is confidential here, so that each of them must be https with a public host';
const NEEDS_HTTPS =
  "with this token_endpoint_auth_method a redirect URI must be https with a public host; for an app on the person's device it must be 'none'";

describe.each(STORE_KINDS)('behaviour B5: confidential clients ($kind)', (storeKind) => {
  let deployment: TestDeployment;

  beforeEach(() => {
    deployment = createDeployment(storeKind);
  });
  afterEach(async () => {
    await deployment.close();
  });

  it('B73: a client that names no method is a public one, and gets no secret', async () => {
    const { app } = deployment.start();
    for (const redirect_uris of [['http://localhost:8080/callback'], [WEB]]) {
      const { status, body } = await register(app, {
        redirect_uris,
        token_endpoint_auth_method: undefined,
      });
      expect({ status, body }).toMatchObject({
        status: 201,
        body: { token_endpoint_auth_method: 'none' },
      });
      expect(body).not.toHaveProperty('client_secret');
      expect(body).not.toHaveProperty('client_secret_expires_at');
    }
  });

  it.each(SECRET_METHODS)('B74: a client of %s gets a secret without an end', async (method) => {
    const { app } = deployment.start();
    const answer = await register(app, {
      redirect_uris: [WEB],
      token_endpoint_auth_method: method,
    });
    expect({ status: answer.status, body: answer.body }).toMatchObject({
      status: 201,
      body: {
        token_endpoint_auth_method: method,
        client_secret: expect.stringMatching(SECRET),
        client_secret_expires_at: 0,
        client_id_issued_at: expect.any(Number),
      },
    });
    expect(answer.headers).toHaveProperty('cache-control', 'no-store');
  });

  it('B76: a secret that a client brings is not taken, and opens nothing', async () => {
    const { app } = deployment.start();
    const brought = 'b'.repeat(43);
    const { body } = await register(app, {
      redirect_uris: [WEB],
      token_endpoint_auth_method: 'client_secret_basic',
      client_secret: brought,
    });
    const client = body as ConfidentialClient;
    expect(client.client_secret).toMatch(SECRET);
    expect(client.client_secret).not.toBe(brought);
    const { form } = await issueCodeTo(app, client);
    const wrong = await tokenRequestAs(app, inHeader({ ...client, client_secret: brought }), form);
    expect({ status: wrong.status, body: wrong.body }).toMatchObject({
      status: 401,
      body: { error: 'invalid_client' },
    });
    expect((await tokenRequestAs(app, inHeader(client), form)).status).toBe(200);
  });
});

describe('behaviour B5: what a confidential client cannot have', () => {
  it.each([...ON_THE_DEVICE.map((uri) => [uri]), [WEB, 'http://localhost:1234/cb']])(
    'B77: %s is refused, and the client is told what to do',
    async (...redirect_uris) => {
      const { app, store } = createWatchedApp();
      for (const token_endpoint_auth_method of SECRET_METHODS) {
        const answer = await register(app, { redirect_uris, token_endpoint_auth_method });
        expectApiError(answer, 400, 'invalid_redirect_uri');
        expect(answer.body).toHaveProperty('error_description', NEEDS_HTTPS);
      }
      expect(store.writes).toEqual([]);
    },
  );

  it.each([...ON_THE_DEVICE, 'com.example.app:/cb'])(
    'B79: %s is fine for a public client',
    async (uri) => {
      const { app } = createWatchedApp();
      const metadata = { redirect_uris: [uri], token_endpoint_auth_method: 'none' };
      const { status, body } = await register(app, metadata);
      expect({ status, body }).toMatchObject({ status: 201, body: metadata });
      expect(body).not.toHaveProperty('client_secret');
    },
  );

  it.each(
    ['client_secret_jwt', 'private_key_jwt', 'tls_client_auth', 'unknown'].flatMap((method) =>
      [true, false].map((confidentialClients) => ({ method, confidentialClients })),
    ),
  )(
    'B80: $method is refused, with confidential clients: $confidentialClients',
    async ({ method, confidentialClients }) => {
      const { app, store } = createWatchedApp({ options: { confidentialClients } });
      const answer = await register(app, {
        redirect_uris: [WEB],
        token_endpoint_auth_method: method,
      });
      expectApiError(answer, 400, 'invalid_client_metadata');
      expect(store.writes).toEqual([]);
    },
  );

  it.each(SECRET_METHODS)('B80: %s is refused without confidential clients', async (method) => {
    const { app, store } = createWatchedApp({ options: { confidentialClients: false } });
    const answer = await register(app, {
      redirect_uris: [WEB],
      token_endpoint_auth_method: method,
    });
    expectApiError(answer, 400, 'invalid_client_metadata');
    expect(store.writes).toEqual([]);
  });
});

describe.each(STORE_KINDS)('behaviour B6: clients that are made confidential ($kind)', (kind) => {
  let deployment: TestDeployment;

  beforeEach(() => {
    deployment = createDeployment(kind, { forceConfidentialRedirectUris: [WEB] });
  });
  afterEach(async () => {
    await deployment.close();
  });

  it.each([
    { row: 'B82', method: 'none', redirect_uris: [WEB], want: 'client_secret_post' },
    { row: 'B83', method: undefined, redirect_uris: [WEB], want: 'client_secret_post' },
    { row: 'B83', method: null, redirect_uris: [WEB], want: 'client_secret_post' },
    { row: 'B86', method: 'none', redirect_uris: [WEB, OTHER_WEB], want: 'client_secret_post' },
    { row: 'B86', method: 'none', redirect_uris: [OTHER_WEB, WEB], want: 'client_secret_post' },
    {
      row: 'B82',
      method: 'client_secret_basic',
      redirect_uris: [WEB],
      want: 'client_secret_basic',
    },
  ])(
    '$row: a client of $redirect_uris that asks for $method is registered for $want',
    async ({ method, redirect_uris, want }) => {
      const { app } = deployment.start();
      const metadata = { redirect_uris, token_endpoint_auth_method: method };
      const { status, body } = await register(app, metadata);
      expect({ status, body }).toMatchObject({
        status: 201,
        body: {
          redirect_uris,
          token_endpoint_auth_method: want,
          client_secret: expect.stringMatching(SECRET),
          client_secret_expires_at: 0,
        },
      });
      const { client_id } = body as ConfidentialClient;
      expect(await deployment.store().clients.find(client_id)).toMatchObject({
        metadata: { token_endpoint_auth_method: want },
        secret_digest: expect.stringMatching(SECRET),
      });
    },
  );

  it.each([
    OTHER_WEB,
    `${WEB}/`,
    `${WEB}?x=1`,
    'https://app.example.com/CB',
    'https://sub.app.example.com/cb',
    'http://localhost/cb',
  ])('B82: a client of %s, which only resembles one, stays as it is', async (uri) => {
    const { app } = deployment.start();
    const { status, body } = await register(app, { redirect_uris: [uri] });
    expect({ status, body }).toMatchObject({
      status: 201,
      body: { token_endpoint_auth_method: 'none' },
    });
    expect(body).not.toHaveProperty('client_secret');
  });

  it.each(WAYS)('B88: such a client goes through the flow with $way', async ({ present }) => {
    const { app } = deployment.start();
    const { body } = await register(app, { redirect_uris: [WEB] });
    const client = body as ConfidentialClient;
    const { form } = await issueCodeTo(app, client);
    const named = { form: { client_id: client.client_id } };
    expect((await tokenRequestAs(app, named, form)).status).toBe(401);
    const redeemed = await tokenRequestAs(app, present(client), form);
    expect(redeemed.status).toBe(200);
    const { refresh_token } = redeemed.body as Tokens;
    const refreshed = await tokenRequestAs(app, present(client), refreshForm(refresh_token));
    expect(refreshed.status).toBe(200);
  });
});

describe('behaviour B6: what cannot be made confidential', () => {
  it.each([
    [WEB, 'http://localhost:8080/callback'],
    ['http://localhost:8080/callback', WEB],
    [WEB, 'com.example.app:/cb'],
  ])('B85: %s and %s together are refused, and nothing is kept', async (...redirect_uris) => {
    const options = { forceConfidentialRedirectUris: [WEB] };
    const { app, store } = createWatchedApp({ options });
    const answer = await register(app, { redirect_uris });
    expectApiError(answer, 400, 'invalid_redirect_uri');
    expect(answer.body).toHaveProperty('error_description', FORCED);
    expect(store.writes).toEqual([]);
  });
});
