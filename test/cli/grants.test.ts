import { beforeEach, describe, expect, it } from '@jest/globals';
import { subjectDigest } from '../../lib/services/index-grant.ts';
import { MemoryStore } from '../../lib/storage/memory/memory-store.ts';
import type { KeptConsent, Store } from '../../lib/storage/store.ts';
import { sha256 } from '../../lib/tokens/digest.ts';
import { DAY, HOUR, newClient, newConsent, redeemedGrant } from '../contract/records.ts';
import { ISSUER } from '../support/app.ts';
import { runCommandIn, type Outcome } from './run-command.ts';

const NOW = Date.UTC(2026, 10, 26, 12);

let now: number;
let store: Store;
/** Grants of two people to two apps: who, to which, and what. */
let ids: Record<'alice1' | 'alice2' | 'bob1' | 'bob2', string>;
let apps: readonly [string, string];

beforeEach(async () => {
  now = NOW;
  store = new MemoryStore({ now: () => now });
  apps = [await registered(), await registered()];
  const [one, other] = apps;
  ids = {
    alice1: await granted('alice', one, 'openid notes:read'),
    alice2: await granted('alice', other, 'openid'),
    bob1: await granted('bob', one, 'openid'),
    bob2: await granted('bob', other, 'notes:read notes:write'),
  };
  now += HOUR;
});

async function registered(): Promise<string> {
  const client = newClient();
  await store.clients.insert(client, 90 * DAY);
  return client.client_id;
}

async function granted(subject: string, client_id: string, scope: string): Promise<string> {
  const grantId = await redeemedGrant(store, { subject, client_id, granted: scope });
  const person = subjectDigest(ISSUER, subject);
  const entry = { grantId, subjectDigest: person, clientId: client_id, ttlMs: 7 * DAY };
  await store.grants.index(entry);
  await store.consents.remember(person, sha256(client_id), newConsent({ scope }), DAY);
  return grantId;
}

function consentsOf(subject: string, client_id: string): Promise<readonly KeptConsent[]> {
  return store.consents.find(subjectDigest(ISSUER, subject), sha256(client_id));
}

const run = (...words: string[]): Promise<Outcome> =>
  runCommandIn({ DCR_ISSUER: ISSUER }, store, 'grants', ...words);

/** Whose grants are listed, by the names they have here. */
async function listed(...words: string[]): Promise<string[]> {
  const { answer } = await run('list', '--json', ...words);
  const found = (JSON.parse(answer) as { grant_id: string }[]).map(({ grant_id }) => grant_id);
  return Object.entries(ids).flatMap(([name, id]) => (found.includes(id) ? [name] : []));
}

async function left(): Promise<string[]> {
  const alive = await Promise.all(
    Object.entries(ids).map(async ([name, id]) => ((await store.grants.find(id)) ? [name] : [])),
  );
  return alive.flat();
}

const ALL = ['alice1', 'alice2', 'bob1', 'bob2'];
const QUERIES: readonly { name: string; words: () => string[]; fit: string[] }[] = [
  { name: 'a person', words: () => ['--subject', 'alice'], fit: ['alice1', 'alice2'] },
  {
    name: 'a person and a client',
    words: () => ['--subject', 'alice', '--client', apps[0]],
    fit: ['alice1'],
  },
  {
    name: 'a person and a scope',
    words: () => ['--subject', 'bob', '--scope', 'notes:write'],
    fit: ['bob2'],
  },
  { name: 'a scope', words: () => ['--scope', 'notes:read'], fit: ['alice1', 'bob2'] },
  {
    name: 'a scope and a client',
    words: () => ['--scope', 'notes:read', '--client', apps[1]],
    fit: ['bob2'],
  },
  { name: 'one id', words: () => ['--grant', ids.bob1], fit: ['bob1'] },
  {
    name: 'one id and its person',
    words: () => ['--grant', ids.bob1, '--subject', 'bob'],
    fit: ['bob1'],
  },
  { name: 'a part of a scope', words: () => ['--scope', 'notes'], fit: [] },
  { name: 'nobody', words: () => ['--subject', 'carol'], fit: [] },
];

describe.each(['list', 'revoke'])('grants %s', (command) => {
  it.each([
    { words: [], want: 'say which grants: --grant, --subject, --client or --scope' },
    { words: ['--subject', ''], want: '--subject is empty' },
    { words: ['--grant', 'dcr_rt_token'], want: '--grant is the id of one grant, 22 characters' },
    { words: ['--client', ''], want: '--client is empty' },
    { words: ['--client', 'x'.repeat(2049)], want: 'a client_id has 2048 characters at most' },
    { words: ['--scope', 'a b'], want: '--scope is one scope' },
    { words: ['--scope', 'a', '--scope', 'b'], want: '--scope is given more than once' },
    { words: ['alice'], want: 'takes options alone' },
  ])('does nothing for $words', async ({ words, want }) => {
    const { code, answer, explanation } = await run(command, ...words);
    expect({ code, answer }).toEqual({ code: 2, answer: '' });
    expect(explanation).toContain(want);
    expect(await left()).toEqual(ALL);
  });
});

