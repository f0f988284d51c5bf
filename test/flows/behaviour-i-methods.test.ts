import { describe, expect, it } from '@jest/globals';
import supertest from 'supertest';
import {
  inBody,
  inHeader,
  INVALID_CLIENT,
  issueCodeTo,
  obtainTokensAs,
  refreshForm,
  registeredConfidential,
  tokenRequestAs,
  WEB_REDIRECT_URI,
} from '../support/confidential.ts';
import { ISSUER } from '../support/app.ts';
import { createDeployment } from '../support/deployment.ts';
import { asserted, assertionOf, newClientKey } from '../support/key-client.ts';
import { MEMORY } from '../support/stores.ts';

describe('behaviour I: the authentication methods that are listed (META-03)', () => {
  const ALL = ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'];
  const OTHERS = ['client_secret_jwt', 'tls_client_auth'];

  it.each([
    { confidentialClients: undefined, listed: ALL },
    { confidentialClients: true, listed: ALL },
    { confidentialClients: false, listed: ['none'] },
  ])(
    'I203: with confidentialClients $confidentialClients they are $listed, and only those work',
    async ({ confidentialClients, listed }) => {
      const deployment = createDeployment(
        MEMORY,
        confidentialClients === undefined ? {} : { confidentialClients },
      );
      const { app, server } = deployment.start();
      const key = await newClientKey();
      const { body } = await supertest(app).get('/.well-known/oauth-authorization-server');
      expect(body).toMatchObject({ token_endpoint_auth_methods_supported: listed });
      expect(server.metadata.token_endpoint_auth_methods_supported).toEqual(listed);

      for (const token_endpoint_auth_method of [...ALL, ...OTHERS]) {
        const metadata = {
          redirect_uris: [WEB_REDIRECT_URI],
          token_endpoint_auth_method,
          jwks: { keys: [key.publicJwk] },
        };
        const answer = await supertest(app).post('/oauth/register').send(metadata);
        if (!listed.includes(token_endpoint_auth_method)) {
          expect({ status: answer.status, body: answer.body }).toMatchObject({
            status: 400,
            body: { error: 'invalid_client_metadata' },
          });
          continue;
        }
        expect(answer.body).toMatchObject({ token_endpoint_auth_method });
        const { client_id, client_secret } = answer.body as {
          client_id: string;
          client_secret?: string;
        };
        const present = token_endpoint_auth_method === 'client_secret_basic' ? inHeader : inBody;
        const assertion = await assertionOf(key, client_id, {
          aud: ISSUER,
          now: deployment.clock.now,
        });
        const proof = token_endpoint_auth_method === 'none' ? { client_id } : asserted(assertion);
        const presented =
          client_secret === undefined ? { form: proof } : present({ client_id, client_secret });
        const { form } = await issueCodeTo(app, { client_id, client_secret: '' });
        expect((await tokenRequestAs(app, presented, form)).status).toBe(200);
      }
    },
  );

  it('a client that registered before confidential clients were turned off keeps working', async () => {
    const deployment = createDeployment(MEMORY);
    const client = await registeredConfidential(deployment.start().app);
    const { app } = deployment.start({ confidentialClients: false });
    const { refresh_token } = await obtainTokensAs(app, client);
    const nothing = { form: { client_id: client.client_id } };
    const refused = await tokenRequestAs(app, nothing, refreshForm(refresh_token));
    expect({ status: refused.status, body: refused.body }).toEqual({
      status: 401,
      body: INVALID_CLIENT,
    });
    const form = refreshForm(refresh_token);
    expect((await tokenRequestAs(app, inHeader(client), form)).status).toBe(200);
  });
});
