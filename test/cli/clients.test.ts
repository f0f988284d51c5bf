import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Environment } from '../../lib/env/values.ts';
import type { GetJson } from '../../lib/outbound/port.ts';
import { MemoryStore } from '../../lib/storage/memory/memory-store.ts';
import { StoreUnavailableError, type ClientRecord, type Store } from '../../lib/storage/store.ts';
import { DAY, newClient, newDigest } from '../contract/records.ts';
import { runCommandAt, type Outcome } from './run-command.ts';

const NOW = Date.UTC(2026, 10, 26);
const ISSUED = Date.UTC(2026, 10, 20) / 1000;
const DOCUMENT = 'https://app.example/client.json';
const ENV: Environment = {
  DCR_ISSUER: 'https://auth.example.com',
  DCR_SCOPES_SUPPORTED: 'openid offline_access notes:read notes:write admin:all',
  DCR_RESTRICTED_SCOPES: 'admin:*',
  DCR_BASELINE_SCOPES: 'offline_access',
  DCR_BASELINE_RULES: JSON.stringify([
    { name: 'claude', match: { redirect_host: 'claude.ai' }, scopes: ['notes:write'] },
  ]),
  DCR_CLIENT_ID_METADATA_DOCUMENTS: 'true',
  DCR_CLIENTS: JSON.stringify([
    { client_id: 'desk', redirect_uris: ['http://localhost/'], scope: 'admin:all' },
  ]),
};
/** Moves the cursor up, paints it red, and turns the text around. */
const HOSTILE = 'Evil\u001B[31m\n\u202Eid \u009B2J';

let store: Store;
let getJson: GetJson | undefined;

beforeEach(() => {
  store = new MemoryStore({ now: () => NOW });
  getJson = undefined;
});

const run = (...words: string[]): Promise<Outcome> =>
  runCommandAt({ env: ENV, store, ...(getJson && { getJson }) }, 'clients', ...words);

/** A client that is there; one in use where it is said. */
async function kept(
  { used = true, ...metadata }: Partial<ClientRecord['metadata']> & { used?: boolean } = {},
  more: Partial<ClientRecord> = {},
): Promise<string> {
  const client = newClient({
    client_id_issued_at: ISSUED,
    metadata: { ...newClient().metadata, client_name: 'Notes', ...metadata },
    requested: 'openid',
    registered: { scopes: [{ scope: 'openid', origin: 'requested' }], policy: 'old' },
    ...more,
  });
  await store.clients.insert(client, DAY);
  const record = await store.clients.find(client.client_id);
  if (used && record) await store.clients.renew(record, 180 * DAY);
  return client.client_id;
}

describe('clients list', () => {
  it.each([
    ['--limit', '0'],
    ['--limit', '10001'],
    ['--limit', 'x'],
    ['--limit', '1', '--limit', '2'],
    ['--redirect-host', 'https://claude.ai'],
    ['--cursor', 'x'],
    ['--cursor', '~x'],
    ['something'],
  ])('is not understood with %s %j', async (...words) => {
    const { code, answer, explanation } = await run('list', ...words);
    expect({ code, answer }).toEqual({ code: 2, answer: '' });
    expect(explanation).not.toBe('');
  });

  it('says so when there are none', async () => {
    expect(await run('list')).toEqual({ code: 0, answer: '', explanation: 'There are none.' });
    expect(await run('list', '--json')).toMatchObject({ code: 0, answer: '{"clients":[]}' });
  });

  it('shows what each asked for, what was added, and when it was used', async () => {
    const id = await kept({ client_name: 'Notes 2' });
    await kept({ used: false });
    const { code, answer } = await run('list');
    expect(code).toBe(0);
    expect(answer.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
      ['ID', 'NAME', 'ASKED FOR', 'ADDED', 'REGISTERED', 'LAST USE'],
      [id, 'Notes 2', 'openid', 'offline_access', '2026-11-20', '2026-11-26'],
    ]);
  });

  it('finds by every filter, and those that nobody uses apart', async () => {
    const claude = await kept({ redirect_uris: ['https://claude.ai/cb'], client_name: 'Claude' });
    await kept();
    const idle = await kept({ used: false });
    const ids = async (...words: string[]): Promise<string[]> => {
      const { answer } = await run('list', '--json', ...words);
      const { clients } = JSON.parse(answer) as { clients: { clientId: string }[] };
      return clients.map(({ clientId }) => clientId);
    };
    for (const words of [
      ['--name', 'clau*'],
      ['--redirect-host', 'claude.ai'],
      ['--scope', 'notes:write'],
      ['--rule', 'claude'],
    ]) {
      expect(await ids(...words)).toEqual([claude]);
    }
    expect(await ids('--unused')).toEqual([idle]);
    expect(await ids('--unused', '--name', 'clau*')).toEqual([]);
  });

  it('goes on where it stopped', async () => {
    for (let n = 0; n < 250; n += 1) await kept();
    const first = await run('list', '--limit', '120');
    expect(first.answer.split('\n')).toHaveLength(121);
    const [, cursor = ''] = /--cursor '(.+)'$/.exec(first.explanation) ?? [];
    const rest = await run('list', '--limit', '1000', '--cursor', cursor);
    expect(rest.answer.split('\n')).toHaveLength(131);
    expect(rest.explanation).toBe('');
  });

  it('keeps its lines and its terminal, whatever a client calls itself', async () => {
    await kept({ client_name: HOSTILE });
    const { answer } = await run('list');
    expect(answer.split('\n')).toHaveLength(2);
    expect(answer).toContain('Evil<U+001B>[31m<U+000A><U+202E>id <U+009B>2J');
    const json = (await run('list', '--json')).answer;
    expect(json).toMatch(/^[\x20-\x7E]+$/);
    expect(JSON.parse(json)).toMatchObject({ clients: [{ metadata: { client_name: HOSTILE } }] });
  });
});

