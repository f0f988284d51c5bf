/**
 * The texts of `--help`.
 *
 * @module
 */
import type { Command } from './command.ts';
import { aligned } from './table.ts';

const EXIT_CODES = 'Exit codes: 0 done, 1 refused or failed, 2 not understood.';

export function generalHelp(commands: readonly Command[]): string {
  return [
    'Usage: express-dcr <command> [options]',
    '',
    'Commands:',
    ...aligned(commands.map(({ name, summary }) => [name, summary])),
    '',
    'express-dcr <command> --help tells more; --version says which version this is.',
    'The store is that of the environment: DCR_REDIS_URL and what belongs to it, as for a server.',
    EXIT_CODES,
  ].join('\n');
}

export function commandHelp({ name, summary, operands, options, notes = [] }: Command): string {
  const named = Object.entries(options).map(([option, { value, help }]) => [
    value === undefined ? `--${option}` : `--${option} <${value}>`,
    help,
  ]);
  return [
    ['Usage: express-dcr', name, operands, '[options]'].filter(Boolean).join(' '),
    '',
    `${summary}.`,
    '',
    'Options:',
    ...aligned([...named, ['--help', 'say this']]),
    ...(notes.length > 0 ? ['', ...notes] : []),
    '',
    EXIT_CODES,
  ].join('\n');
}
