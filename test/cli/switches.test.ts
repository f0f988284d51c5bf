import { beforeEach, describe, expect, it } from '@jest/globals';
import { MemoryStore } from '../../lib/storage/memory/memory-store.ts';
import type { ClientState, Store } from '../../lib/storage/store.ts';
import { DAY, HOUR, newClient, redeemedGrant } from '../contract/records.ts';
import { ISSUER } from '../support/app.ts';
import { runCommandIn, type Outcome } from './run-command.ts';

const NOW = Date.UTC(2026, 10, 26, 12);
const DOCUMENT = 'https://app.example.com/client.json';
const ENV = {
  DCR_ISSUER: ISSUER,
  DCR_CLIENTS: JSON.stringify([
    {
      client_id: 'crm-of-the-house',
      client_secret: 's'.repeat(43),
      redirect_uris: ['https://crm.example.com/cb'],
      scope: 'openid',
    },
  ]),
};

let now: number;
let store: Store;
let id: string;

beforeEach(async () => {
  now = NOW;
  store = new MemoryStore({ now: () => now });
  const client = newClient();
  id = client.client_id;
  await store.clients.insert(client, 90 * DAY);
});

const run = (...words: string[]): Promise<Outcome> => runCommandIn(ENV, store, ...words);
const stateOf = (client_id: string): Promise<ClientState | undefined> =>
  store.clientStates.find(client_id);

describe.each(['clients block', 'clients unblock', 'clients delete'])('%s', (command) => {
  it.each([[], [''], ['one', '']])('does nothing for %j, which is no id', async (...ids) => {
    const { code, answer, explanation } = await run(...command.split(' '), ...ids);
    expect({ code, answer }).toEqual({ code: 2, answer: '' });
    expect(explanation).toContain(`${command} takes the client_id of a client`);
  });

  it('does nothing for any of them when one is longer than an id can be', async () => {
    const { code, answer, explanation } = await run(...command.split(' '), id, 'x'.repeat(2049));
    expect({ code, answer }).toEqual({ code: 2, answer: '' });
    expect(explanation).toContain('a client_id has 2048 characters at most, and this one has 2049');
    expect(await stateOf(id)).toBeUndefined();
    expect(await store.clients.find(id)).toBeDefined();
  });

  it('does nothing in the store of another issuer', async () => {
    await store.claim('https://other.example.com');
    const { code, explanation } = await run(...command.split(' '), id);
    expect(code).toBe(1);
    expect(explanation).toContain('DCR_ISSUER or DCR_REDIS_PREFIX is not that of the server');
    expect(await stateOf(id)).toBeUndefined();
    expect(await store.clients.find(id)).toBeDefined();
  });
});

describe('clients block and unblock', () => {
  it('blocks as many as are named, says so beside the answer, and keeps the reason', async () => {
    const outcome = await run('clients', 'block', id, 'crm-of-the-house', '--reason', 'stolen');
    expect(outcome).toEqual({
      code: 0,
      answer: '',
      explanation: `Client ${id} is blocked.\nClient crm-of-the-house is blocked.`,
    });
    for (const one of [id, 'crm-of-the-house']) {
      expect(await stateOf(one)).toEqual({
        client_id: one,
        blocked: { since: NOW, reason: 'stolen' },
        revoked_before: NOW,
      });
    }
  });

  it('blocks what it does not know, for the app may, and asks about the spelling', async () => {
    const { code, explanation } = await run('clients', 'block', 'crm-of-the-huose', DOCUMENT);
    expect(code).toBe(0);
    expect(explanation).toMatch(/crm-of-the-huose is blocked\. Mind: no such client is registered/);
    expect(explanation).toMatch(/client\.json is blocked\. Mind: metadata documents are off/);
    expect((await stateOf(DOCUMENT))?.blocked).toBeDefined();
  });

  it.each([
    { options: ['--reason', 'x'.repeat(201)], want: '200 characters at most' },
    { options: ['--reason', 'one', '--reason', 'two'], want: 'given more than once' },
  ])('blocks nothing for $options', async ({ options, want }) => {
    const { code, explanation } = await run('clients', 'block', id, ...options);
    expect(code).toBe(2);
    expect(explanation).toContain(want);
    expect(await stateOf(id)).toBeUndefined();
  });

  it('says what was so before, and lets in what was blocked, and no other', async () => {
    await run('clients', 'block', id);
    const again = await run('clients', 'block', id, '--json');
    expect(again.explanation).toBe(`Client ${id} is blocked, as it was before.`);
    expect(JSON.parse(again.answer)).toEqual([{ client_id: id, was_blocked: true, known: true }]);
    const both = await run('clients', 'unblock', id, 'other', '--json');
    expect(both.code).toBe(1);
    expect(both.explanation).toBe(
      `Client ${id} is let in again, and has to ask anew.\nnot blocked: other`,
    );
    expect(JSON.parse(both.answer)).toEqual([
      { client_id: id, was_blocked: true },
      { client_id: 'other', was_blocked: false },
    ]);
    expect(await stateOf(id)).toEqual({ client_id: id, revoked_before: NOW });
  });

  it('shows nothing of an id that a terminal would obey (LOG-01)', async () => {
    const id = `${DOCUMENT}?\u001B[31m\r\n\u202E`;
    for (const command of ['block', 'unblock', 'unblock', 'delete']) {
      const { explanation } = await run('clients', command, id);
      expect(explanation).toContain('client.json');
      for (const obeyed of ['\u001B', '\r', '\u202E']) expect(explanation).not.toContain(obeyed);
    }
  });
});

