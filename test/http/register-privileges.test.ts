import { describe, expect, it } from '@jest/globals';
import {
  inHeader,
  registeredConfidential,
  issueCodeTo,
  tokenRequestAs,
} from '../support/confidential.ts';
import {
  Browser,
  createPkce,
  locationOf,
  redirectParameters,
  register,
  registeredClientId,
  tokenRequest,
} from '../support/flow.ts';
import { expectApiError } from './support/expect.ts';
import { JSON_TYPE, send } from './support/send.ts';
import { createWatchedApp } from './support/watched-app.ts';
import { REGISTRATION_MANAGEMENT } from '../support/registration-management.ts';

const METADATA_PATH = '/.well-known/oauth-authorization-server';
const SCOPES = ['openid', 'mcp:read', 'admin:all'];

describe('a client that registers under the name of another', () => {
  it('leaves a confidential one as it was, with the secret that it has (REG-03)', async () => {
    const { app, store } = createWatchedApp();
    const victim = await registeredConfidential(app);
    const before = await store.clients.find(victim.client_id);
    const { status, body } = await register(app, {
      client_id: victim.client_id,
      client_secret: 'mine',
      client_name: 'Somebody else',
    });
    expect(status).toBe(201);
    expect(body).not.toHaveProperty('client_secret');
    expect(body).not.toHaveProperty('client_id', victim.client_id);
    expect(await store.clients.find(victim.client_id)).toEqual(before);
    const { form } = await issueCodeTo(app, victim);
    const mine = inHeader({ ...victim, client_secret: 'mine' });
    expectApiError(await tokenRequestAs(app, mine, form), 401, 'invalid_client');
    expect((await tokenRequestAs(app, inHeader(victim), form)).status).toBe(200);
  });
});

describe('a registration with members that would give privileges (REG-05)', () => {
  const PRIVILEGES = {
    skip_consent: true,
    skip_logout_consent: true,
    trusted: true,
    first_party: true,
    isAdmin: true,
    disabled: false,
    consent_required: false,
    require_pkce: false,
    requirePKCE: false,
    access_token_strategy: 'jwt',
    userId: '1',
    type: 'web',
    owner: 'alice',
    audience: ['https://other.example/mcp'],
    baseline: ['admin:all'],
    allowed_scopes: 'admin:all',
    access_token_lifetime: 9e9,
    sector_identifier_uri: 'https://other.example/sector.json',
  };
  /** The members that a record has beside its metadata. */
  const OF_A_RECORD = {
    v: 99,
    client_id: 'admin-console',
    client_id_issued_at: 0,
    client_secret: 'mine',
    client_secret_expires_at: 9e9,
    secret_digest: 'mine',
    origin: 'provisioned',
    metadata: { skip_consent: true, token_endpoint_auth_method: 'client_secret_basic' },
    localized: { 'client_name#ja': 'mine', skip_consent: 'true' },
    requested: 'admin:all',
    registered: { scopes: [{ scope: 'admin:all', origin: 'requested' }], policy: 'mine' },
    policy: 'mine',
    expires_at: 9e15,
    used: true,
  };

  it('neither echoes nor obeys members that would give privileges (REG-05)', async () => {
    const { app } = createWatchedApp();
    const plain = (await register(app)).body as object;
    const { status, body } = await register(app, { ...PRIVILEGES, ...OF_A_RECORD });
    const { client_id } = body as { client_id: string };
    const client_id_issued_at: unknown = expect.any(Number);
    expect({ status, body }).toEqual({
      status: 201,
      body: { ...plain, ...REGISTRATION_MANAGEMENT, client_id, client_id_issued_at },
    });
    const browser = new Browser(app, 'alice');
    expect(locationOf(await browser.authorize(client_id, createPkce()))).toMatch(
      /^\/oauth\/consent\?/,
    );
    const withoutPkce = await browser.authorize(client_id, createPkce(), {
      code_challenge: undefined,
    });
    expect(redirectParameters(withoutPkce)).toHaveProperty('error', 'invalid_request');
  });

  it.each([
    ...Object.entries({ ...PRIVILEGES, ...OF_A_RECORD }).map(([name, value]) => ({
      name,
      more: { [name]: value },
    })),
    { name: 'all of them', more: { ...PRIVILEGES, ...OF_A_RECORD } },
  ])('is kept exactly like one without: $name', async ({ more }) => {
    const { app, store } = createWatchedApp({
      options: { scopesSupported: SCOPES, restrictedScopes: ['admin:all'] },
    });
    const [plain, asking] = [await registeredClientId(app), await registeredClientId(app, more)];
    expect(asking).not.toBe(plain);
    const record = await store.clients.find(plain);
    expect(record).toMatchObject({ client_id: plain, origin: 'registered', used: false });
    // A token is random, whoever gets it.
    const registration_token = { digest: expect.stringMatching(/^[\w-]{43}$/) };
    expect(await store.clients.find(asking)).toStrictEqual({
      ...record,
      client_id: asking,
      registration_token,
    });
  });
});

