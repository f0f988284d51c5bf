import { describe, expect, it } from '@jest/globals';
import { randomBytes, randomUUID } from 'node:crypto';
import supertest from 'supertest';
import { createTestApp, ISSUER } from '../support/app.ts';
import { METADATA, refreshRequest } from '../support/flow.ts';
import {
  manage,
  OFFLINE,
  registered,
  registrationIn,
  tokensFor,
  update,
} from '../support/management.ts';
import { expectApiError } from './support/expect.ts';
import { JSON_TYPE, send, type Answer } from './support/send.ts';
import { createWatchedApp } from './support/watched-app.ts';

const DAY = 24 * 3600_000;
const METHODS = ['GET', 'PUT', 'DELETE'];
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

const anyToken = (): string => randomBytes(32).toString('base64url');

/** Node sends no length with a body that a method need not have. */
function jsonOf(body: string): Readonly<Record<string, string>> {
  return { ...JSON_TYPE, 'Content-Length': String(Buffer.byteLength(body)) };
}

/** Everything of an answer that could tell one refusal from another. */
function visible({ status, headers, text }: Answer): object {
  const others = Object.entries(headers).filter(([name]) => name !== 'date');
  return { status, text, headers: others };
}

describe('/oauth/register/:client_id: whoever has not the token of this client', () => {
  const REFUSED = {
    error: 'invalid_token',
    error_description: 'the registration access token is not known',
  };

  it('is told the same, whatever it is that is not there (MGMT-01, MGMT-03, MGMT-11, MGMT-18)', async () => {
    const { app, clock, store, log } = createWatchedApp();
    const [expired, one, other, deleted] = [
      await registered(app),
      await registered(app),
      await registered(app),
      await registered(app),
    ];
    expect((await manage(app, 'delete', deleted)).status).toBe(204);
    const tokens = await tokensFor(app, one);
    const cases = [
      [one.client_id, other.registration_access_token],
      [one.client_id, anyToken()],
      [one.client_id, tokens.access_token],
      [one.client_id, one.registration_access_token.slice(0, -1)],
      [randomUUID(), one.registration_access_token],
      [randomUUID(), anyToken()],
      ['nonexistent', anyToken()],
      ['https%3A%2F%2Fclient.example.com%2Fdocument', anyToken()],
      [deleted.client_id, deleted.registration_access_token],
      [one.client_id.toUpperCase(), one.registration_access_token],
    ];
    store.forget();
    const answers: Answer[] = [];
    const ask = async (client_id = '', token = ''): Promise<void> => {
      for (const method of METHODS) {
        const body = JSON.stringify({ ...METADATA, client_id });
        const headers = { ...jsonOf(body), Authorization: `Bearer ${token}` };
        answers.push(await send(app, method, `/oauth/register/${client_id}`, { headers, body }));
      }
    };
    for (const [client_id, token] of cases) await ask(client_id, token);
    clock.advance(8 * DAY);
    await ask(expired.client_id, expired.registration_access_token);
    const [first] = answers;
    expectApiError(first!, 401, 'invalid_token');
    expect(first!.body).toEqual(REFUSED);
    expect(first!.headers['www-authenticate']).toBe(
      'Bearer realm="client configuration", error="invalid_token", error_description="the registration access token is not known"',
    );
    for (const answer of answers) expect(visible(answer)).toEqual(visible(first!));
    expect(store.writes).toEqual([]);
    expect(log.text()).not.toContain(one.registration_access_token);
  });

  it.each(METHODS)(
    'learns on %s that one is needed, when there is none in the header',
    async (method) => {
      const { app, store } = createWatchedApp();
      const { client_id, registration_access_token: token } = await registered(app);
      store.forget();
      const body = JSON.stringify({ ...METADATA, client_id, access_token: token });
      const path = `/oauth/register/${client_id}?access_token=${token}`;
      for (const more of [{}, { Authorization: `Basic ${token}` }, { Authorization: token }]) {
        const answer = await send(app, method, path, {
          headers: { ...jsonOf(body), ...more },
          body,
        });
        expectApiError(answer, 401, 'invalid_token');
        expect(answer.headers['www-authenticate']).toBe('Bearer realm="client configuration"');
      }
      expect(store.writes).toEqual([]);
    },
  );

  it('has nothing to do at other paths and with other methods (MGMT-11, REG-33)', async () => {
    const { app, store } = createWatchedApp();
    const { client_id, registration_access_token: token } = await registered(app);
    store.forget();
    const headers = { Authorization: `Bearer ${token}`, 'X-HTTP-Method-Override': 'DELETE' };
    for (const [method, path, status] of [
      ['DELETE', '/oauth/register', 405],
      ['DELETE', '/oauth/register/', 404],
      ['DELETE', `/oauth/register/${client_id}/`, 404],
      ['POST', `/oauth/register/${client_id}`, 405],
      ['POST', `/oauth/register/${client_id}?_method=DELETE`, 405],
      ['PATCH', `/oauth/register/${client_id}`, 405],
    ] as const) {
      const answer = await send(app, method, path, { headers });
      expect([method, path, answer.status]).toEqual([method, path, status]);
      if (status === 405 && path !== '/oauth/register') {
        expect(answer.headers.allow).toBe('GET, HEAD, PUT, DELETE');
      }
    }
    expect(store.writes).toEqual([]);
  });

  it.each(['%E0%A4%A', '%', '%00', '__proto__', '..%2f..', 'a'.repeat(4000)])(
    'is answered in JSON whatever stands in the place of the id: %#',
    async (id) => {
      const { app } = createTestApp();
      const headers = { Authorization: `Bearer ${anyToken()}` };
      const answer = await send(app, 'GET', `/oauth/register/${id}`, { headers });
      expectApiError(answer, 401, 'invalid_token');
    },
  );
});

