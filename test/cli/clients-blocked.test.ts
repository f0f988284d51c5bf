import { beforeEach, describe, expect, it } from '@jest/globals';
import { MemoryStore } from '../../lib/storage/memory/memory-store.ts';
import { ISSUER } from '../support/app.ts';
import { runCommandIn, type Outcome } from './run-command.ts';

const NOW = Date.UTC(2026, 10, 26, 12);
const DOCUMENT = 'https://app.example.com/client.json';

let now: number;
let store: MemoryStore;
beforeEach(() => {
  now = NOW;
  store = new MemoryStore({ now: () => now });
});

const run = (...words: string[]): Promise<Outcome> =>
  runCommandIn({ DCR_ISSUER: ISSUER }, store, 'clients', ...words);

describe('clients list --blocked', () => {
  it.each([['--unused'], ['--name', 'x'], ['--limit', '5'], ['--cursor', 'x']])(
    'lists nothing together with %s',
    async (...words) => {
      const { code, answer, explanation } = await run('list', '--blocked', ...words);
      expect({ code, answer }).toEqual({ code: 2, answer: '' });
      expect(explanation).toContain('--blocked goes together with --json alone');
    },
  );

  it('says when there are none, also where a client was let in again', async () => {
    await run('block', 'one');
    await run('unblock', 'one');
    const none = { code: 0, answer: '', explanation: 'There are none.' };
    expect(await run('list', '--blocked')).toEqual(none);
    expect((await run('list', '--blocked', '--json')).answer).toBe('{"clients":[]}');
  });

  it('lists clients that nobody knows, since when and why, the last one first', async () => {
    await run('block', 'one', '--reason', 'stolen');
    now += 1_000;
    await run('block', DOCUMENT);
    const { code, answer } = await run('list', '--blocked');
    expect(code).toBe(0);
    expect(answer.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
      ['ID', 'SINCE', 'REASON'],
      [DOCUMENT, '2026-11-26T12:00:01.000Z', '-'],
      ['one', '2026-11-26T12:00:00.000Z', 'stolen'],
    ]);
    const json = await run('list', '--blocked', '--json');
    expect(JSON.parse(json.answer)).toEqual({
      clients: [
        { clientId: DOCUMENT, blocked: { since: '2026-11-26T12:00:01.000Z' } },
        { clientId: 'one', blocked: { since: '2026-11-26T12:00:00.000Z', reason: 'stolen' } },
      ],
    });
  });

  it('shows nothing that a terminal would obey (LOG-01)', async () => {
    await run('block', `${DOCUMENT}?\u001B[31m\n`, '--reason', 'x\u001B[2J\u202E');
    const { answer } = await run('list', '--blocked');
    expect(answer.split('\n')).toHaveLength(2);
    expect(answer).toContain('x<U+001B>[2J<U+202E>');
    expect(answer).not.toContain('\u001B');
  });
});
