import { describe, expect, it } from '@jest/globals';
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify, type JSONWebKeySet } from 'jose';
import supertest from 'supertest';
import type { ClientStore } from '../../lib/storage/store.ts';
import { createTestApp, ISSUER, RESOURCE } from '../support/app.ts';
import {
  createPkce,
  obtainCode,
  redemption,
  refreshRequest,
  registeredClientId,
  tokenRequest,
  type Form,
  type Tokens,
} from '../support/flow.ts';
import { expectApiError } from '../http/support/expect.ts';
import { issueCode, isRedeemable } from '../http/support/grant.ts';
import { createWatchedApp } from '../http/support/watched-app.ts';

const DAY = 24 * 3600_000;
const WEB = 'https://app.example.com/cb';

/** What a changed redemption is answered with. */
async function refused(change: Form, status: number, error: string): Promise<void> {
  const issued = await issueCode();
  const answer = await tokenRequest(issued.app, { ...issued.form, ...change });
  expectApiError(answer, status, error);
  expect(issued.store.writes).toEqual([]);
  expect(await isRedeemable(issued)).toBe(true);
}

describe('behaviour F: what is not a redemption', () => {
  it('F155: without grant_type it is invalid_request', async () => {
    await refused({ grant_type: undefined }, 400, 'invalid_request');
  });

  it.each(['client_credentials', 'password', 'urn:ietf:params:oauth:grant-type:token-exchange'])(
    'F156: with the grant_type %s it is unsupported_grant_type',
    async (grant_type) => {
      await refused({ grant_type }, 400, 'unsupported_grant_type');
    },
  );

  it.each(['client_id', 'code', 'code_verifier'])(
    'F157: without %s it is invalid_request',
    async (name) => {
      await refused({ [name]: undefined }, 400, 'invalid_request');
    },
  );

  it('F157: with grant_type alone it is invalid_request', async () => {
    const { app } = createWatchedApp();
    const answer = await tokenRequest(app, { grant_type: 'authorization_code' });
    expectApiError(answer, 400, 'invalid_request');
  });

  it('F158: without a code it is invalid_request', async () => {
    await refused({ code: undefined }, 400, 'invalid_request');
  });

  it('F158: with a code that is none it is invalid_grant', async () => {
    await refused({ code: 'invalid-code' }, 400, 'invalid_grant');
  });

  it('F158, F167: without the verifier it is invalid_request', async () => {
    await refused({ code_verifier: undefined }, 400, 'invalid_request');
  });

  it('F163: with a wrong verifier it is invalid_grant', async () => {
    await refused({ code_verifier: createPkce().code_verifier }, 400, 'invalid_grant');
  });

  it('F164: with a code of the right form that does not exist it is invalid_grant', async () => {
    await refused({ code: `${'A'.repeat(22)}.${'B'.repeat(43)}` }, 400, 'invalid_grant');
  });

  it('F165: without redirect_uri it is invalid_grant when the authorization request had one', async () => {
    await refused({ redirect_uri: undefined }, 400, 'invalid_grant');
  });

  it('F166: with a client_id that does not exist it is invalid_client', async () => {
    await refused({ client_id: 'wrong' }, 401, 'invalid_client');
  });

  it('F166: with the client_id of another client it is invalid_grant', async () => {
    const issued = await issueCode();
    const client_id = await registeredClientId(issued.app);
    const answer = await tokenRequest(issued.app, { ...issued.form, client_id });
    expectApiError(answer, 400, 'invalid_grant');
    expect(await isRedeemable(issued)).toBe(true);
  });
});