describe('clients show', () => {
  it.each([[], ['a', 'b'], ['x'.repeat(2049)]])('is not understood with %j', async (...ids) => {
    expect(await run('show', ...ids)).toMatchObject({ code: 2, answer: '' });
  });

  it.each(['nobody', '', '0f0e0d0c-0b0a-4909-8807-060504030201', 'a\u001B[31m'])(
    'says so when there is none: %j',
    async (id) => {
      expect(await run('show', id)).toEqual({
        code: 1,
        answer: '',
        explanation: 'there is no such client: it never was, has expired or was deleted',
      });
    },
  );

  it('tells what there is to know, and explains each scope', async () => {
    const id = await kept({ software_id: 'x-1' }, { secret_digest: newDigest() });
    const { code, answer, explanation } = await run('show', id);
    expect({ code, explanation }).toEqual({ code: 0, explanation: '' });
    const lines = answer.split('\n').map((line) => line.replace(/ {2,}/g, '  '));
    expect(lines).toEqual([
      `client_id  ${id}`,
      'kind  registered by itself, public',
      'calls itself  Notes',
      'software_id  x-1',
      'redirects to  http://127.0.0.1/callback',
      'asked for  openid',
      'added  offline_access (global)',
      'registered  openid offline_access',
      'told before  openid',
      'registered on  2026-11-20',
      'last use  2026-11-26',
      'ends on  2027-05-25',
      '',
      'SCOPE  MAY ASK  WHY',
      'openid  yes  the client registered with it',
      'offline_access  yes  the baseline adds it for every client',
      'notes:read  no  the client asked for other scopes, and the baseline does not add it',
      'notes:write  no  the client asked for other scopes, and the baseline does not add it',
      'admin:all  no  it is restricted: nobody can register it without the help of the operator',
      '',
      'WHAT WOULD HELP',
      'notes:read',
      '  DCR_BASELINE_SCOPES: add it, if every client may ask people for it',
      '  DCR_BASELINE_RULES: add it by a rule that is about this client',
      '  the client could name it in the scope of its registration, or of its document',
      "  DCR_SCOPE_CEILING: with 'supported' each client may ask for every scope that is not restricted",
      'notes:write',
      '  DCR_BASELINE_RULES: rule "claude" would add it, but for redirect_host',
      '  DCR_BASELINE_SCOPES: add it, if every client may ask people for it',
      '  DCR_BASELINE_RULES: add it by a rule that is about this client',
      '  the client could name it in the scope of its registration, or of its document',
      "  DCR_SCOPE_CEILING: with 'supported' each client may ask for every scope that is not restricted",
      'admin:all',
      '  DCR_CLIENTS: set this client up yourself, with the scope',
      '  let the client register with an initial access token that names the scope',
      "  DCR_UNSUPPORTED_SCOPES: with 'drop' it is left out of what clients ask for, and they go on with the rest",
    ]);
  });

  it('says that it is blocked, and why; the list says it, too', async () => {
    const id = await kept({ client_name: 'Notes' });
    await store.clientStates.block(id, 'phishing \u001B[31m');
    const { answer } = await run('show', id, '--scope', 'openid');
    expect(answer).toContain(
      'BLOCKED        since 2026-11-26T00:00:00.000Z: phishing <U+001B>[31m\n' +
        'grants ended   2026-11-26T00:00:00.000Z\n',
    );
    expect((await run('list')).answer).toContain(`${id} (blocked)  Notes  `);
  });

  it('explains the scopes in question, also one that is none', async () => {
    const id = await kept();
    const { answer } = await run('show', id, '--json', '--scope', 'notes:reed', '--scope', 'a"b');
    expect(JSON.parse(answer)).toMatchObject({
      client: { clientId: id, lastUsedOn: '2026-11-26' },
      scopes: [
        { scope: 'notes:reed', code: 'not_supported', nearest: 'notes:read' },
        { scope: 'a"b', code: 'malformed' },
      ],
    });
    const shown = await run('show', id, '--scope', 'notes:reed');
    expect(shown.answer).toContain('supported scopes; did you mean notes:read?');
    expect(answer).not.toMatch(/digest/);
  });

  it('takes what the baseline function added for what it would add now', async () => {
    const scopes = [
      { scope: 'openid', origin: 'requested' },
      { scope: 'notes:read', origin: { baseline: 'hook' } },
      { scope: 'gone', origin: { baseline: 'hook' } },
    ] as const;
    const id = await kept({}, { registered: { scopes, policy: 'old' } });
    const { answer } = await run('show', id, '--scope', 'notes:read gone');
    expect(answer).toMatch(/notes:read +yes +the baseline function adds it for this client/);
    expect(answer).toMatch(/gone +no +it is not among the supported scopes/);
    const listed = await run('list', '--rule', 'hook', '--json');
    expect(JSON.parse(listed.answer)).toMatchObject({ clients: [{ clientId: id }] });
  });

  it('shows a client of the configuration', async () => {
    const { answer } = await run('show', 'desk', '--json', '--scope', 'admin:all');
    expect(JSON.parse(answer)).toMatchObject({
      client: { clientId: 'desk', origin: 'provisioned' },
      scopes: [{ allowed: true, code: 'configured' }],
    });
  });

  it('fetches a document, and says what is wrong with it', async () => {
    const asked: string[] = [];
    const answering = (json: object): GetJson => {
      return async (url) => {
        asked.push(url);
        return { json, freshForMs: 0 };
      };
    };
    expect(await run('show', DOCUMENT)).toEqual({
      code: 1,
      answer: '',
      explanation: 'the client metadata document cannot be used: it cannot be fetched',
    });
    getJson = answering({ client_id: 'https://other.example/', redirect_uris: ['x'] });
    expect((await run('show', DOCUMENT)).explanation).toBe(
      'the client metadata document cannot be used: client_id must be the address of the document',
    );
    getJson = answering({ client_id: DOCUMENT, redirect_uris: ['https://claude.ai/cb'] });
    const { answer } = await run('show', DOCUMENT, '--scope', 'notes:write');
    expect(answer).toMatch(/notes:write +yes/);
    expect(asked).toEqual([DOCUMENT, DOCUMENT]);
  });

  it('says so when the store is away, or of another issuer', async () => {
    const of = (more: Partial<Store>): Store => Object.assign(Object.create(store) as Store, more);
    const id = await kept();
    const own = store;
    store = of({ owner: async () => 'https://other.example' });
    expect(await run('show', id)).toMatchObject({ code: 1, answer: '' });
    const find = () => Promise.reject(new StoreUnavailableError('the store is unavailable (x)'));
    const clients = Object.assign(Object.create(own.clients) as Store['clients'], { find });
    store = of({ clients, owner: async () => undefined, now: () => NOW });
    expect(await run('show', id)).toEqual({
      code: 1,
      answer: '',
      explanation: expect.stringMatching(
        /^the store is unavailable \(x\)\nThe store is the Redis of DCR_REDIS_URL: is it up,/,
      ),
    });
  });
});
