import { beforeEach, describe, expect, it } from '@jest/globals';
import { MemoryStore } from '../../lib/storage/memory/memory-store.ts';
import { StoreUnavailableError, type Store } from '../../lib/storage/store.ts';
import { sha256 } from '../../lib/tokens/digest.ts';
import { DAY, HOUR, newDigest, newInitialAccessToken } from '../contract/records.ts';
import { runCommand, runCommandIn, type Outcome } from './run-command.ts';

const NOW = Date.UTC(2026, 10, 26);
const TOKEN = /^dcr_iat_[\w-]{43}$/;

let now: number;
let store: Store;

beforeEach(() => {
  now = NOW;
  store = new MemoryStore({ now: () => now });
});

const create = (...words: string[]): Promise<Outcome> =>
  runCommand(store, 'tokens', 'create', ...words);
const list = (...words: string[]): Promise<Outcome> =>
  runCommand(store, 'tokens', 'list', ...words);
const revoke = (...words: string[]): Promise<Outcome> =>
  runCommand(store, 'tokens', 'revoke', ...words);
const idIn = (text: string): string => /\b[0-9a-f]{16}\b/.exec(text)?.[0] ?? '';

describe('tokens in the store of another issuer', () => {
  const OWNER = 'https://auth.example.com';
  const ID = '0123456789abcdef';

  it.each([['create'], ['list'], ['revoke', ID]])('are left alone: %s %s', async (...words) => {
    await store.claim(OWNER);
    const named = { DCR_ISSUER: 'https://other.example.com' };
    const { code, answer, explanation } = await runCommandIn(named, store, 'tokens', ...words);
    expect({ code, answer }).toEqual({ code: 1, answer: '' });
    expect(explanation).toContain(`the store belongs to another issuer, ${OWNER}`);
    expect(await store.initialAccessTokens.list()).toEqual([]);
  });

  it.each([{}, { DCR_ISSUER: OWNER }])('are its own with %j', async (env) => {
    await store.claim(OWNER);
    expect((await runCommandIn(env, store, 'tokens', 'create')).code).toBe(0);
  });
});

describe('tokens revoke', () => {
  it('tells in JSON what became of each', async () => {
    const { explanation } = await create();
    const id = idIn(explanation);
    const { code, answer } = await revoke(id, '0123456789abcdef', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(answer)).toEqual([
      { id, was_good: true },
      { id: '0123456789abcdef', was_good: false },
    ]);
  });
});

describe('tokens create', () => {
  it.each([
    ['--uses', '0'],
    ['--uses', '-1'],
    ['--uses', '1.5'],
    ['--uses', '1000001'],
    ['--uses', 'many'],
    ['--uses', '1', '--uses', '2'],
    ['--expires', 'soon'],
    ['--expires', '59s'],
    ['--expires', '366d'],
    ['--expires', ''],
    ['--scope', ''],
    ['--scope', 'a "b"'],
    ['--redirect-host', ''],
    ['--redirect-host', 'https://app.example.com'],
    ['--redirect-host', '*.com'],
    ['--redirect-host', 'app.example.com:8443'],
    ['--label', 'x'.repeat(101)],
    ['--label', 'red \u001B[31m'],
    ['--scope', 'a'.repeat(2048)],
    ['something'],
  ])('mints nothing for %s %j', async (...words) => {
    const { code, answer, explanation } = await create(...words);
    expect({ code, answer }).toEqual({ code: 2, answer: '' });
    expect(explanation).not.toBe('');
    expect(await store.initialAccessTokens.list()).toEqual([]);
  });

  it('answers the token and nothing else, and keeps its digest and nothing else', async () => {
    const { code, answer, explanation } = await create();
    expect(code).toBe(0);
    expect(answer).toMatch(TOKEN);
    expect(explanation).toMatch(
      /^Token [0-9a-f]{16} is good for 1 client until 2026-12-03T00:00:00\.000Z\. It is shown once\.$/,
    );
    const kept = await store.initialAccessTokens.list();
    expect(kept).toEqual([
      {
        digest: sha256(answer),
        ...{ uses: 1, left: 1, licence: {}, created_at: NOW, expires_at: NOW + 7 * DAY },
      },
    ]);
    expect(JSON.stringify(kept) + explanation).not.toContain(answer.slice(8));
  });

  it('takes every option', async () => {
    const { answer, explanation } = await create(
      ...['--uses', '3', '--expires', '24h', '--label', 'a partner: Zo\u00EB'],
      ...['--scope', 'admin:all notes:read', '--scope', 'notes:read'],
      ...['--redirect-host', '*.example.com, localhost', '--redirect-host', 'com.example.app:'],
      '--json',
    );
    expect(explanation).toBe('');
    const [kept] = await store.initialAccessTokens.list();
    expect(kept).toMatchObject({ uses: 3, left: 3, expires_at: NOW + 24 * HOUR });
    const { token, ...told } = JSON.parse(answer) as { token: string };
    expect(token).toMatch(TOKEN);
    expect(told).toEqual({
      id: idIn(answer),
      uses: 3,
      expires_at: '2026-11-27T00:00:00.000Z',
      scopes: ['admin:all', 'notes:read'],
      redirectHosts: ['*.example.com', 'localhost', 'com.example.app:'],
      label: 'a partner: Zo\u00EB',
    });
  });

  it('makes another one each time', async () => {
    expect((await create()).answer).not.toBe((await create()).answer);
  });

  it('says so when there are as many as there may be, and when the store is away', async () => {
    const of = (insert: Store['initialAccessTokens']['insert']): Store =>
      Object.assign(Object.create(store) as Store, { initialAccessTokens: { insert } });
    const full = of(async () => ({ outcome: 'full' }));
    expect(await runCommand(full, 'tokens', 'create')).toEqual({
      code: 1,
      answer: '',
      explanation: 'there are 10000 tokens already: revoke some, or let them end sooner',
    });
    const away = of(() =>
      Promise.reject(new StoreUnavailableError('the store is unavailable (x)')),
    );
    expect(await runCommand(away, 'tokens', 'create')).toEqual({
      code: 1,
      answer: '',
      explanation: expect.stringMatching(
        /^the store is unavailable \(x\)\nThe store is the Redis of DCR_REDIS_URL: is it up,/,
      ),
    });
  });
});

