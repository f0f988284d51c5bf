import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import supertest from 'supertest';
import { createTestApp, type TestApp } from '../support/app.ts';
import {
  basic,
  BASIC_CHALLENGE,
  inBody,
  inHeader,
  INVALID_CLIENT,
  issueCodeTo,
  obtainTokensAs,
  refreshForm,
  registeredConfidential,
  SECRET_METHODS,
  tokenRequestAs,
  WAYS,
  WEB_REDIRECT_URI,
} from '../support/confidential.ts';
import { createDeployment, type TestDeployment } from '../support/deployment.ts';
import {
  Browser,
  createPkce,
  obtainTokens,
  redemption,
  redirectParameters,
  refreshRequest,
  type Tokens,
} from '../support/flow.ts';
import { redisContents } from '../support/secrets.ts';
import { STORE_KINDS } from '../support/stores.ts';
import { onEveryServer } from '../support/topology.ts';

const DAY = 24 * 60 * 60 * 1000;

/** What keeps a record takes it away: expiry on memory, the key itself on Redis. */
async function evict(deployment: TestDeployment, kind: string, client_id: string): Promise<void> {
  if (kind === 'memory') {
    deployment.clock.advance(181 * DAY);
    return;
  }
  const keys = (await redisContents()).map(([key]) => key);
  const [key = '', ...others] = keys.filter((name) => name.endsWith(client_id));
  expect(others).toEqual([]);
  // Of a Cluster's servers, one has it; the others say so.
  const deleted = await onEveryServer((redis) => redis.del(key).catch(() => 0));
  expect(deleted.filter((count) => count === 1)).toEqual([1]);
}

