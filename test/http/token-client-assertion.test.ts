import { describe, expect, it } from '@jest/globals';
import supertest from 'supertest';
import { createTestApp } from '../support/app.ts';
import {
  inBody,
  INVALID_CLIENT,
  issueCodeTo,
  registeredConfidential,
  tokenRequestAs,
  WEB_REDIRECT_URI,
} from '../support/confidential.ts';
import { registeredClientId } from '../support/flow.ts';

describe('client assertions, which this server does not take (TOKEN-25)', () => {
  const ASSERTION = {
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: `${Buffer.from('{"alg":"none"}').toString('base64url')}.e30.`,
  };

  it.each(['private_key_jwt', 'client_secret_jwt'])('cannot be registered: %s', async (method) => {
    const { app } = createTestApp();
    for (const more of [{}, { jwks_uri: 'https://app.example.com/jwks' }]) {
      const { status, body } = await supertest(app)
        .post('/oauth/register')
        .send({
          redirect_uris: [WEB_REDIRECT_URI],
          token_endpoint_auth_method: method,
          token_endpoint_auth_signing_alg: 'ES256',
          ...more,
        });
      expect({ status, body }).toEqual({
        status: 400,
        body: {
          error: 'invalid_client_metadata',
          error_description:
            'token_endpoint_auth_method must be none or client_secret_basic or client_secret_post',
        },
      });
    }
  });

  it('are listed nowhere', () => {
    const { metadata } = createTestApp().server;
    expect(JSON.stringify(metadata)).not.toMatch(/jwt|assertion|signing_alg/);
  });

  it.each([
    { name: 'and its type', more: ASSERTION },
    { name: 'alone', more: { client_assertion: ASSERTION.client_assertion } },
    { name: 'of another type', more: { ...ASSERTION, client_assertion_type: 'x' } },
    { name: 'of fifty kilobytes', more: { ...ASSERTION, client_assertion: 'a'.repeat(50_000) } },
  ])('prove nothing for a confidential client: the assertion $name', async ({ more }) => {
    const { app } = createTestApp();
    const client = await registeredConfidential(app);
    const { form } = await issueCodeTo(app, client);
    const named = { form: { client_id: client.client_id } };
    const refused = await tokenRequestAs(app, named, { ...form, ...more });
    expect({ status: refused.status, body: refused.body }).toEqual({
      status: 401,
      body: INVALID_CLIENT,
    });
    expect((await tokenRequestAs(app, inBody(client), form)).status).toBe(200);
  });

  it('name nobody: a client_id has to stand beside them', async () => {
    const { app } = createTestApp();
    const client = await registeredConfidential(app);
    const { form } = await issueCodeTo(app, client);
    const { status, body } = await tokenRequestAs(app, {}, { ...form, ...ASSERTION });
    expect({ status, body }).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
  });

  it('are ignored from a client that is known without them', async () => {
    const { app } = createTestApp();
    const client_id = await registeredClientId(app, { redirect_uris: [WEB_REDIRECT_URI] });
    const client = await registeredConfidential(app);
    for (const presented of [{ form: { client_id } }, inBody(client)]) {
      const owner = presented.form?.['client_id'] ?? '';
      const { form } = await issueCodeTo(app, { client_id: owner, client_secret: '' });
      const { status } = await tokenRequestAs(app, presented, { ...form, ...ASSERTION });
      expect(status).toBe(200);
    }
  });
});
