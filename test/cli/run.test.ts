import { describe, expect, it } from '@jest/globals';
import { COMMANDS } from '../../lib/cli/commands.ts';
import { MemoryStore } from '../../lib/storage/memory/memory-store.ts';
import { textOf } from '../house/files.ts';
import { runCommand, runCommandIn } from './run-command.ts';

const NAMES = COMMANDS.map(({ name }) => name);

describe('the command line', () => {
  it.each([
    { words: ['chek'], message: 'there is no such command; did you mean check?' },
    {
      words: ['tokns'],
      message: expect.stringContaining('did you mean tokens create, tokens list or tokens '),
    },
    { words: ['frobnicate'], message: 'there is no such command' },
    { words: ['tokens'], message: expect.stringContaining('did you mean tokens ') },
    { words: ['tokens', 'creat'], message: expect.stringContaining('mean tokens create?') },
    { words: ['--json', 'tokens', 'list'], message: expect.stringContaining('no such command') },
    { words: ['tokens', 'list', '--jsn'], message: "Unknown option '--jsn'" },
    { words: ['tokens', 'list', '--json=yes'], message: expect.stringContaining('--json') },
    { words: ['tokens', 'list', 'all'], message: 'tokens list takes options alone' },
    { words: ['tokens', 'create', '--uses'], message: expect.stringContaining('--uses') },
  ])('does nothing it does not understand: $words', async ({ words, message }) => {
    const { code, answer, explanation } = await runCommand(undefined, ...words);
    expect({ code, answer }).toEqual({ code: 2, answer: '' });
    const [said, hint, ...more] = explanation.split('\n');
    expect({ said, more }).toEqual({ said: message, more: [] });
    const command = NAMES.find((name) => words.join(' ').startsWith(`${name} `));
    expect(hint).toBe(
      command
        ? `express-dcr ${command} --help tells what it takes.`
        : 'express-dcr --help tells what there is.',
    );
  });

  it.each(['--grant', '--subject', '--client'])(
    'takes what follows %s for its text, also with a dash in front',
    async (option) => {
      for (const text of [`-${'g'.repeat(21)}`, `--${'g'.repeat(20)}`, `-h${'g'.repeat(20)}`]) {
        const { code, answer, explanation } = await runCommandIn(
          { DCR_ISSUER: 'https://auth.example.com' },
          Object.assign(new MemoryStore(), { shared: true as false }),
          ...['grants', 'list', option, text],
        );
        expect({ code, answer, explanation }).toEqual({
          code: 0,
          answer: '',
          explanation: 'There are none.',
        });
      }
    },
  );

  it.each([
    { words: ['--subject', '--json'] },
    { words: ['--subject', '-h'] },
    { words: ['--subject', '--grant=a'] },
    { words: ['--json', '-g'] },
    { words: ['--subject', 'a', '-g'] },
    { words: ['--subject', 'a', '--', '--grant', '-g'] },
  ])('takes nothing else for a text: $words', async ({ words }) => {
    const { code, answer } = await runCommand(new MemoryStore(), 'grants', 'list', ...words);
    expect({ code, answer }).toEqual({ code: 2, answer: '' });
  });

  it('says what there is when nothing is asked for, and is not satisfied', async () => {
    const { code, answer, explanation } = await runCommand(undefined);
    expect({ code, answer }).toEqual({ code: 2, answer: '' });
    for (const name of NAMES) expect(explanation).toContain(name);
  });

  it.each(['--help', '-h', 'help'])('says what there is, for %s', async (word) => {
    const { code, answer, explanation } = await runCommand(undefined, word);
    expect({ code, explanation }).toEqual({ code: 0, explanation: '' });
    for (const name of NAMES) expect(answer).toContain(name);
    expect(answer).toContain('Exit codes: 0 done, 1 refused or failed, 2 not understood.');
  });

  it.each(COMMANDS)('tells every option of $name, and opens no store for it', async (command) => {
    const { code, answer } = await runCommand(undefined, ...command.name.split(' '), '--help');
    expect(code).toBe(0);
    expect(answer).toContain(`Usage: express-dcr ${command.name}`);
    for (const option of Object.keys(command.options)) expect(answer).toContain(`--${option}`);
  });

  it.each(COMMANDS)(
    'names in the help of $name only variables that there are',
    async ({ name }) => {
      const { answer } = await runCommand(undefined, ...name.split(' '), '--help');
      const known = textOf('docs/environment.md');
      for (const [variable] of answer.matchAll(/DCR_[A-Z_]+/g)) {
        expect(known).toContain(`\`${variable}\``);
      }
    },
  );

  it('says its version', async () => {
    expect(await runCommand(undefined, '--version')).toMatchObject({ code: 0, answer: '1.2.3' });
  });
});