describe.each(STORE_KINDS)('behaviour F: confidential clients ($kind)', (storeKind) => {
  let deployment: TestDeployment;
  let instance: TestApp;

  beforeEach(() => {
    deployment = createDeployment(storeKind);
    instance = deployment.start();
  });
  afterEach(async () => {
    await deployment.close();
  });

  it.each(SECRET_METHODS.flatMap((method) => WAYS.map((way) => ({ method, ...way }))))(
    'F172, F175: a client of $method that uses $way goes through the whole flow',
    async ({ method, present }) => {
      const { app } = instance;
      const client = await registeredConfidential(app, { token_endpoint_auth_method: method });
      const { form } = await issueCodeTo(app, client);
      const redeemed = await tokenRequestAs(app, present(client), form);
      expect({ status: redeemed.status, body: redeemed.body }).toEqual({
        status: 200,
        body: {
          access_token: expect.any(String),
          token_type: 'Bearer',
          expires_in: 3600,
          scope: 'openid offline_access',
          id_token: expect.any(String),
          refresh_token: expect.any(String),
        },
      });
      expect(redeemed.headers).not.toHaveProperty('www-authenticate');
      const first = redeemed.body as Tokens;

      const refreshed = await tokenRequestAs(
        app,
        present(client),
        refreshForm(first.refresh_token),
      );
      expect(refreshed.status).toBe(200);
      const second = refreshed.body as Tokens;
      expect(second.refresh_token).not.toBe(first.refresh_token);
      const protectedRoute = await supertest(app)
        .get('/mcp')
        .set('Authorization', `Bearer ${second.access_token}`);
      expect({ status: protectedRoute.status, body: protectedRoute.body }).toMatchObject({
        status: 200,
        body: { clientId: client.client_id, scopes: ['openid', 'offline_access'] },
      });
    },
  );

  it('F172: a client may change its way between the code and the refreshes', async () => {
    const { app } = instance;
    const client = await registeredConfidential(app);
    let { refresh_token } = await obtainTokensAs(app, client, inBody);
    for (const { present } of WAYS) {
      const { status, body } = await tokenRequestAs(
        app,
        present(client),
        refreshForm(refresh_token),
      );
      expect(status).toBe(200);
      ({ refresh_token } = body as { refresh_token: string });
    }
  });

  it.each(WAYS)(
    'F173: a wrong secret in $way is refused, not echoed, and spends nothing',
    async ({ way, present }) => {
      const { app, log } = instance;
      const client = await registeredConfidential(app);
      const { form } = await issueCodeTo(app, client);
      const client_secret = 'wrong-secret-of-a-guess';
      const refused = await tokenRequestAs(app, present({ ...client, client_secret }), form);
      expect({ status: refused.status, body: refused.body }).toEqual({
        status: 401,
        body: INVALID_CLIENT,
      });
      expect(refused.headers['www-authenticate']).toBe(
        way === 'the body' ? undefined : BASIC_CHALLENGE,
      );
      for (const text of [refused.text, JSON.stringify(refused.headers), log.text()]) {
        expect(text).not.toMatch(/guess|error_debug/);
      }
      expect((await tokenRequestAs(app, present(client), form)).status).toBe(200);
    },
  );

  it('F175: a client that presents nothing but its name is refused', async () => {
    const { app } = instance;
    for (const token_endpoint_auth_method of SECRET_METHODS) {
      const client = await registeredConfidential(app, { token_endpoint_auth_method });
      const { form } = await issueCodeTo(app, client);
      const named = [
        { form: { client_id: client.client_id } },
        { headers: { Authorization: basic(`${client.client_id}:`) } },
      ];
      for (const presented of named) {
        const { status, body } = await tokenRequestAs(app, presented, form);
        expect({ status, body }).toEqual({ status: 401, body: INVALID_CLIENT });
      }
      expect((await tokenRequestAs(app, inHeader(client), form)).status).toBe(200);
    }
  });

  it('F176: without PKCE there is no code, also for a client with a secret', async () => {
    const { app } = instance;
    const client = await registeredConfidential(app);
    for (const more of [{ code_challenge: undefined }, { code_challenge_method: 'plain' }]) {
      const refused = await new Browser(app, 'alice').authorize(client.client_id, createPkce(), {
        redirect_uri: WEB_REDIRECT_URI,
        ...more,
      });
      expect(refused.status).toBe(303);
      expect(redirectParameters(refused)).toMatchObject({
        error: 'invalid_request',
        state: 'xyz-state',
      });
      expect(redirectParameters(refused)).not.toHaveProperty('code');
    }
    const code = `${'g'.repeat(22)}.${'m'.repeat(43)}`;
    const form = redemption(client.client_id, code, createPkce());
    const made = await tokenRequestAs(app, inHeader(client), form);
    expect({ status: made.status, body: made.body }).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant' },
    });
    const { body } = await supertest(app).get('/.well-known/oauth-authorization-server');
    expect(body).toMatchObject({ code_challenge_methods_supported: ['S256'] });
  });

  it('F178: a client whose record is gone is not known any more', async () => {
    const { app, log } = instance;
    const client = await registeredConfidential(app);
    const { form } = await issueCodeTo(app, client);
    const { refresh_token } = await obtainTokensAs(app, client);
    await evict(deployment, storeKind.kind, client.client_id);
    for (const request of [form, refreshForm(refresh_token)]) {
      for (const { present } of WAYS) {
        const { status, body, text } = await tokenRequestAs(app, present(client), request);
        expect({ status, body }).toEqual({ status: 401, body: INVALID_CLIENT });
        expect(text).not.toContain(client.client_secret);
      }
    }
    expect(log.at('error')).toEqual([]);
  });

  it('F179, F181, F182: the secret is in no record and no log line, whatever happens', async () => {
    const { app, log } = instance;
    const client = await registeredConfidential(app);
    const { form } = await issueCodeTo(app, client);
    await tokenRequestAs(app, inBody({ ...client, client_id: 'x' }), form);
    await tokenRequestAs(app, inBody({ ...client, client_secret: 'wrong' }), form);
    await tokenRequestAs(app, { ...inBody(client), ...inHeader(client) }, form);
    await tokenRequestAs(app, inBody(client), { ...form, code_verifier: 'wrong' });
    const { body } = await tokenRequestAs(app, inBody(client), form);
    const { refresh_token } = body as Tokens;
    for (const { present } of WAYS) {
      await tokenRequestAs(app, present({ ...client, client_secret: 'x' }), refreshForm('x'));
      await tokenRequestAs(app, present(client), refreshForm(refresh_token));
    }
    await tokenRequestAs(app, inBody(client), form);

    const stored = storeKind.kind === 'redis' ? await redisContents() : [];
    const record = await deployment.store().clients.find(client.client_id);
    for (const text of [log.text(), JSON.stringify(record), ...stored.flat()]) {
      expect(text).not.toContain(client.client_secret);
    }
    const refusals = log.entries.filter(({ fields }) => fields['error'] === 'invalid_client');
    expect(refusals.map(({ level }) => level)).toEqual(Array(5).fill('debug'));
    expect(log.at('error')).toEqual([]);
  });
});

describe('behaviour F: public clients beside confidential ones', () => {
  it.each(WAYS)('a public client that sends a secret in $way is refused', async ({ present }) => {
    const { app } = createTestApp();
    const { client_id, refresh_token } = await obtainTokens(app, 'openid offline_access');
    const client_secret = 'a-secret-nobody-gave-it';
    const { status, body } = await tokenRequestAs(
      app,
      present({ client_id, client_secret }),
      refreshForm(refresh_token),
    );
    expect({ status, body }).toEqual({ status: 401, body: INVALID_CLIENT });
    expect((await refreshRequest(app, client_id, refresh_token)).status).toBe(200);
  });

  it.each([
    {
      name: 'in the header',
      of: (id: string) => ({ headers: { Authorization: basic(`${id}:`) } }),
    },
    { name: 'in the body', of: (id: string) => ({ form: { client_id: id, client_secret: '' } }) },
  ])('a public client may send an empty secret $name', async ({ of }) => {
    const { app } = createTestApp();
    const { client_id, refresh_token } = await obtainTokens(app, 'openid offline_access');
    const { status } = await tokenRequestAs(app, of(client_id), refreshForm(refresh_token));
    expect(status).toBe(200);
  });
});
