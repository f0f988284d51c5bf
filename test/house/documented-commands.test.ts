import { describe, expect, it } from '@jest/globals';
import { COMMANDS } from '../../lib/cli/commands.ts';
import { filesOf } from './files.ts';

/** What operators are told to type, in code of a line or of a block, and in the files to deploy with. */
const TYPED = /(?:npx |`|\.bin\/)express-dcr,? ([a-z][^`\n\]]*)/g;

const typed = [...filesOf('docs'), ...filesOf().filter(({ path }) => /^[A-Z]+\.md$/.test(path))]
  .filter(({ path }) => !path.startsWith('docs/adr/'))
  .flatMap(({ path, text }) =>
    [...text.matchAll(TYPED)].map(([, words = '']) => ({ path, words: words.trim() })),
  );

describe('the commands in the documentation', () => {
  it('are found', () => {
    expect(typed.length).toBeGreaterThan(10);
  });

  it.each(typed)('$words in $path is there, with these options', ({ words }) => {
    const command = COMMANDS.find(({ name }) => words === name || words.startsWith(`${name} `));
    const options = [...words.matchAll(/ --([a-z][a-z-]*)/g)].map(([, option = '']) => option);
    const known = ['help', ...Object.keys(command?.options ?? {})];
    expect({
      command: command !== undefined,
      unknown: options.filter((o) => !known.includes(o)),
    }).toEqual({ command: true, unknown: [] });
  });
});
