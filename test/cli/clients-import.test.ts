import { beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes, randomUUID } from 'node:crypto';
import { MemoryStore } from '../../lib/storage/memory/memory-store.ts';
import { StoreUnavailableError, type ClientRecord } from '../../lib/storage/store.ts';
import { sha256 } from '../../lib/tokens/digest.ts';
import { DAY } from '../contract/records.ts';
import { noteSecret } from '../support/secrets.ts';
import { runCommandIn, type Outcome } from './run-command.ts';
import { temporaryFiles } from './temporary-files.ts';

const NOW = Date.UTC(2026, 10, 26);
const SECRET = randomBytes(32).toString('base64url');
const TOKEN = randomBytes(32).toString('base64url');
for (const secret of [SECRET, TOKEN]) noteSecret(secret);

const ENV = {
  DCR_ISSUER: 'https://auth.example.com',
  DCR_SCOPES_SUPPORTED: 'openid offline_access notes:read admin:all',
  DCR_RESTRICTED_SCOPES: 'admin:*',
  DCR_BASELINE_SCOPES: 'offline_access',
};
const PUBLIC = { client_id: 'public-1', redirect_uris: ['http://localhost/callback'] };
const CONFIDENTIAL = {
  client_id: 'my-connector_2.0~x',
  client_secret: SECRET,
  redirect_uris: ['https://connector.example.com/callback'],
};

let store: MemoryStore;
beforeEach(() => {
  store = new MemoryStore({ now: () => NOW });
});

const files = temporaryFiles();

const importIn = (env: object, contents: unknown, ...words: string[]): Promise<Outcome> =>
  runCommandIn({ ...ENV, ...env }, store, 'clients', 'import', files.holding(contents), ...words);
const importAll = (contents: unknown, ...words: string[]): Promise<Outcome> =>
  importIn({}, contents, ...words);
const kept = (id: string): Promise<ClientRecord | undefined> => store.clients.find(id);

describe('clients import refuses', () => {
  it.each<{ name: string; record: unknown; env?: object; says: RegExp }>([
    { name: 'what is no object', record: 'text', says: /a client must be a JSON object$/ },
    { name: 'one without an id', record: { ...PUBLIC, client_id: '' }, says: /missing$/ },
    ...[
      'a b',
      'https://app.example.com/client.json',
      '..',
      'a:b',
      'x'.repeat(129),
      '\u001B[31m',
    ].map((client_id) => ({
      name: `the id ${JSON.stringify(client_id).slice(0, 40)}`,
      record: { ...PUBLIC, client_id },
      says: /^1 {2}refused +- +invalid_client_metadata: client_id must be/,
    })),
    {
      name: 'the id of a client of the configuration',
      record: PUBLIC,
      env: {
        DCR_CLIENTS: JSON.stringify([{ ...PUBLIC, scope: 'notes:read' }]),
      },
      says: /client_id is one of the configuration$/,
    },
    {
      name: 'a secret method without a secret',
      record: {
        ...CONFIDENTIAL,
        client_secret: null,
        token_endpoint_auth_method: 'client_secret_post',
      },
      says: /client_secret is missing$/,
    },
    {
      name: 'a secret that is no text of RFC 6749',
      record: { ...CONFIDENTIAL, client_secret: 'secr\u00E9t' },
      says: /client_secret must be 1 to 512 printable ASCII characters$/,
    },
    {
      name: 'a secret that has ended',
      record: { ...CONFIDENTIAL, client_secret_expires_at: NOW / 1000 },
      says: /its client_secret has ended$/,
    },
    {
      name: 'a restricted scope, as a registration',
      record: { ...PUBLIC, scope: 'admin:all' },
      says: /scope contains a value that is not in scopes_supported$/,
    },
    {
      name: 'a redirect URI that is none, as a registration',
      record: { ...PUBLIC, redirect_uris: ['http://app.example.com/'] },
      says: /public-1 {2}invalid_redirect_uri: /,
    },
  ])('$name, and takes the others', async ({ record, env = {}, says }) => {
    const other = { ...PUBLIC, client_id: 'other' };
    const { code, answer, explanation } = await importIn(env, [record, other]);
    expect(code).toBe(1);
    const [first = '', second = ''] = answer.split('\n');
    expect(first.trimEnd()).toMatch(says);
    expect(second).toMatch(/^2 {2}imported {2}other/);
    expect(explanation).toBe('1 imported, 0 there already, 1 refused.');
    expect(answer).not.toMatch(/[^\n\x20-\x7E]/);
    expect(await kept('other')).toBeDefined();
    expect((await store.clients.list({ used: true, limit: 10 })).clients).toHaveLength(1);
  });

  it('the second of two with one id, and a line that is not JSON, without quoting it', async () => {
    const lines = [
      JSON.stringify(PUBLIC),
      '',
      `{"client_secret":"${SECRET}"`,
      JSON.stringify(PUBLIC),
    ];
    const { answer } = await importAll(lines.join('\n'));
    expect(answer.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
      ['1', 'imported', 'public-1'],
      ['3', 'refused', '-', 'it is not JSON'],
      ['4', 'refused', '-', 'it has the same client_id as 1'],
    ]);
  });
});

