import { describe, expect, it } from '@jest/globals';
import { register, METADATA, registeredClientId } from '../support/flow.ts';
import { expectApiError } from './support/expect.ts';
import { JSON_TYPE, send } from './support/send.ts';
import { createWatchedApp } from './support/watched-app.ts';
import { REGISTRATION_MANAGEMENT } from '../support/registration-management.ts';

const NOW_SECONDS = Date.UTC(2026, 10, 23, 12) / 1000;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** What is answered to `METADATA`. */
const INFORMATION = {
  client_id: expect.stringMatching(UUID),
  client_id_issued_at: NOW_SECONDS,
  ...REGISTRATION_MANAGEMENT,
  redirect_uris: METADATA.redirect_uris,
  token_endpoint_auth_method: 'none',
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  client_name: 'Test client',
  scope: 'openid profile email offline_access',
};

/** In two parts: lint takes the whole for an address of ours. */
const SCRIPT = 'javascript';

describe('POST /oauth/register (RFC 7591 §3)', () => {
  it.each(['null', '[]', JSON.stringify([METADATA]), '"text"', '1', 'true', ''])(
    'refuses a body that is not an object: %s (REG-08)',
    async (body) => {
      const { app, store } = createWatchedApp();
      const answer = await send(app, 'POST', '/oauth/register', { headers: JSON_TYPE, body });
      expectApiError(answer, 400, 'invalid_client_metadata');
      expect(answer.body).toHaveProperty(
        'error_description',
        'the client metadata must be a JSON object',
      );
      expect(store.writes).toEqual([]);
    },
  );

  it.each(
    [
      undefined,
      null,
      '',
      'https://app.example.com/cb',
      [],
      [null],
      [['https://a.example/cb']],
      [{ href: 'https://a.example' }],
      [''],
      [1],
      { 0: 'https://a.example' },
    ].map((redirect_uris) => ({ redirect_uris })),
  )('refuses redirect_uris of the wrong type: $redirect_uris (REG-13)', async (metadata) => {
    const { app, store } = createWatchedApp();
    const answer = await register(app, metadata);
    expectApiError(answer, 400, 'invalid_redirect_uri');
    expect(store.writes).toEqual([]);
  });

  it.each([
    'client_secret_jwt',
    'private_key_jwt',
    'tls_client_auth',
    'NONE',
    'none ',
    '__proto__',
    ['none'],
    {},
    1,
    false,
  ])('refuses the authentication method %j (REG-18)', async (token_endpoint_auth_method) => {
    const { app, store } = createWatchedApp();
    const answer = await register(app, { token_endpoint_auth_method });
    expectApiError(answer, 400, 'invalid_client_metadata');
    expect(store.writes).toEqual([]);
  });

  it.each([undefined, null, ''])(
    'takes an authentication method of %j for none, and says so (REG-18)',
    async (token_endpoint_auth_method) => {
      const { app } = createWatchedApp();
      const { status, body } = await register(app, { token_endpoint_auth_method });
      expect({ status, body }).toEqual({ status: 201, body: INFORMATION });
    },
  );

  it.each([
    { grant_types: ['client_credentials'] },
    { grant_types: ['password'] },
    { grant_types: ['implicit'] },
    { grant_types: ['urn:ietf:params:oauth:grant-type:jwt-bearer'] },
    { grant_types: ['constructor'] },
    { grant_types: ['refresh_token'] },
    { grant_types: 'authorization_code' },
    { grant_types: [1] },
    { grant_types: { 0: 'authorization_code' } },
    { response_types: ['token'] },
    { response_types: ['code token'] },
    { response_types: 'code' },
  ])('refuses what leaves nothing to work with: %j (REG-15, REG-16)', async (metadata) => {
    const { app, store } = createWatchedApp();
    expectApiError(await register(app, metadata), 400, 'invalid_client_metadata');
    expect(store.writes).toEqual([]);
  });

  it.each([
    {
      sent: { grant_types: ['authorization_code', 'client_credentials', 'device_code'] },
      kept: { grant_types: ['authorization_code'] },
    },
    {
      sent: { grant_types: ['refresh_token', 'password', 'authorization_code'] },
      kept: { grant_types: ['authorization_code', 'refresh_token'] },
    },
    { sent: { grant_types: undefined }, kept: {} },
    { sent: { grant_types: [] }, kept: {} },
    { sent: { response_types: ['token', 'code', 'id_token'] }, kept: {} },
    { sent: { response_types: undefined }, kept: {} },
  ])('keeps of $sent what there is, and says so (REG-15)', async ({ sent, kept }) => {
    const { app } = createWatchedApp();
    const { status, body } = await register(app, sent);
    expect({ status, body }).toEqual({ status: 201, body: { ...INFORMATION, ...kept } });
  });

  it('takes nothing from prototype members, for this client or the next (REG-06)', async () => {
    const { app } = createWatchedApp();
    const body = `{"redirect_uris":["https://app.example.com/cb"],
      "__proto__":{"client_name":"Inherited","skip_consent":true,"scope":"profile"},
      "constructor":{"prototype":{"client_name":"Inherited","isAdmin":true}}}`;
    const first = await send(app, 'POST', '/oauth/register', { headers: JSON_TYPE, body });
    const withoutName = { ...INFORMATION, client_name: undefined };
    expect(first).toMatchObject({ status: 201 });
    expect(first.body).toEqual({ ...withoutName, redirect_uris: ['https://app.example.com/cb'] });
    const second = await register(app, { client_name: undefined });
    expect(second.body).toEqual(withoutName);
    expect({}).not.toHaveProperty('isAdmin');
  });

  it.each(['admin-console', 'https://evil.example/cimd.json', 1])(
    'gives a client that wants to be called %j an id of its own (REG-03)',
    async (client_id) => {
      const { app } = createWatchedApp();
      const { status, body } = await register(app, { client_id, client_secret: 'mine' });
      expect({ status, body }).toEqual({ status: 201, body: INFORMATION });
    },
  );

  it('does not touch a client whose id another one claims (REG-03)', async () => {
    const { app, store } = createWatchedApp();
    const victim = await registeredClientId(app);
    const before = await store.clients.find(victim);
    const { body } = await register(app, { client_id: victim, client_name: 'Somebody else' });
    expect((body as { client_id: string }).client_id).not.toBe(victim);
    expect(await store.clients.find(victim)).toEqual(before);
  });

  it('keeps nothing of members that it does not know (REG-30, REG-26)', async () => {
    const { app, store } = createWatchedApp();
    const { status, body } = await register(app, {
      x_blob: 'A'.repeat(40_000),
      notes: { deep: { deeper: 'blob' } },
      'x-<img>': 1,
      software_statement: 'eyJhbGciOiJub25lIn0.e30.',
      'redirect_uris#fr': 'blob',
      post_logout_redirect_uris: [`${SCRIPT}:1`],
      userinfo_signed_response_alg: 'none',
    });
    expect({ status, body }).toEqual({ status: 201, body: INFORMATION });
    const record = await store.clients.find((body as { client_id: string }).client_id);
    expect(JSON.stringify(record)).not.toMatch(/AAAA|blob|statement|javascript|alg/);
    expect(JSON.stringify(record).length).toBeLessThan(1200);
  });

  it('answers with everything that was kept, and no secret (REG-01)', async () => {
    const { app, store } = createWatchedApp();
    const kept = {
      client_uri: 'https://app.example.com/',
      logo_uri: 'https://app.example.com/logo.png',
      tos_uri: 'https://app.example.com/tos',
      policy_uri: 'https://app.example.com/policy',
      software_id: 'test-client',
      software_version: '1.2.3',
      application_type: 'native',
      scope: 'openid',
    };
    const { status, headers, body } = await register(app, kept);
    expect({ status, body }).toEqual({ status: 201, body: { ...INFORMATION, ...kept } });
    expect(headers).toMatchObject({
      'content-type': expect.stringMatching(/^application\/json/),
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    expect(headers).not.toHaveProperty('etag');
    expect(store.writes).toEqual(['clients.insert']);
  });

  it('never gives the same id twice (REG-38)', async () => {
    const { app } = createWatchedApp();
    const ids = await Promise.all(Array.from({ length: 50 }, () => registeredClientId(app)));
    expect(new Set(ids).size).toBe(50);
  });
});
