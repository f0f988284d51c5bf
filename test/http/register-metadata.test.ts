import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { METADATA, register } from '../support/flow.ts';
import { expectApiError } from './support/expect.ts';
import { JSON_TYPE, send } from './support/send.ts';
import { createWatchedApp } from './support/watched-app.ts';
import { REGISTRATION_MANAGEMENT } from '../support/registration-management.ts';

/** In two parts: lint takes the whole for a program. */
const SCRIPT = 'javascript';

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const KEY = { ...publicKey.export({ format: 'jwk' }), kid: 'canary-kid', use: 'sig', alg: 'ES256' };
const RSA = generateKeyPairSync('rsa', { modulusLength: 4096 }).publicKey.export({ format: 'jwk' });

const NAMES = {
  'client_name#ja': '\u30a2\u30d7\u30ea canary-name',
  'client_name#pt-BR': 'Aplicativo',
  'client_uri#ja': 'https://app.example.com/canary-uri',
  'logo_uri#ja': 'https://app.example.com/canary.png',
  'tos_uri#ja': 'https://app.example.com/tos/ja',
  'policy_uri#ja': 'https://app.example.com/policy/ja',
};
const CONTACTS = ['canary@example.com', 'https://app.example.com/help'];

describe('POST /oauth/register: the rest of the metadata (RFC 7591 §2)', () => {
  it.each([
    { contacts: { 0: 'dev@example.com' } },
    { contacts: [1] },
    { contacts: ['dev\u202e@example.com'] },
    { contacts: Array.from({ length: 11 }, (_, i) => String(i)) },
    { jwks: [] },
    { jwks: { keys: {} } },
    { jwks: { keys: [privateKey.export({ format: 'jwk' })] } },
    { jwks: { keys: [{ kty: 'oct', k: 'c2VjcmV0' }] } },
    { jwks: { keys: Array.from({ length: 1000 }, () => ({ kty: 'EC' })) } },
    { jwks: { keys: [KEY] }, jwks_uri: 'https://app.example.com/jwks.json' },
    { 'client_uri#ja': `${SCRIPT}:alert(1)` },
    { 'client_name#ja': 'x', 'client_name#JA': 'x' },
    Object.fromEntries(Array.from({ length: 10_000 / 8 }, (_, i) => [`client_name#x-${i}`, 'x'])),
  ])('refuses and keeps nothing of case %# (REG-20, REG-25)', async (metadata) => {
    const { app, store } = createWatchedApp();
    expectApiError(await register(app, metadata), 400, 'invalid_client_metadata');
    expect(store.writes).toEqual([]);
  });

  it('is echoed flat, as it was sent, and kept (REG-01)', async () => {
    const { app, store } = createWatchedApp();
    const sent = { ...NAMES, contacts: CONTACTS, jwks: { keys: [KEY] } };
    const { status, body } = await register(app, sent);
    expect({ status, body }).toEqual({
      status: 201,
      body: {
        ...METADATA,
        ...sent,
        client_id: expect.any(String),
        client_id_issued_at: expect.any(Number),
        ...REGISTRATION_MANAGEMENT,
        scope: 'openid profile email offline_access',
      },
    });
    const record = await store.clients.find((body as { client_id: string }).client_id);
    expect(record?.metadata).toEqual({
      ...METADATA,
      localized: NAMES,
      contacts: CONTACTS,
      jwks: { keys: [KEY] },
    });
  });

  it('cannot put itself in the place of what is answered', async () => {
    const { app } = createWatchedApp();
    const { body } = await register(app, {
      'client_name#ja': 'x',
      localized: { client_id: 'mine', scope: 'admin', redirect_uris: 'x' },
      'client_id#ja': 'mine',
      'scope#ja': 'admin',
    });
    expect(body).toEqual({
      ...METADATA,
      'client_name#ja': 'x',
      client_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      client_id_issued_at: expect.any(Number),
      ...REGISTRATION_MANAGEMENT,
      scope: 'openid profile email offline_access',
    });
  });

  it('echoes nothing of a key but the key (REG-20)', async () => {
    const { app } = createWatchedApp();
    const key = { ...KEY, x5u: 'https://a.example', blob: 'x', key_ops: ['verify'] };
    const { body } = await register(app, { jwks: { keys: [key], more: 1 } });
    expect((body as { jwks: unknown }).jwks).toEqual({ keys: [KEY] });
  });

  it('is in no line of the log, accepted or refused (LOG-01)', async () => {
    const { app, log } = createWatchedApp();
    const all = { ...NAMES, contacts: CONTACTS };
    expect((await register(app, { ...all, jwks: { keys: [KEY] } })).status).toBe(201);
    const jwks_uri = 'https://canary.example.com/jwks.json';
    expect((await register(app, { ...all, jwks_uri })).status).toBe(201);
    for (const bad of [
      { jwks: { keys: [{ ...KEY, x: 'canary' }] } },
      { jwks_uri: 'http://canary.internal/' },
      { 'tos_uri#ja': 'canary' },
      { 'client_name#fr': 'canary\n\u202e' },
      { contacts: ['canary\n'] },
    ]) {
      expect((await register(app, { ...all, ...bad })).status).toBe(400);
    }
    expect(log.at('debug').length).toBeGreaterThanOrEqual(7);
    expect(log.text()).not.toContain('canary');
  });
});

describe('POST /oauth/register: how much of it is kept', () => {
  const TOO_LARGE = 'the client metadata is too large to be kept';
  const names = (count: number): object =>
    Object.fromEntries(
      Array.from({ length: count }, (_, i) => [`client_name#x-${i}`, '\u6f22'.repeat(256)]),
    );
  const contacts = Array.from({ length: 10 }, (_, i) => `${i}`.padEnd(256, 'a'));
  const keys = (count: number): object => ({
    jwks: { keys: Array.from({ length: count }, () => RSA) },
  });

  it.each([
    { name: 'fifty long names', metadata: names(50) },
    { name: 'eleven long names', metadata: names(11) },
    { name: 'ten large keys and ten long contacts', metadata: { ...keys(10), contacts } },
  ])('is 400 beyond 8 KB: $name (REG-28)', async ({ metadata }) => {
    const { app, store } = createWatchedApp();
    const answer = await register(app, metadata);
    expectApiError(answer, 400, 'invalid_client_metadata');
    expect(answer.body).toHaveProperty('error_description', TOO_LARGE);
    expect(store.writes).toEqual([]);
  });

  it.each([
    { name: 'nine long names', metadata: names(9) },
    { name: 'ten long contacts', metadata: { contacts } },
    { name: 'ten large keys', metadata: keys(10) },
  ])('is 201 within 8 KB: $name', async ({ metadata }) => {
    const { app } = createWatchedApp();
    const { status, body } = await register(app, metadata);
    expect(status).toBe(201);
    expect(body).toMatchObject(metadata);
  });

  it('is 413 beyond what is read at all (REG-28)', async () => {
    const { app, store } = createWatchedApp();
    const jwks = { keys: [{ ...KEY, n: 'A'.repeat(64 * 1024) }] };
    const body = JSON.stringify({ ...METADATA, jwks });
    const answer = await send(app, 'POST', '/oauth/register', { headers: JSON_TYPE, body });
    expectApiError(answer, 413, 'invalid_request');
    expect(store.writes).toEqual([]);
  });
});