describe('clients import keeps', () => {
  it('id, digest of the secret, times and what it may ask for by the policy of now', async () => {
    const record = {
      ...CONFIDENTIAL,
      client_id_issued_at: 1_700_000_000,
      client_secret_expires_at: 0,
      registration_access_token: TOKEN,
      registration_client_uri: 'https://old.example.com/register/1',
      client_name: 'Connector',
      scope: 'notes:read',
    };
    const { code, answer, explanation } = await importAll(record);
    expect({ code, explanation }).toEqual({
      code: 0,
      explanation: '1 imported, 0 there already, 0 refused.',
    });
    expect(await kept(CONFIDENTIAL.client_id)).toEqual({
      v: 1,
      client_id: CONFIDENTIAL.client_id,
      client_id_issued_at: 1_700_000_000,
      imported_at: NOW,
      origin: 'registered',
      metadata: {
        client_name: 'Connector',
        redirect_uris: CONFIDENTIAL.redirect_uris,
        token_endpoint_auth_method: 'client_secret_basic',
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
      },
      secret_digest: sha256(SECRET),
      registration_token: { digest: sha256(TOKEN) },
      requested: 'notes:read',
      registered: {
        scopes: [
          { scope: 'notes:read', origin: 'requested' },
          { scope: 'offline_access', origin: { baseline: 'global' } },
        ],
        policy: expect.any(String),
      },
      expires_at: NOW + 180 * DAY,
      used: true,
    });
    for (const secret of [SECRET, TOKEN]) expect(answer).not.toContain(secret);
  });

  it.each<{ name: string; record: object; env?: object; note: string }>([
    {
      name: 'a secret of a public client',
      record: { ...CONFIDENTIAL, token_endpoint_auth_method: 'none' },
      note: 'its client_secret is left out, for it does not authenticate with one',
    },
    {
      name: 'a secret that would end',
      record: { ...CONFIDENTIAL, client_secret_expires_at: NOW / 1000 + 1 },
      note: 'its client_secret does not end here',
    },
    {
      name: 'a short secret',
      record: { ...CONFIDENTIAL, client_secret: 'hunter2' },
      note: 'its client_secret is short enough to be guessed',
    },
    {
      name: 'scopes that are left out',
      record: { ...PUBLIC, scope: 'notes:read nothing' },
      env: { DCR_UNSUPPORTED_SCOPES: 'drop' },
      note: 'scopes that are not supported are left out',
    },
  ])('a client with $name, and says so', async ({ record, env = {}, note }) => {
    const { code, answer } = await importIn(env, [record]);
    expect(code).toBe(0);
    expect(answer.split(/ {2,}/).at(-1)).toBe(note);
    expect(answer).not.toContain('hunter2');
  });

  it('nothing with --dry-run, and says the same', async () => {
    const records = [PUBLIC, { ...PUBLIC, client_id: '..' }];
    const { code, answer, explanation } = await importAll(records, '--dry-run', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(answer)).toEqual([
      { line: 1, outcome: 'imported', client_id: 'public-1', notes: [] },
      { line: 2, outcome: 'refused', reason: expect.stringContaining('client_id must be') },
    ]);
    expect(explanation).toBe('1 would be imported, 0 there already, 1 refused.');
    expect(await kept('public-1')).toBeUndefined();
  });

  it('what is there already, whatever the file says, so that it can be run again', async () => {
    const records = [PUBLIC, { ...CONFIDENTIAL, client_id: randomUUID() }];
    await importAll(records);
    const before = await kept('public-1');
    const again = await importAll(records);
    expect(again).toMatchObject({
      code: 0,
      explanation: '0 imported, 2 there already, 0 refused.',
    });
    const changed = await importAll([{ ...PUBLIC, client_name: 'Another' }]);
    expect(changed.code).toBe(0);
    expect(changed.answer).toContain('differs from this; what is there stays as it is');
    expect(await kept('public-1')).toEqual(before);
  });

  it('on, where a run ended between the two steps', async () => {
    const away = new StoreUnavailableError('the store is unavailable (x)');
    const { clients } = store;
    const half = Object.assign(new MemoryStore({ now: () => NOW }), {
      clients: {
        insert: clients.insert.bind(clients),
        find: clients.find.bind(clients),
        renew: () => Promise.reject(away),
      },
    });
    const records = files.holding([{ ...PUBLIC, client_id: '..' }, PUBLIC]);
    expect(await runCommandIn(ENV, half, 'clients', 'import', records)).toEqual({
      code: 1,
      answer: expect.stringMatching(/^1 {2}refused[^\n]*$/),
      explanation: expect.stringMatching(
        /^the store is unavailable \(x\)\nThe store is the Redis of DCR_REDIS_URL: is it up,/,
      ),
    });
    expect(await kept('public-1')).toMatchObject({ used: false });
    expect((await importAll(PUBLIC)).code).toBe(0);
    expect(await kept('public-1')).toMatchObject({ used: true });
  });
});