describe('behaviour F: a redemption', () => {
  it('F160: is 200 with an access token, its type and its lifetime', async () => {
    const { app, form } = await issueCode();
    const { status, headers, body } = await tokenRequest(app, form);
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
        token_type: 'Bearer',
        expires_in: 3600,
        scope: 'openid profile email offline_access',
        id_token: expect.any(String),
        refresh_token: expect.stringMatching(/^[\w-]{22}\.1\.[\w-]{43}$/),
      },
    });
    expect(headers).toHaveProperty('cache-control', 'no-store');
  });

  it('F161: renews the registration once, from the unused to the idle lifetime', async () => {
    const { app, store, clock } = createWatchedApp();
    const client_id = await registeredClientId(app);
    const lifetime = async (): Promise<number> =>
      ((await store.clients.find(client_id))?.expires_at ?? 0) - clock.now();
    const renewals = (): number => store.writes.filter((call) => call === 'clients.renew').length;
    expect(await lifetime()).toBe(7 * DAY);

    const pkce = createPkce();
    const code = await obtainCode(app, client_id, pkce, { scope: 'openid offline_access' });
    const { body } = await tokenRequest(app, redemption(client_id, code, pkce));
    expect(renewals()).toBe(1);
    expect(await lifetime()).toBe(180 * DAY);

    clock.advance(DAY - 1);
    const refreshed = await refreshRequest(app, client_id, (body as Tokens).refresh_token);
    expect(renewals()).toBe(1);
    clock.advance(1);
    await refreshRequest(app, client_id, (refreshed.body as Tokens).refresh_token);
    expect(renewals()).toBe(2);
    expect(await lifetime()).toBe(180 * DAY);
  });

  it('F165: needs no redirect_uri when the authorization request had none', async () => {
    const { app } = createWatchedApp();
    const client_id = await registeredClientId(app, { redirect_uris: [WEB] });
    const pkce = createPkce();
    const code = await obtainCode(app, client_id, pkce, { redirect_uri: undefined });
    const form = redemption(client_id, code, pkce, { redirect_uri: undefined });
    expect((await tokenRequest(app, form)).status).toBe(200);
  });

  it('F169: is 200 the first time and invalid_grant the second', async () => {
    const { app, form } = await issueCode();
    expect((await tokenRequest(app, form)).status).toBe(200);
    expectApiError(await tokenRequest(app, form), 400, 'invalid_grant');
  });

  it('F170: gives a token for the resource that was asked for, by a key that is published', async () => {
    const { app, form, id, clock } = await issueCode({ query: { resource: RESOURCE } });
    const { access_token } = (await tokenRequest(app, form)).body as Tokens;
    const published = (await supertest(app).get('/oauth/jwks')).body as JSONWebKeySet;
    expect(published.keys.map(({ kid }) => kid)).toContain(decodeProtectedHeader(access_token).kid);
    const { payload } = await jwtVerify(access_token, createLocalJWKSet(published), {
      currentDate: new Date(clock.now()),
    });
    expect(payload).toMatchObject({ iss: ISSUER, aud: RESOURCE, sub: 'alice', client_id: id });
    expect(payload).not.toHaveProperty('tsid');
  });

  it('F178: is invalid_client when the client is gone', async () => {
    const { store, clock, form } = await issueCode();
    const clients = Object.assign(Object.create(store.clients) as ClientStore, {
      find: () => Promise.resolve(undefined),
    });
    const { app } = createTestApp({ clock, options: { store: { ...store, clients } } });
    const answer = await tokenRequest(app, form);
    expectApiError(answer, 401, 'invalid_client');
    expect(store.writes).toEqual([]);
  });

  it('F182: that fails is told at debug, and nothing at error', async () => {
    const { app, form, log } = await issueCode();
    const before = log.entries.length;
    const changes: Form[] = [
      { client_id: 'wrong' },
      { code: 'x' },
      { code_verifier: undefined },
      { grant_type: 'password' },
    ];
    for (const change of changes) await tokenRequest(app, { ...form, ...change });
    expect(log.entries.slice(before).map(({ level, message }) => `${level}: ${message}`)).toEqual(
      changes.map(() => 'debug: request refused'),
    );
  });
});

describe('behaviour F: the resource of a redemption', () => {
  it.each(['', undefined, RESOURCE, `${RESOURCE}/`, 'https://AUTH.example.com/mcp'])(
    'F184, F185: %j is the one that was granted',
    async (resource) => {
      const { app, form } = await issueCode();
      expect((await tokenRequest(app, { ...form, resource })).status).toBe(200);
    },
  );

  it('F184: may be http where the server is', async () => {
    const issuer = 'http://localhost:3000';
    const { app, form } = await issueCode({ options: { issuer } });
    const resource = `${issuer}/mcp`;
    expect((await tokenRequest(app, { ...form, resource })).status).toBe(200);
  });

  it.each([
    { row: 'F184', name: 'a path', resource: '/mcp' },
    { row: 'F184', name: 'a fragment', resource: `${RESOURCE}#x` },
    { row: 'F184', name: 'an empty fragment', resource: `${RESOURCE}#` },
    { row: 'F184', name: 'ftp', resource: 'ftp://auth.example.com/mcp' },
    { row: 'F184', name: 'no host', resource: 'https:///mcp' },
    { row: 'F184', name: 'a name', resource: 'mcp' },
    { row: 'F185', name: 'another path', resource: `${ISSUER}/other` },
    { row: 'F185', name: 'a path below', resource: `${RESOURCE}/tools` },
    { row: 'F185', name: 'another host', resource: 'https://evil.example/mcp' },
    { row: 'F185', name: 'the path in other case', resource: `${ISSUER}/MCP` },
    { row: 'F185', name: 'two slashes at the end', resource: `${RESOURCE}//` },
  ])('$row: $name is invalid_target, and the code stays good', async ({ resource }) => {
    await refused({ resource }, 400, 'invalid_target');
  });
});
