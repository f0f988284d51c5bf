import { beforeEach, describe, expect, it } from '@jest/globals';
import { MemoryStore } from '../../lib/storage/memory/memory-store.ts';
import { StoreUnavailableError, type Store } from '../../lib/storage/store.ts';
import { DAY, newClient, type NewClient } from '../contract/records.ts';
import { runCommandAt, runCommandIn, type Outcome, type ProgressLine } from './run-command.ts';

const ENV = {
  DCR_ISSUER: 'https://app.example.com',
  DCR_SCOPES_SUPPORTED: 'openid offline_access mcp:read mcp:write',
  DCR_BASELINE_SCOPES: 'offline_access',
};
const NOTHING_TO_DO = 'Every note is what the policy comes to.';

let store: Store;
beforeEach(() => {
  store = new MemoryStore({ now: () => Date.UTC(2026, 10, 26) });
});

const reconcile = (...words: string[]): Promise<Outcome> =>
  runCommandIn(ENV, store, 'reconcile', ...words);

async function inserted(scopes: readonly string[], more: Partial<NewClient> = {}): Promise<string> {
  const noted = scopes.map((scope) => ({ scope, origin: 'requested' as const }));
  const registered = { scopes: noted, policy: 'old' };
  const client = newClient({ requested: 'openid', registered, ...more });
  await store.clients.insert(client, DAY);
  return client.client_id;
}

const noted = async (client_id: string): Promise<string | undefined> =>
  (await store.clients.find(client_id))?.registered.scopes.map(({ scope }) => scope).join(' ');

/** Over what another store does. */
function withClients(clients: Partial<Store['clients']>): Store {
  const given = Object.fromEntries(
    (['list', 'find', 'annotate', 'count'] as const).map((name) => [
      name,
      (...args: unknown[]): unknown =>
        Reflect.apply(store.clients[name] as () => unknown, store.clients, args),
    ]),
  );
  const whole = { owner: async () => store.owner?.(), now: () => store.now() };
  return { ...whole, clients: { ...given, ...clients } } as unknown as Store;
}

