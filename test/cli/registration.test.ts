import { beforeEach, describe, expect, it } from '@jest/globals';
import { MemoryStore } from '../../lib/storage/memory/memory-store.ts';
import type { Store } from '../../lib/storage/store.ts';
import { ISSUER } from '../support/app.ts';
import { runCommandIn, type Outcome } from './run-command.ts';

const NOW = Date.UTC(2026, 10, 26, 12);
const SINCE = '2026-11-26T12:00:00.000Z';

let store: Store;

beforeEach(() => {
  store = new MemoryStore({ now: () => NOW });
});

function run(words: string, env: Readonly<Record<string, string>> = {}): Promise<Outcome> {
  return runCommandIn({ DCR_ISSUER: ISSUER, ...env }, store, 'registration', ...words.split('|'));
}

describe.each(['show', 'close', 'open'])('registration %s', (command) => {
  it('takes no operands', async () => {
    const { code, answer, explanation } = await run(`${command}|now`);
    expect({ code, answer }).toEqual({ code: 2, answer: '' });
    expect(explanation).toContain(`registration ${command} takes options alone`);
  });

  it('does nothing in the store of another issuer', async () => {
    await store.claim('https://other.example.com');
    const { code, explanation } = await run(command);
    expect(code).toBe(1);
    expect(explanation).toContain('DCR_ISSUER or DCR_REDIS_PREFIX is not that of the server');
    expect(await store.switches.read()).toEqual({ revoked_before: 0 });
  });
});

describe('registration close, show and open', () => {
  it('refuses a reason that is too long, and does nothing', async () => {
    const { code, explanation } = await run(`close|--reason|${'x'.repeat(201)}`);
    expect(code).toBe(2);
    expect(explanation).toContain('--reason has 200 characters at most');
    expect(await store.switches.read()).toEqual({ revoked_before: 0 });
  });

  it('closes it, tells since when and why, and opens it again', async () => {
    expect(await run('close|--reason|a flood \u001B[31m|--json')).toEqual({
      code: 0,
      answer: '{"was_closed":false}',
      explanation: 'Registration is closed.',
    });
    expect((await run('close')).explanation).toBe('Registration is closed, as it was before.');
    expect((await run('show')).answer.split('\n')).toEqual([
      'Everybody may register.',
      `It is closed for the moment, since ${SINCE}: a flood <U+001B>[31m. registration open ends that.`,
    ]);
    expect(JSON.parse((await run('show|--json')).answer)).toEqual({
      mode: 'open',
      closed: { since: SINCE, reason: 'a flood \u001B[31m' },
    });
    expect((await run('open')).explanation).toContain('DCR_REGISTRATION counts again');
    expect(await run('open')).toMatchObject({
      code: 1,
      explanation: 'registration was not closed',
    });
  });

  it.each([
    ['open', 'Everybody may register.'],
    ['token', 'Who has an initial access token may register.'],
    ['off', 'Nobody may register: DCR_REGISTRATION is off.'],
  ])('tells who may register where DCR_REGISTRATION is %s', async (mode, says) => {
    const more = mode === 'token' ? { DCR_INITIAL_ACCESS_TOKENS: 't'.repeat(43) } : {};
    const env = { DCR_REGISTRATION: mode, ...more };
    expect((await run('show', env)).answer).toBe(says);
    expect(JSON.parse((await run('show|--json', env)).answer)).toEqual({ mode });
  });
});