describe('GET /oauth/register/:client_id', () => {
  it('is told in the answer to a registration, with the token that it takes', async () => {
    const { app } = createTestApp();
    const [one, other] = [await registered(app), await registered(app)];
    expect(one.registration_client_uri).toBe(`${ISSUER}/oauth/register/${one.client_id}`);
    expect(one.registration_access_token).toMatch(TOKEN);
    expect(other.registration_access_token).not.toBe(one.registration_access_token);
  });

  it('answers what counts now, and nothing that only the server may know (MGMT-15)', async () => {
    const { app, store } = createWatchedApp();
    const metadata = {
      redirect_uris: ['https://app.example.com/cb'],
      token_endpoint_auth_method: 'client_secret_basic',
      'client_name#fr': 'Client de test',
      scope: 'profile',
    };
    const client = await registered(app, metadata);
    const { client_secret, client_secret_expires_at, ...known } = {
      ...client,
    } as Record<string, unknown>;
    expect(client_secret).toMatch(TOKEN);
    expect(client_secret_expires_at).toBe(0);
    store.forget();
    for (const method of ['get', 'get'] as const) {
      const answer = await manage(app, method, client);
      expect({ status: answer.status, body: answer.body as unknown }).toEqual({
        status: 200,
        body: known,
      });
      expect(answer.headers).toMatchObject({
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'access-control-allow-origin': '*',
      });
      expect(answer.headers).not.toHaveProperty('etag');
    }
    expect(store.writes).toEqual([]);
  });

  it('shows a client the scopes that a changed policy gives it', async () => {
    const { app, store } = createWatchedApp();
    const client = await registered(app, { scope: 'profile' });
    const { app: later } = createTestApp({
      options: { store, baselineClientScopes: ['email'] },
    });
    expect(await manage(later, 'get', client)).toMatchObject({ body: { scope: 'profile email' } });
  });

  it('lets a browser ask, with each of its methods', async () => {
    const { app } = createTestApp();
    const { client_id } = await registered(app);
    const answer = await supertest(app)
      .options(`/oauth/register/${client_id}`)
      .set({ Origin: 'https://inspector.example', 'Access-Control-Request-Method': 'PUT' });
    expect(answer.status).toBe(204);
    expect(answer.headers['access-control-allow-methods']).toBe('GET,HEAD,PUT,DELETE');
  });
});

describe('/oauth/register/:client_id: the end of a client', () => {
  it('is put off by none of the requests there (MGMT-20)', async () => {
    const { app, clock, store } = createWatchedApp();
    let client = await registered(app);
    const { expires_at } = (await store.clients.find(client.client_id))!;
    for (let day = 0; day < 6; day += 1) {
      clock.advance(DAY);
      expect((await manage(app, 'get', client)).status).toBe(200);
      client = registrationIn(await update(app, client));
    }
    expect(await store.clients.find(client.client_id)).toMatchObject({ expires_at, used: false });
    clock.advance(DAY);
    expect((await manage(app, 'get', client)).status).toBe(401);
  });

  it('is put off by its use, and with it the end of its token (MGMT-18)', async () => {
    const { app, clock } = createTestApp();
    const client = await registered(app, { scope: OFFLINE });
    const { refresh_token } = await tokensFor(app, client);
    clock.advance(20 * DAY);
    const refreshed = await refreshRequest(app, client.client_id, refresh_token);
    expect(refreshed.status).toBe(200);
    clock.advance(170 * DAY);
    expect((await manage(app, 'get', client)).status).toBe(200);
    clock.advance(20 * DAY);
    expect((await manage(app, 'get', client)).status).toBe(401);
  });
});
