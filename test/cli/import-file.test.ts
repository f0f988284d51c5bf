import { describe, expect, it } from '@jest/globals';
import { readRecords } from '../../lib/cli/import-file.ts';
import { runCommand } from './run-command.ts';
import { temporaryFiles } from './temporary-files.ts';

describe('a file of clients', () => {
  it.each([
    {
      name: 'a list',
      contents: '[{"a":1},\n 2]',
      want: [
        { line: 1, body: { a: 1 } },
        { line: 2, body: 2 },
      ],
    },
    {
      name: 'one object over several lines',
      contents: '{\n"a":1}\n',
      want: [{ line: 1, body: { a: 1 } }],
    },
    {
      name: 'an object a line',
      contents: '{"a":1}\r\n\n{"a":2}',
      want: [
        { line: 1, body: { a: 1 } },
        { line: 3, body: { a: 2 } },
      ],
    },
    {
      name: 'lines of which one is not JSON',
      contents: '{"a":1}\n{"a"',
      want: [{ line: 1, body: { a: 1 } }, { line: 2 }],
    },
    { name: 'nothing', contents: ' \n', want: [] },
  ])('may be $name', ({ contents, want }) => {
    expect(readRecords(contents)).toEqual(want);
  });
});

describe('clients import takes', () => {
  const files = temporaryFiles();

  it.each([[], ['one', 'two']])('one file and nothing else: %j %j', async (...words) => {
    expect(await runCommand(undefined, 'clients', 'import', ...words)).toMatchObject({ code: 2 });
  });

  it('a file that is there', async () => {
    expect(await runCommand(undefined, 'clients', 'import', files.missing)).toEqual({
      code: 1,
      answer: '',
      explanation: 'the file cannot be read (ENOENT)',
    });
  });
});