describe('a registration with members of prototypes (REG-06)', () => {
  const BODY = `{"redirect_uris":["https://app.example.com/cb"],
    "__proto__":{"token_endpoint_auth_method":"client_secret_basic","skip_consent":true,"scope":"admin:all"},
    "constructor":{"prototype":{"isAdmin":true}}}`;

  const prepared = () =>
    createWatchedApp({
      options: { scopesSupported: SCOPES, restrictedScopes: ['admin:all'] },
    });

  it('is one without them: public, narrow, and asked for consent', async () => {
    const { app, store } = prepared();
    const { status, body } = await send(app, 'POST', '/oauth/register', {
      headers: JSON_TYPE,
      body: BODY,
    });
    expect({ status, body }).toEqual({
      status: 201,
      body: {
        client_id: expect.any(String),
        client_id_issued_at: expect.any(Number),
        ...REGISTRATION_MANAGEMENT,
        redirect_uris: ['https://app.example.com/cb'],
        token_endpoint_auth_method: 'none',
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        scope: 'openid mcp:read',
      },
    });
    const { client_id } = body as { client_id: string };
    const record = JSON.stringify(await store.clients.find(client_id));
    expect(record).not.toMatch(/skip_consent|isAdmin|admin:all|__proto__|constructor/);
    const query = { redirect_uri: 'https://app.example.com/cb' };
    const browser = new Browser(app, 'alice');
    expect(locationOf(await browser.authorize(client_id, createPkce(), query))).toMatch(
      /^\/oauth\/consent\?/,
    );
    const beyond = { ...query, scope: 'admin:all' };
    expect(
      redirectParameters(await browser.authorize(client_id, createPkce(), beyond)),
    ).toMatchObject({ error: 'invalid_scope' });
  });

  it('changes nothing for the next one, nor for what the server says of itself', async () => {
    const { app } = prepared();
    const before = (await send(app, 'GET', METADATA_PATH)).text;
    const plain = (await register(app)).body as { client_id: string };
    await send(app, 'POST', '/oauth/register', { headers: JSON_TYPE, body: BODY });
    const { status, body } = await register(app);
    expect({ status, body }).toEqual({
      status: 201,
      body: { ...plain, ...REGISTRATION_MANAGEMENT, client_id: expect.any(String) },
    });
    expect(before).toContain('"issuer"');
    expect((await send(app, 'GET', METADATA_PATH)).text).toBe(before);
    for (const name of ['isAdmin', 'skip_consent', 'scope']) expect({}).not.toHaveProperty(name);
  });
});

describe('a client that asked for grant types of its own account (REG-15)', () => {
  const GRANT_TYPES = ['authorization_code', 'client_credentials'];

  it('gets no token for nobody when it is public', async () => {
    const { app, store } = createWatchedApp();
    const client_id = await registeredClientId(app, { grant_types: GRANT_TYPES });
    store.forget();
    for (const grant_type of ['client_credentials', 'password', 'implicit']) {
      const form = { grant_type, client_id, username: 'alice', password: 'x', scope: 'openid' };
      expectApiError(await tokenRequest(app, form), 400, 'unsupported_grant_type');
    }
    expect(store.writes).toEqual([]);
  });

  it('gets none when it has a secret', async () => {
    const { app, store } = createWatchedApp();
    const client = await registeredConfidential(app, { grant_types: GRANT_TYPES });
    store.forget();
    const form = { grant_type: 'client_credentials', scope: 'openid' };
    const answer = await tokenRequestAs(app, inHeader(client), form);
    expectApiError(answer, 400, 'unsupported_grant_type');
    expect(store.writes).toEqual([]);
  });
});
