import { describe, expect, it } from '@jest/globals';
import supertest from 'supertest';
import { createTestApp } from '../support/app.ts';
import {
  inBody,
  inHeader,
  INVALID_CLIENT,
  issueCodeTo,
  registeredConfidential,
  tokenRequestAs,
  WEB_REDIRECT_URI,
} from '../support/confidential.ts';
import { registeredClientId } from '../support/flow.ts';

const ASSERTION = {
  client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
  client_assertion: `${Buffer.from('{"alg":"none"}').toString('base64url')}.e30.`,
};

describe('registering for client assertions', () => {
  it.each(['client_secret_jwt', 'tls_client_auth', 'self_signed_tls_client_auth'])(
    'is not possible with %s (B80)',
    async (token_endpoint_auth_method) => {
      const { app } = createTestApp();
      const { status, body } = await supertest(app)
        .post('/oauth/register')
        .send({
          redirect_uris: [WEB_REDIRECT_URI],
          token_endpoint_auth_method,
          jwks_uri: 'https://app.example.com/jwks',
        });
      expect({ status, body }).toEqual({
        status: 400,
        body: {
          error: 'invalid_client_metadata',
          error_description:
            'token_endpoint_auth_method must be none or client_secret_basic or client_secret_post or private_key_jwt',
        },
      });
    },
  );
});

describe('client assertions of clients that did not register for them (TOKEN-25)', () => {
  it.each([
    { name: 'and its type', more: ASSERTION, status: 401 },
    { name: 'alone', more: { client_assertion: ASSERTION.client_assertion }, status: 400 },
    {
      name: 'of another type',
      more: { ...ASSERTION, client_assertion_type: 'x' },
      status: 401,
    },
    {
      name: 'of fifty kilobytes',
      more: { ...ASSERTION, client_assertion: 'a'.repeat(50_000) },
      status: 401,
    },
  ])('prove nothing for a confidential client: the assertion $name', async ({ more, status }) => {
    const { app } = createTestApp();
    const client = await registeredConfidential(app);
    const { form } = await issueCodeTo(app, client);
    const named = { form: { client_id: client.client_id } };
    const refused = await tokenRequestAs(app, named, { ...form, ...more });
    expect(refused.status).toBe(status);
    if (status === 401) expect(refused.body).toEqual(INVALID_CLIENT);
    expect((await tokenRequestAs(app, inBody(client), form)).status).toBe(200);
  });

  it('are one method too many beside a secret (RFC 6749 §2.3)', async () => {
    const { app } = createTestApp();
    const client = await registeredConfidential(app);
    const { form } = await issueCodeTo(app, client);
    for (const presented of [inBody(client), inHeader(client)]) {
      const refused = await tokenRequestAs(app, presented, { ...form, ...ASSERTION });
      expect(refused).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
    }
    expect((await tokenRequestAs(app, inBody(client), form)).status).toBe(200);
  });

  it('are not for public clients, which have nothing to prove', async () => {
    const { app } = createTestApp();
    const client_id = await registeredClientId(app, { redirect_uris: [WEB_REDIRECT_URI] });
    const { form } = await issueCodeTo(app, { client_id, client_secret: '' });
    const payload = Buffer.from(JSON.stringify({ sub: client_id })).toString('base64url');
    const client_assertion = ASSERTION.client_assertion.replace('e30', payload);
    const presented = { form: { ...ASSERTION, client_assertion } };
    const refused = await tokenRequestAs(app, presented, form);
    expect({ status: refused.status, body: refused.body }).toEqual({
      status: 401,
      body: INVALID_CLIENT,
    });
    expect((await tokenRequestAs(app, { form: { client_id } }, form)).status).toBe(200);
  });
});
