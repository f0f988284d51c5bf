import { describe, expect, it } from '@jest/globals';
import { expectApiError } from '../http/support/expect.ts';
import { createWatchedApp } from '../http/support/watched-app.ts';
import { createTestApp } from '../support/app.ts';
import { METADATA, register } from '../support/flow.ts';

const BOTH = ['authorization_code', 'refresh_token'];

describe('behaviour B3: redirect URIs', () => {
  it.each([
    'https://example.com/callback',
    'https://example.com:8443/callback',
    'https://app.example.com/oauth/callback/v1',
    'https://example.com',
  ])('B56: %s is accepted, and echoed as it was sent', async (uri) => {
    const { status, body } = await register(createTestApp().app, { redirect_uris: [uri] });
    expect({ status, body }).toMatchObject({ status: 201, body: { redirect_uris: [uri] } });
  });

  it.each([
    ...['http://example.com/callback', 'http://192.168.1.1/callback'].map((uri) => ({
      row: 'B58',
      redirect_uris: [uri],
    })),
    ...['://invalid', 'not a valid uri', 'https://', '/callback', 'https://a b.example/'].map(
      (uri) => ({ row: 'B59', redirect_uris: [uri] }),
    ),
    { row: 'B62', redirect_uris: undefined },
    { row: 'B62', redirect_uris: null },
    { row: 'B62', redirect_uris: [] },
    {
      row: 'B64',
      redirect_uris: ['http://localhost:8080/callback', 'http://example.com/callback'],
    },
    {
      row: 'B64',
      redirect_uris: ['http://example.com/callback', 'http://localhost:8080/callback'],
    },
  ])('$row: $redirect_uris is refused as a whole', async ({ redirect_uris }) => {
    const { app, store } = createWatchedApp();
    expectApiError(await register(app, { redirect_uris }), 400, 'invalid_redirect_uri');
    expect(store.writes).toEqual([]);
  });

  it('B61: a URI of 2048 characters is accepted, and one more is too long', async () => {
    const { app, store } = createWatchedApp();
    const uri = `https://example.com/${'a'.repeat(2048 - 'https://example.com/'.length)}`;
    expect((await register(app, { redirect_uris: [uri] })).status).toBe(201);
    store.forget();
    const answer = await register(app, { redirect_uris: [`${uri}a`] });
    expectApiError(answer, 400, 'invalid_redirect_uri');
    expect(store.writes).toEqual([]);
  });
});

describe('behaviour B4: other metadata', () => {
  it.each(['none', undefined, null, ''])(
    'B65: an authentication method of %j is none',
    async (token_endpoint_auth_method) => {
      const { status, body } = await register(createTestApp().app, { token_endpoint_auth_method });
      expect({ status, body }).toMatchObject({
        status: 201,
        body: { token_endpoint_auth_method: 'none' },
      });
      expect(body).not.toHaveProperty('client_secret');
    },
  );

  it.each([
    { row: 'B67', asked: undefined, want: BOTH },
    { row: 'B67', asked: [], want: BOTH },
    { row: 'B67', asked: ['authorization_code'], want: ['authorization_code'] },
    // Theirs refuses these; ours leaves out what is not offered, and says so.
    { row: 'B68', asked: ['authorization_code', 'client_credentials'], want: BOTH.slice(0, 1) },
    {
      row: 'B68',
      asked: [...BOTH, 'urn:ietf:params:oauth:grant-type:token-exchange'],
      want: BOTH,
    },
    {
      row: 'B68',
      asked: ['urn:ietf:params:oauth:grant-type:device_code', ...BOTH, 'x'],
      want: BOTH,
    },
  ])('$row: grant types $asked are registered as $want', async ({ asked, want }) => {
    const { status, body } = await register(createTestApp().app, { grant_types: asked });
    expect({ status, body }).toMatchObject({ status: 201 });
    expect((body as { grant_types: unknown }).grant_types).toEqual(want);
  });

  it.each([
    [['refresh_token']],
    [['client_credentials']],
    [['urn:ietf:params:oauth:grant-type:token-exchange']],
    [['password', 'implicit']],
  ])('B68: grant types that leave nothing to begin with are refused: %j', async (grant_types) => {
    const { app, store } = createWatchedApp();
    expectApiError(await register(app, { grant_types }), 400, 'invalid_client_metadata');
    expect(store.writes).toEqual([]);
  });

  it.each(['a', 'a'.repeat(256), 'Caf\u00e9 "B" <c> & \u0645'])(
    'B70: the name %j is echoed',
    async (client_name) => {
      const { status, body } = await register(createTestApp().app, { client_name });
      expect({ status, body }).toMatchObject({ status: 201, body: { client_name } });
    },
  );

  it.each([
    { row: 'B70', metadata: { client_name: 'a'.repeat(257) } },
    { row: 'B71', metadata: { software_id: 'a'.repeat(257) } },
    { row: 'B71', metadata: { software_id: 'a\u0007b' } },
    { row: 'B71', metadata: { software_id: 'a\nb' } },
    { row: 'B71', metadata: { software_id: 'caf\u00e9' } },
    { row: 'B71', metadata: { software_version: 'a'.repeat(257) } },
  ])('$row: $metadata is refused', async ({ metadata }) => {
    const { app, store } = createWatchedApp();
    expectApiError(await register(app, metadata), 400, 'invalid_client_metadata');
    expect(store.writes).toEqual([]);
  });

  it.each(['a'.repeat(256), 'com.example/app 1.0 (~{}|)', '4NRB1-0XZABZI9E6-5SM3R'])(
    'B71: the software id %j is echoed',
    async (software_id) => {
      const { status, body } = await register(createTestApp().app, { software_id });
      expect({ status, body }).toMatchObject({ status: 201, body: { software_id } });
    },
  );

  it('B71: an empty software id is none', async () => {
    const { status, body } = await register(createTestApp().app, {
      ...METADATA,
      software_id: '',
    });
    expect(status).toBe(201);
    expect(body).not.toHaveProperty('software_id');
  });
});
