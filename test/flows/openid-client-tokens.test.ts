import { describe, expect, it } from '@jest/globals';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Express } from 'express';
import {
  ClientSecretBasic,
  ClientSecretPost,
  Configuration,
  customFetch,
  genericGrantRequest,
  None,
  PrivateKeyJwt,
  refreshTokenGrant,
  tokenIntrospection,
  tokenRevocation,
  type ClientAuth,
} from 'openid-client';
import supertest from 'supertest';
import type { ServerMetadata } from '../../lib/protocol/server-metadata.ts';
import { ISSUER } from '../support/app.ts';
import {
  issueCodeTo,
  registeredConfidential,
  tokenRequestAs,
  WEB_REDIRECT_URI,
} from '../support/confidential.ts';
import { createDeployment, type TestDeployment } from '../support/deployment.ts';
import { registeredClientId } from '../support/flow.ts';
import { asserted, assertionOf, newClientKey, registeredWithKeys } from '../support/key-client.ts';
import { STORE_KINDS } from '../support/stores.ts';

const API_SECRET = 'a'.repeat(43);
const OPTIONS = { resourceServers: [{ id: 'api', secret: API_SECRET, resources: ['/mcp'] }] };

/** Whatever the client sends to the issuer comes to this app. */
function clientOf(
  app: Express,
  metadata: ServerMetadata,
  client_id: string,
  auth: ClientAuth,
): Configuration {
  const config = new Configuration(metadata as never, client_id, undefined, auth);
  config[customFetch] = async (url, { method, headers, body }) => {
    const server = createServer((req, res) => void app(req, res));
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = server.address() as AddressInfo;
    const { pathname } = new URL(url);
    try {
      const sent = await fetch(`http://127.0.0.1:${String(port)}${pathname}`, {
        method,
        headers: { ...headers, connection: 'close' },
        // Forms, all of them.
        body: body instanceof URLSearchParams ? body.toString() : null,
      });
      return new Response(await sent.arrayBuffer(), sent);
    } finally {
      server.close();
    }
  };
  return config;
}

describe.each(STORE_KINDS)('openid-client and its tokens, with two instances ($kind)', (kind) => {
  async function during(run: (deployment: TestDeployment) => Promise<void>): Promise<void> {
    const deployment = createDeployment(kind, OPTIONS);
    try {
      await run(deployment);
    } finally {
      await deployment.close();
    }
  }

  it.each<{ name: string; make: (app: Express) => Promise<{ id: string; auth: ClientAuth }> }>([
    {
      name: 'none',
      make: async (app) => ({
        id: await registeredClientId(app, { redirect_uris: [WEB_REDIRECT_URI] }),
        auth: None(),
      }),
    },
    {
      name: 'client_secret_basic',
      make: async (app) => {
        const { client_id: id, client_secret } = await registeredConfidential(app);
        return { id, auth: ClientSecretBasic(client_secret) };
      },
    },
    {
      name: 'client_secret_post',
      make: async (app) => {
        const { client_id: id, client_secret } = await registeredConfidential(app);
        return { id, auth: ClientSecretPost(client_secret) };
      },
    },
    {
      name: 'private_key_jwt',
      make: async (app) => {
        const { privateKey, publicJwk } = await newClientKey('ES256', 'k');
        const id = await registeredWithKeys(app, [publicJwk]);
        return { id, auth: PrivateKeyJwt({ key: privateKey, kid: 'k' }) };
      },
    },
  ])('refreshes, asks and revokes by $name, and an API sees it at once', async ({ name, make }) => {
    await during(async (deployment) => {
      const [one, other] = [deployment.start(), deployment.start()];
      const bearer = other.server.requireBearer({ resource: '/mcp', checkRevocation: true });
      other.app.get('/checked', bearer, (_req, res) => res.end());
      const { metadata } = one.server;
      const { id, auth } = await make(one.app);
      const client = clientOf(one.app, metadata, id, auth);
      const api = clientOf(other.app, metadata, 'api', ClientSecretBasic(API_SECRET));
      const { code, form } = await issueCodeTo(one.app, { client_id: id, client_secret: '' });
      const { grant_type = '', ...parameters } = form as Record<string, string>;
      delete parameters['client_id'];
      const { refresh_token = '' } = await genericGrantRequest(client, grant_type, parameters);
      const grantId = code.split('.')[0] ?? '';
      const refreshed = await refreshTokenGrant(client, refresh_token);
      const { access_token, refresh_token: next = '' } = refreshed;
      const served = async (): Promise<number> =>
        (await supertest(other.app).get('/checked').auth(access_token, { type: 'bearer' })).status;
      expect(await served()).toBe(200);
      expect(await tokenIntrospection(api, access_token)).toMatchObject({
        active: true,
        client_id: id,
        aud: `${ISSUER}/mcp`,
        token_type: 'Bearer',
      });
      expect(await tokenIntrospection(api, next)).toEqual({ active: false });
      if (name !== 'none') {
        expect(await tokenIntrospection(client, next)).toMatchObject({
          active: true,
          sub: 'alice',
        });
      }
      await tokenRevocation(client, next, { token_type_hint: 'access_token' });
      expect(await deployment.store().grants.find(grantId)).toBeUndefined();
      expect(await tokenIntrospection(api, access_token)).toEqual({ active: false });
      expect(await served()).toBe(401);
      await expect(refreshTokenGrant(client, next)).rejects.toMatchObject({
        error: 'invalid_grant',
      });
    });
  });

  it('an assertion that one instance has taken is refused by the other (TOKEN-25)', async () => {
    await during(async (deployment) => {
      const [one, other] = [deployment.start(), deployment.start()];
      const key = await newClientKey();
      const id = await registeredWithKeys(one.app, [key.publicJwk]);
      const assertion = await assertionOf(key, id, { aud: ISSUER, now: deployment.clock.now });
      const form = { grant_type: 'refresh_token', refresh_token: 'guess' };
      const presented = { form: asserted(assertion) };
      const answers = await Promise.all(
        [one, other, one, other].map(({ app }) => tokenRequestAs(app, presented, form)),
      );
      const errors = answers.map(({ body }) => (body as { error: string }).error).sort();
      expect(errors).toEqual([...Array<string>(3).fill('invalid_client'), 'invalid_grant']);
    });
  });
});