describe('clients delete', () => {
  it('deletes what registered, ends its grants, and says what there was not', async () => {
    const { code, answer, explanation } = await run('clients', 'delete', id, 'x', '--json');
    expect(code).toBe(1);
    expect(explanation).toBe(`Client ${id} is deleted.\nnot registered, or gone already: x`);
    expect(JSON.parse(answer)).toEqual([
      { client_id: id, deleted: true },
      { client_id: 'x', deleted: false },
    ]);
    expect(await store.clients.find(id)).toBeUndefined();
    expect(await stateOf(id)).toEqual({ client_id: id, revoked_before: NOW });
  });
});

describe('revoke --all', () => {
  const revoke = (...words: string[]): Promise<Outcome> => run('revoke', ...words);

  it.each([
    { words: [], want: 'revoke takes --all and --before' },
    { words: ['--before', 'now', '--yes'], want: 'revoke takes --all and --before' },
    { words: ['--all', '--yes'], want: '--before is now, or a time with its zone' },
    ...[
      '',
      'yesterday',
      '1764158400',
      '2026-11-26',
      '2026-11-26T10:00:00',
      '2026-13-26T10:00Z',
    ].map((before) => ({
      words: ['--all', '--yes', '--before', before],
      want: '--before is now, or a time with its zone',
    })),
  ])('does nothing for $words', async ({ words, want }) => {
    const { code, explanation } = await revoke(...words);
    expect(code).toBe(2);
    expect(explanation).toContain(want);
    expect(await store.switches.read()).toEqual({ revoked_before: 0 });
  });

  it('does nothing without --yes, and says what it would do', async () => {
    const { code, answer, explanation } = await revoke('--all', '--before', '2026-11-26T10:00:00Z');
    expect({ code, answer }).toEqual({ code: 1, answer: '' });
    expect(explanation).toBe(
      'Everything that was granted until 2026-11-26T10:00:00.000Z would end, for everybody and for good. Nothing was done: add --yes to do it.',
    );
    expect(await store.switches.read()).toEqual({ revoked_before: 0 });
  });

  it('does nothing for a time that is still to come, by the clock of the store', async () => {
    const { code, explanation } = await revoke(
      '--all',
      '--before',
      '2026-11-26T12:00:01Z',
      '--yes',
    );
    expect(code).toBe(1);
    expect(explanation).toBe('--before is in the future: the store has 2026-11-26T12:00:00.000Z');
    expect(await store.switches.read()).toEqual({ revoked_before: 0 });
  });

  it.each([
    { before: 'now', moment: NOW },
    { before: '2026-11-26T12:00:00Z', moment: NOW },
    { before: '2026-11-26T11:00+02:00', moment: NOW - 3 * HOUR },
  ])('moves the epoch to $before, and tells where it is', async ({ before, moment }) => {
    const { code, answer, explanation } = await revoke(
      '--all',
      '--before',
      before,
      '--yes',
      '--json',
    );
    const revoked_before = new Date(moment).toISOString();
    expect(code).toBe(0);
    const isNow = moment === NOW;
    expect(explanation.split('\n')).toEqual([
      ...(isNow ? ['It takes five seconds, until every instance knows.'] : []),
      `Everything that was granted until ${revoked_before} is over.`,
    ]);
    expect(JSON.parse(answer)).toEqual({ revoked_before });
    expect(await store.switches.read()).toEqual({ revoked_before: moment });
  });

  it('does not move it back, and says where it is', async () => {
    await revoke('--all', '--before', 'now', '--yes');
    const { explanation } = await revoke('--all', '--before', '2026-11-26T10:00Z', '--yes');
    expect(explanation).toBe(
      'Everything that was granted until 2026-11-26T12:00:00.000Z is over, and had been already.',
    );
  });

  it('leaves no grant of before in the list, and those of afterwards', async () => {
    const before = await redeemedGrant(store, { client_id: id, subject: 'alice' });
    await revoke('--all', '--before', 'now', '--yes');
    now += 1;
    const after = await redeemedGrant(store, { client_id: id, subject: 'alice' });
    const { answer } = await run('grants', 'list', '--client', id);
    expect(answer).toContain(after);
    expect(answer).not.toContain(before);
  });
});
