import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryStore } from '../../lib/storage/memory/memory-store.ts';
import { StoreUnavailableError, type Store } from '../../lib/storage/store.ts';
import { createEnvelopes } from '../../lib/tokens/envelope.ts';
import { noteSecret } from '../support/secrets.ts';
import { runCommandIn, type Outcome } from './run-command.ts';

const ISSUER = 'https://auth.example.com';
const newSecret = (): string => {
  const secret = randomBytes(32).toString('hex');
  noteSecret(secret);
  return secret;
};
const [OLD, NEW, GONE] = [newSecret(), newSecret(), newSecret()] as const;

const ENV = {
  DCR_ISSUER: ISSUER,
  DCR_SCOPES_SUPPORTED: 'openid profile email offline_access notes:read notes:write admin:all',
  DCR_RESTRICTED_SCOPES: 'admin:*',
  DCR_BASELINE_SCOPES: 'offline_access',
};

let store: MemoryStore;
beforeEach(() => {
  store = new MemoryStore({ now: () => Date.UTC(2026, 10, 26) });
});

const folder = mkdtempSync(join(tmpdir(), 'dcr-check-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const check = (env: Record<string, string>, ...words: string[]): Promise<Outcome> =>
  runCommandIn({ ...ENV, ...env }, store, 'check', ...words);
/** With Redis, which the store of the test stands for. */
const checkShared = (secrets: string, ...words: string[]): Promise<Outcome> =>
  check({ DCR_REDIS_URL: 'redis://localhost', DCR_SECRET: secrets }, ...words);

function file(content: unknown): string {
  const path = join(folder, `${randomBytes(8).toString('hex')}.json`);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

describe('check refuses', () => {
  it('a configuration that does not start, with every problem and those of the store', async () => {
    await store.claim('https://other.example.com');
    const env = {
      DCR_ISSUER: `${ISSUER}/`,
      DCR_BASELINE_SCOPE: 'notes:read',
      DCR_BASELINE_SCOPES: 'admin:all',
      DCR_SECRET: 'short',
      DCR_REDIS_URL: 'redis://localhost',
    };
    const away = Object.assign(Object.create(store) as Store, {
      health: () => Promise.reject(new StoreUnavailableError('the store is unavailable (x)')),
    });
    const { code, answer, explanation } = await runCommandIn({ ...ENV, ...env }, away, 'check');
    expect({ code, answer }).toEqual({ code: 1, answer: '' });
    expect(explanation.split('\n')).toEqual([
      'DCR_BASELINE_SCOPE: is not a known variable; did you mean DCR_BASELINE_SCOPES? [ERR_DCR_VARIABLE_UNKNOWN]',
      `DCR_ISSUER: "${ISSUER}/" must not end with a slash [ERR_DCR_ISSUER_INVALID]`,
      'DCR_BASELINE_SCOPES: baseline_client_scopes contains "admin:all" which is restricted [ERR_DCR_SCOPE_RESTRICTED]',
      expect.stringMatching(
        /^DCR_SECRET: must have at least 32 bytes.* \[ERR_DCR_SECRET_TOO_SHORT\]$/,
      ),
      'store: the store is unavailable (x) [ERR_DCR_STORE_UNAVAILABLE]',
      'Read on: express-dcr/docs/errors.md#err_dcr_variable_unknown #err_dcr_issuer_invalid #err_dcr_scope_restricted #err_dcr_secret_too_short #err_dcr_store_unavailable',
    ]);
  });

  it('production without a store, whatever else is wrong, unless memory is meant', async () => {
    const { code, explanation } = await check({ NODE_ENV: 'production', DCR_ISSUER: 'x' });
    expect(code).toBe(1);
    expect(explanation).toMatch(/^DCR_ISSUER: [^\n]+\nDCR_REDIS_URL: is required in production/);
    expect(await check({ NODE_ENV: 'production' }, '--offline')).toMatchObject({ code: 0 });
    const meant = { NODE_ENV: 'production', DCR_ALLOW_MEMORY_STORE: 'true' };
    expect(await check(meant)).toMatchObject({ code: 0 });
  });

  it('a store that belongs to another issuer', async () => {
    await store.claim('https://other.example.com');
    const { code, answer, explanation } = await checkShared(OLD, '--json');
    expect(code).toBe(1);
    expect(explanation).toMatch(/^store: .* another issuer, https:\/\/other\.example\.com: /);
    expect(JSON.parse(answer)).toMatchObject({
      ok: false,
      problems: [{ option: 'store', code: 'ERR_DCR_STORE_OF_ANOTHER_ISSUER' }],
    });
  });
});

describe('check on a store', () => {
  it.each<{ name: string; sealed?: string[]; now: string; code: number; says: RegExp }>([
    { name: 'nothing was sealed', now: OLD, code: 0, says: /Secret +nothing is sealed/ },
    { name: 'there is one', sealed: [OLD], now: OLD, code: 0, says: /Secret +one, and/ },
    {
      name: 'a new one is added last',
      sealed: [OLD],
      now: `${OLD} ${NEW}`,
      code: 0,
      says: /step 1 of 3/,
    },
    {
      name: 'both are known',
      sealed: [OLD, NEW],
      now: `${OLD} ${NEW}`,
      code: 0,
      says: /know all of them: .*step 2 of 3/,
    },
    {
      name: 'the new one is moved to the front',
      sealed: [OLD, NEW],
      now: `${NEW} ${OLD}`,
      code: 0,
      says: /moved to the front \(step 2 of 3\)/,
    },
    {
      name: 'the old one is taken out',
      sealed: [NEW, OLD],
      now: NEW,
      code: 0,
      says: /taken out \(step 3 of 3\)/,
    },
    {
      name: 'a step is left out',
      sealed: [OLD],
      now: `${NEW} ${OLD}`,
      code: 1,
      says: /do not know the first secret yet/,
    },
    { name: 'none is known', sealed: [GONE], now: NEW, code: 1, says: /none of the secrets opens/ },
  ])('tells the step of a change of the secret when $name', async ({ sealed, now, code, says }) => {
    if (sealed) {
      const text = createEnvelopes({ secrets: sealed, issuer: ISSUER, randomBytes }).seal(
        'signing_keys',
        'keys',
      );
      await store.keys.replace({ text, expected: undefined, requestId: 'one' });
    }
    const outcome = await checkShared(now);
    expect(outcome.code).toBe(code);
    expect(outcome.answer + outcome.explanation).toMatch(says);
    for (const secret of [OLD, NEW, GONE]) {
      expect(outcome.answer + outcome.explanation).not.toContain(secret);
    }
  });

  it('says what a later version sealed', async () => {
    await store.keys.replace({ text: '2.what.ever', expected: undefined, requestId: 'one' });
    const { code, explanation } = await checkShared(OLD);
    expect(code).toBe(1);
    expect(explanation).toContain('a later version of the server wrote them');
  });

  it('writes nothing, and with --offline does not even look', async () => {
    expect(await checkShared(OLD)).toMatchObject({ code: 0, explanation: '' });
    expect(await store.owner()).toBeUndefined();
    expect(await store.keys.read()).toBeUndefined();
    const env = { ...ENV, DCR_REDIS_URL: 'redis://localhost', DCR_SECRET: OLD };
    const { code, answer } = await runCommandIn(env, undefined, 'check', '--offline');
    expect({ code, store: /^Store +(.*)$/m.exec(answer)?.[1] }).toEqual({
      code: 0,
      store: 'not looked at',
    });
  });
});

describe('check --client', () => {
  const RULES = JSON.stringify([
    { name: 'claude', match: { redirect_host: 'claude.ai' }, scopes: ['notes:write'] },
  ]);
  const METADATA = { redirect_uris: ['https://claude.ai/callback'], scope: 'notes:read' };

  it('tells what would be registered, and where each scope comes from', async () => {
    const path = file(METADATA);
    const { code, answer } = await check({ DCR_BASELINE_RULES: RULES }, '--client', path);
    expect(code).toBe(0);
    expect(answer.slice(answer.indexOf(path)).split('\n')).toEqual([
      path,
      '  would be registered',
      '    notes:read      may ask      the client registered with it',
      '    offline_access  may ask      the baseline adds it for every client',
      '    notes:write     may ask      baseline rule "claude" adds it for this client',
      ...['openid        ', 'profile       ', 'email         '].map(
        (scope) =>
          `    ${scope}  may not ask  the client asked for other scopes, and the baseline does not add it`,
      ),
      '    admin:all       may not ask  it is restricted: nobody can register it without the help of the operator',
      '  authenticates by none; authorization_code refresh_token',
      '  redirects to https://claude.ai/callback',
    ]);
  });

  it('tells the same of a metadata document, once these are on', async () => {
    const document = { ...METADATA, client_id: 'https://claude.ai/client.json' };
    const words = ['--client', file(document), '--json'];
    const off = await check({}, ...words);
    expect(off.code).toBe(1);
    expect(JSON.parse(off.answer)).toMatchObject({
      ok: false,
      clients: [{ outcome: 'refused', error: 'invalid_client' }],
    });
    const on = await check({ DCR_CLIENT_ID_METADATA_DOCUMENTS: 'true' }, ...words);
    expect(on.code).toBe(0);
    expect(JSON.parse(on.answer)).toMatchObject({
      ok: true,
      clients: [{ outcome: 'accepted', origin: 'metadata_document' }],
    });
    const hosts = { DCR_CLIENT_ID_METADATA_DOCUMENT_HOSTS: 'example.com' };
    expect((await check(hosts, ...words)).code).toBe(1);
  });

  it.each<{ name: string; env?: Record<string, string>; content: unknown; says: string }>([
    {
      name: 'a scope that nobody can have',
      content: { ...METADATA, scope: 'notes:read admin:all' },
      says: 'refused, invalid_client_metadata: scope contains a value that is not in scopes_supported',
    },
    {
      name: 'a redirect URI that is none',
      content: { redirect_uris: ['ftp://app.example.com/'] },
      says: 'refused, invalid_redirect_uri: ',
    },
    {
      name: 'any client while registration is off',
      env: { DCR_REGISTRATION: 'off' },
      content: METADATA,
      says: 'refused, access_denied: this server takes no registrations',
    },
    { name: 'what is no metadata', content: [], says: 'refused, invalid_client_metadata: ' },
  ])('fails for $name, and says why', async ({ env = {}, content, says }) => {
    const path = file(content);
    const { code, answer, explanation } = await check(env, '--client', path);
    expect(code).toBe(1);
    expect(answer).toContain(says);
    expect(explanation).toBe(`refused: ${path}`);
  });

  it('says what would be left out, and goes on', async () => {
    const path = file({ ...METADATA, scope: 'notes:read nothing' });
    const { code, answer } = await check({ DCR_UNSUPPORTED_SCOPES: 'drop' }, '--client', path);
    expect(code).toBe(0);
    expect(answer).toMatch(/^ {4}nothing +left out +it is not among the supported scopes$/m);
  });

  it.each([
    ['that is not there', join(folder, 'nothing.json'), 'cannot be read (ENOENT)'],
    ['that is no JSON', file('hunter2'), 'is not JSON'],
  ])('fails for a file %s, and tells all the rest', async (_name, path, why) => {
    const words = ['--client', path, '--client', file(METADATA)];
    const { code, answer, explanation } = await check({}, ...words);
    const said = `--client: the file ${path} ${why}`;
    expect({ code, explanation }).toEqual({ code: 1, explanation: said });
    expect(answer).toContain('  would be registered\n');
    expect(JSON.parse((await check({}, ...words, '--json')).answer)).toMatchObject({
      ok: false,
      problems: [],
      clients: [{ outcome: 'accepted' }],
      unreadable: [{ file: path, why }],
    });

    const wrong = { DCR_ISSUER: 'x' };
    const all = await check(wrong, ...words);
    expect(all).toMatchObject({ code: 1, answer: '' });
    expect(all.explanation.split('\n')).toEqual([
      expect.stringMatching(/^DCR_ISSUER: /),
      said,
      expect.stringMatching(/^Read on: /),
    ]);
    expect(JSON.parse((await check(wrong, ...words, '--json')).answer)).toMatchObject({
      ok: false,
      problems: [{ variable: 'DCR_ISSUER' }],
      unreadable: [{ file: path, why }],
    });
  });
});

it('answers programs in JSON, policy and warnings included', async () => {
  const { answer } = await check({ DCR_BASELINE_SCOPES: '' }, '--json');
  expect(JSON.parse(answer)).toMatchObject({
    ok: true,
    problems: [],
    policy: {
      issuer: ISSUER,
      restricted: ['admin:all'],
      baselineClientScopes: [],
      registration: 'open',
      redirectHosts: null,
    },
    store: null,
    warnings: [
      { code: 'ERR_DCR_MEMORY_ONLY', message: expect.stringContaining('memory only') },
      { code: 'ERR_DCR_SECRETS_MADE', fields: expect.anything() },
    ],
  });
});

it('says of each thing to think about by which code to read on', async () => {
  const lines = (await check({ DCR_BASELINE_SCOPES: '' })).answer.split('\n');
  const from = lines.indexOf('To think about') + 1;
  expect(lines.slice(from, from + 3)).toEqual([
    expect.stringMatching(/ \[ERR_DCR_MEMORY_ONLY\]$/),
    expect.stringMatching(/; made: .+ \[ERR_DCR_SECRETS_MADE\]$/),
    '  Read on: express-dcr/docs/errors.md#err_dcr_memory_only #err_dcr_secrets_made',
  ]);
});