describe('tokens list', () => {
  it('says so when there are none', async () => {
    expect(await list()).toEqual({ code: 0, answer: '', explanation: 'There are none.' });
    expect(await list('--json')).toEqual({ code: 0, answer: '[]', explanation: '' });
  });

  it('shows what is left, until when, and what for; no token', async () => {
    const { answer: token } = await create('--uses', '5', '--scope', 'notes:read', '--label', 'x');
    await store.initialAccessTokens.use(sha256(token), { requestId: 'one' });
    await create('--expires', '1h', '--redirect-host', 'localhost');
    const { answer } = await list();
    const [heading, first, second] = answer.split('\n').map((line) => line.split(/ {2,}/));
    expect(heading).toEqual(['ID', 'LEFT', 'EXPIRES', 'SCOPES', 'REDIRECT HOSTS', 'LABEL']);
    expect(first?.slice(1)).toEqual(['1/1', '2026-11-26T01:00:00.000Z', '-', 'localhost']);
    expect(second?.slice(1)).toEqual(['4/5', '2026-12-03T00:00:00.000Z', 'notes:read', '-', 'x']);
    const json = (await list('--json')).answer;
    expect(JSON.parse(json)).toMatchObject([
      { uses: 1, left: 1, redirectHosts: ['localhost'] },
      { uses: 5, left: 4, created_at: '2026-11-26T00:00:00.000Z', scopes: ['notes:read'] },
    ]);
    expect(answer + json).not.toContain('dcr_iat_');
    now += HOUR;
    expect((await list()).answer.split('\n')).toHaveLength(2);
  });
});

describe('tokens revoke', () => {
  it.each([[], ['x'], ['dcr_iat_x'], [newDigest()], ['0123456789abcdef', 'x']])(
    'revokes nothing for %j %j',
    async (...words: string[]) => {
      await create();
      const { code, answer, explanation } = await revoke(...words);
      expect({ code, answer }).toEqual({ code: 2, answer: '' });
      expect(explanation).not.toContain('dcr_iat_');
      expect(await store.initialAccessTokens.list()).toHaveLength(1);
    },
  );

  it('ends those that are named, by id or by themselves, and no others', async () => {
    const [byId, byItself, other] = [await create(), await create(), newInitialAccessToken()];
    await store.initialAccessTokens.insert(other, DAY);
    const id = idIn(byId.explanation);
    const { code, answer, explanation } = await revoke(id, byItself.answer);
    expect({ code, answer }).toEqual({ code: 0, answer: '' });
    expect(explanation.split('\n')).toEqual([
      `Token ${id} is revoked.`,
      `Token ${idIn(byItself.explanation)} is revoked.`,
    ]);
    expect(await store.initialAccessTokens.list()).toMatchObject([{ digest: other.digest }]);
  });

  it('fails for one that is not there, after the others', async () => {
    const id = idIn((await create()).explanation);
    const unknown = `dcr_iat_${newDigest()}`;
    const { code, explanation } = await revoke('0123456789abcdef', unknown, id);
    expect(code).toBe(1);
    expect(explanation).toMatch(
      /^Token [0-9a-f]{16} is revoked\.\nnot known, or ended already: 0123456789abcdef, [0-9a-f]{16}$/,
    );
    expect(explanation).not.toContain('dcr_iat_');
    expect((await revoke(id)).code).toBe(1);
  });
});