describe('grants list', () => {
  it.each([
    ...QUERIES,
    { name: 'a client', words: () => ['--client', apps[0]], fit: ['alice1', 'bob1'] },
  ])('lists those of $name', async ({ words, fit }) => {
    expect(await listed(...words())).toEqual(fit);
  });

  it('shows what is known of each, and nothing that opens anything', async () => {
    const { code, answer, explanation } = await run(
      'list',
      '--subject',
      'alice',
      '--scope',
      'notes:read',
    );
    const [heading, row, ...more] = answer.split('\n');
    expect({ code, explanation, more }).toEqual({ code: 0, explanation: '', more: [] });
    expect(heading).toMatch(/^GRANT +CLIENT +PERSON +SCOPES +CREATED +LAST USED +EXPIRES$/);
    expect(row?.split(/ {2,}/)).toEqual([
      ids.alice1,
      apps[0],
      'alice',
      'openid notes:read',
      '2026-11-26T12:00:00.000Z',
      '2026-11-26T12:00:00.000Z',
      '2026-12-03T12:00:00.000Z',
    ]);
    const { salt = '' } = (await store.grants.find(ids.alice1)) ?? {};
    const json = await run('list', '--subject', 'alice', '--json');
    expect(`${answer}${json.answer}`).not.toContain(salt);
  });

  it('leaves out what is over, says when there are none, and stops at the limit', async () => {
    await run('revoke', '--client', apps[0]);
    expect(await listed('--scope', 'openid')).toEqual(['alice2']);
    await runCommandIn({ DCR_ISSUER: ISSUER }, store, 'clients', 'block', apps[1]);
    const none = await run('list', '--scope', 'openid');
    expect(none).toEqual({ code: 0, answer: '', explanation: 'There are none.' });
    now += 1;
    await Promise.all(['a', 'b', 'c'].map((person) => granted(person, apps[0], 'openid')));
    const some = await run('list', '--client', apps[0], '--limit', '2');
    expect(some.answer.split('\n')).toHaveLength(3);
    expect(some.explanation).toBe('There are more than 2: see --limit.');
    expect((await run('list', '--client', apps[0], '--limit', '0')).code).toBe(2);
  });
});

describe('grants revoke', () => {
  it.each(QUERIES)(
    'ends those of $name, what was remembered of them, and no others',
    async ({ words, fit }) => {
      const { code, answer, explanation } = await run('revoke', '--json', ...words());
      expect(code).toBe(0);
      expect(JSON.parse(answer)).toEqual({ revoked: fit.length });
      const said = [/^There are none\.$/, /^1 grant is revoked\.$/, /^2 grants are revoked\.$/];
      expect(explanation).toMatch(said[fit.length] ?? '');
      expect(await left()).toEqual(ALL.filter((name) => !fit.includes(name)));
      for (const name of ALL) {
        const remembered = await consentsOf(name.slice(0, -1), apps[name.endsWith('1') ? 0 : 1]);
        expect({ name, count: remembered.length }).toEqual({
          name,
          count: fit.includes(name) ? 0 : 1,
        });
      }
    },
  );

  it('ends all of a client in one moment, without looking for them', async () => {
    const { code, answer, explanation } = await run('revoke', '--client', apps[0], '--json');
    expect(code).toBe(0);
    expect(explanation).toBe(`All that client ${apps[0]} was given until now is over.`);
    expect(JSON.parse(answer)).toEqual({ client_id: apps[0], known: true });
    expect(await left()).toEqual(ALL);
    expect(await store.clientStates.find(apps[0])).toEqual({
      client_id: apps[0],
      revoked_before: now,
    });
  });

  it.each([
    { name: 'never was', words: () => ['--grant', 'x'.repeat(22)] },
    { name: 'is of another person', words: () => ['--grant', ids.bob1, '--subject', 'alice'] },
    { name: 'is of another client', words: () => ['--grant', ids.bob1, '--client', apps[1]] },
  ])('fails for the id of a grant that $name, and ends nothing', async ({ words }) => {
    const { code, answer, explanation } = await run('revoke', '--json', ...words());
    expect({ code, answer }).toEqual({ code: 1, answer: '{"revoked":0}' });
    expect(explanation).toContain('there is no such grant');
    expect(await left()).toEqual(ALL);
  });

  it('says so where the client is not known from here', async () => {
    const { code, explanation } = await run('revoke', '--client', 'x');
    expect(code).toBe(0);
    expect(explanation).toContain('Mind: no such client is registered or in DCR_CLIENTS');
  });

  it('forgets all that a person allowed, also where no grant is left, and nothing of others', async () => {
    await store.grants.revoke(ids.alice2, { requestId: 'attempt' });
    const { explanation } = await run('revoke', '--subject', 'alice');
    expect(explanation).toBe('1 grant is revoked.');
    for (const app of apps) expect(await consentsOf('alice', app)).toEqual([]);
    for (const app of apps) expect(await consentsOf('bob', app)).toHaveLength(1);
  });

  it('leaves what is remembered of clients that it was not asked about', async () => {
    await run('revoke', '--subject', 'alice', '--scope', 'notes:read');
    expect(await consentsOf('alice', apps[0])).toEqual([]);
    expect(await consentsOf('alice', apps[1])).toHaveLength(1);
    await run('revoke', '--subject', 'bob', '--client', apps[0]);
    expect(await consentsOf('bob', apps[1])).toHaveLength(1);
  });

  it('forgets what a person allowed a client also where no grant is left', async () => {
    await run('revoke', '--subject', 'alice', '--scope', 'notes:read');
    await store.consents.remember(
      subjectDigest(ISSUER, 'alice'),
      sha256(apps[0]),
      newConsent(),
      DAY,
    );
    const { explanation } = await run('revoke', '--subject', 'alice', '--client', apps[0]);
    expect(explanation).toBe('There are none.');
    expect(await consentsOf('alice', apps[0])).toEqual([]);
  });
});