describe('reconcile', () => {
  it.each([['--dry'], ['x'], ['--json=yes']])('does nothing for %s', async (word) => {
    const client_id = await inserted(['openid']);
    expect(await reconcile(word)).toMatchObject({ code: 2, answer: '' });
    expect(await noted(client_id)).toBe('openid');
  });

  it('does nothing where the environment is wrong, or is that of another server', async () => {
    const client_id = await inserted(['openid']);
    const wrong = { ...ENV, DCR_BASELINE_SCOPES: 'mcp:red', DCR_RECONCILE: 'no' };
    const { code, explanation } = await runCommandIn(wrong, store, 'reconcile');
    expect(code).toBe(1);
    expect(explanation).toContain('(DCR_BASELINE_SCOPES): ');
    expect(explanation).toContain('(DCR_RECONCILE): ');
    await store.claim('https://other.example.com');
    expect(await reconcile()).toMatchObject({
      code: 1,
      answer: '',
      explanation: expect.stringContaining('belongs to another issuer'),
    });
    expect(await noted(client_id)).toBe('openid');
  });

  it('tells by scope and by client what would change, and changes it', async () => {
    const first = await inserted(['openid', 'mcp:write']);
    const second = await inserted(['openid', 'offline_access']);
    const table = [
      'SCOPE           ADDED  REMOVED',
      'offline_access  +1     -',
      'mcp:write       -      -1',
      '',
      'CLIENT                                ADDED           REMOVED',
    ];
    const rows = [`${first}  offline_access  mcp:write`, `${second}  -               -`];
    const counts = '1 with other scopes, 1 with the same ones for other reasons.';

    const dry = await reconcile('--dry-run');
    expect(dry.code).toBe(0);
    expect(dry.answer.split('\n').slice(0, 5)).toEqual(table);
    expect(dry.answer.split('\n').slice(5).sort()).toEqual([...rows].sort());
    expect(dry.explanation).toBe(
      `Looked at 2 clients. Nothing was written. Anew would be 2 of their notes: ${counts}`,
    );
    expect(await noted(first)).toBe('openid mcp:write');

    const done = await reconcile();
    expect(done.answer).toBe(dry.answer);
    expect(done.explanation).toBe(`Looked at 2 clients. Anew are 2 of their notes: ${counts}`);
    expect(await noted(first)).toBe('openid offline_access');

    expect(await reconcile()).toEqual({
      code: 0,
      answer: '',
      explanation: `Looked at 2 clients. ${NOTHING_TO_DO}`,
    });
  });

  it('says so when there are no clients', async () => {
    expect(await reconcile()).toEqual({
      code: 0,
      answer: '',
      explanation: `Looked at 0 clients. ${NOTHING_TO_DO}`,
    });
  });

  it('answers in JSON, a line for each client and one for the whole', async () => {
    const ids = [await inserted(['openid']), await inserted(['openid'])];
    const { answer, explanation } = await reconcile('--json', '--dry-run');
    expect(explanation).toBe('');
    const lines = answer.split('\n').map((line) => JSON.parse(line) as { client_id?: string });
    const added = [{ scope: 'offline_access', origin: { baseline: 'global' } }];
    for (const client_id of ids) {
      expect(lines).toContainEqual({ client_id, outcome: 'noted', added, removed: [] });
    }
    expect(lines).toHaveLength(3);
    expect(lines.at(-1)).toEqual({
      ...{ dryRun: true, examined: 2, changed: 2, refreshed: 0, contested: 0 },
      scopes: [{ scope: 'offline_access', added: 2, removed: 0 }],
    });
    const nothing = { dryRun: false, examined: 2, changed: 0, refreshed: 0, contested: 0 };
    await reconcile();
    expect(JSON.parse((await reconcile('--json')).answer)).toEqual({ ...nothing, scopes: [] });
  });

  it('tells how far it has come, and takes that away, also where it fails', async () => {
    for (let nth = 0; nth < 3; nth += 1) await inserted(['openid']);
    const progress: ProgressLine[] = [];
    await runCommandAt({ env: ENV, store, progress }, 'reconcile', '--dry-run');
    expect(progress).toMatchObject([{ label: 'clients', total: 3, ended: 1 }]);
    expect(progress[0]?.steps.reduce((sum, by) => sum + by, 0)).toBe(3);

    const away = withClients({
      list: () => Promise.reject(new StoreUnavailableError('the store is unavailable (x)')),
    });
    const broken: ProgressLine[] = [];
    await runCommandAt({ env: ENV, store: away, progress: broken }, 'reconcile');
    expect(broken).toEqual([{ label: 'clients', total: 3, steps: [], ended: 1 }]);
  });

  it('shows as many clients as fit on a screen, and counts the rest', async () => {
    for (let nth = 0; nth < 25; nth += 1) await inserted(['openid']);
    const lines = (await reconcile('--dry-run')).answer.split('\n');
    expect(lines).toHaveLength(3 + 1 + 20 + 1);
    expect(lines.at(-1)).toBe('and 5 clients more: --json has all of them');
    expect(lines[1]).toBe('offline_access  +25    -');
  });

  it('shows nothing of a record that a terminal would obey', async () => {
    await inserted(['openid', 'red \u001B[31m\nscope']);
    const { answer } = await reconcile();
    expect(answer).not.toContain('\u001B');
    expect(answer).toContain('offline_access  red <U+001B>[31m<U+000A>scope');
  });

  it('leaves what the app itself added, which it cannot ask', async () => {
    const hook = { scope: 'mcp:write', origin: { baseline: 'hook' } };
    const client_id = await inserted([], { registered: { scopes: [hook], policy: 'old' } });
    await reconcile();
    expect(await noted(client_id)).toBe('openid offline_access mcp:write');
  });

  it('fails when clients changed whenever it looked, after all the others', async () => {
    const [contested, other] = [await inserted(['openid']), await inserted(['openid'])];
    const busy = withClients({
      annotate: async (read, note) =>
        read.client_id === contested ? 'changed' : store.clients.annotate(read, note),
    });
    const { code, explanation } = await runCommandIn(ENV, busy, 'reconcile');
    expect(code).toBe(1);
    expect(explanation.split('\n').at(-1)).toBe('1 client changed at every look: run it again');
    expect(await noted(other)).toBe('openid offline_access');
  });

  it('fails when the store goes away, and what was done stays', async () => {
    const ids = await Promise.all(Array.from({ length: 101 }, () => inserted(['openid'])));
    const away = withClients({
      list: (query) =>
        query.cursor
          ? Promise.reject(new StoreUnavailableError('the store is unavailable (test)'))
          : store.clients.list(query),
    });
    const outcome = await runCommandIn(ENV, away, 'reconcile');
    expect(outcome).toEqual({
      code: 1,
      answer: '',
      explanation: expect.stringMatching(
        /^the store is unavailable \(test\)\nThe store is the Redis of DCR_REDIS_URL: is it up,/,
      ),
    });
    const notes = await Promise.all(ids.map(noted));
    expect(notes.filter((note) => note === 'openid offline_access')).toHaveLength(100);
  });
});
