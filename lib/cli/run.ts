/**
 * From a command line to a command, and from what became of it to an exit code.
 *
 * @module
 */
import { closest, distance } from 'fastest-levenshtein';
import { parseArgs } from 'node:util';
import type { Environment } from '../env/values.ts';
import { KeysUnopenedError } from '../keys/key-keeper.ts';
import {
  CommandError,
  EXIT,
  UsageError,
  type Command,
  type Context,
  type Input,
} from './command.ts';
import { COMMANDS } from './commands.ts';
import { withDashes } from './dashes.ts';
import { commandHelp, generalHelp } from './help.ts';
import { storeVariable } from './open-store.ts';

/**
 * Runs what was typed.
 *
 * @param words - The command line, without the program.
 * @returns The exit code. Never rejects for what an operator or the store can cause.
 */
export async function run(
  words: readonly string[],
  context: Context,
  version: string,
): Promise<number> {
  try {
    return await dispatch(words, context, version);
  } catch (error) {
    if (error instanceof UsageError) {
      context.explain(`${error.message}\n${whereToRead(words)}`);
      return EXIT.usage;
    }
    const message = expectedMessage(error, context.env);
    if (message === undefined) throw error;
    context.explain(message);
    return EXIT.failed;
  }
}

async function dispatch(
  words: readonly string[],
  context: Context,
  version: string,
): Promise<number> {
  const [first] = words;
  if (first === undefined) {
    context.explain(generalHelp(COMMANDS));
    return EXIT.usage;
  }
  if (first === '--help' || first === '-h' || first === 'help') {
    context.answer(generalHelp(COMMANDS));
    return EXIT.done;
  }
  if (first === '--version') {
    context.answer(version);
    return EXIT.done;
  }
  const { command, rest } = commandOf(words);
  const input = inputOf(command, rest);
  if (input.flag('help')) context.answer(commandHelp(command));
  else await command.run(input, context);
  return EXIT.done;
}

function commandOf(words: readonly string[]): { command: Command; rest: readonly string[] } {
  for (const command of COMMANDS) {
    if (isCommand(command.name, words)) {
      return { command, rest: words.slice(command.name.split(' ').length) };
    }
  }
  const names = COMMANDS.map(({ name }) => name);
  const typed = words.filter((word) => !word.startsWith('-')).slice(0, 2);
  // Held against as many words of each: `tokens` alone is short of any of its commands.
  const heads = names.map((name) => name.split(' ').slice(0, typed.length).join(' '));
  const nearest = closest(typed.join(' '), heads);
  const meant = names.filter((_, i) => heads[i] === nearest);
  const isNear = distance(typed.join(' '), nearest) <= nearest.length / 2;
  throw new UsageError(
    `there is no such command${isNear ? `; did you mean ${listed(meant)}?` : ''}`,
  );
}

function listed(names: readonly string[]): string {
  const [last = '', ...others] = [...names].reverse();
  return others.length === 0 ? last : `${others.reverse().join(', ')} or ${last}`;
}

/** The help of the command that was meant, where that is clear. */
function whereToRead(words: readonly string[]): string {
  const command = COMMANDS.find(({ name }) => isCommand(name, words));
  return command
    ? `express-dcr ${command.name} --help tells what it takes.`
    : 'express-dcr --help tells what there is.';
}

function isCommand(name: string, words: readonly string[]): boolean {
  return name.split(' ').every((word, at) => words[at] === word);
}

function inputOf({ name, options, operands }: Command, words: readonly string[]): Input {
  const known = Object.fromEntries(
    Object.entries(options).map(([name, { type }]) => [name, { type, multiple: true }]),
  );
  const { values, positionals } = parsed(words, known);
  if (positionals.length > 0 && operands === undefined) {
    throw new UsageError(`${name} takes options alone`);
  }
  const all = (option: string): unknown[] => [values[option] ?? []].flat();
  return {
    operands: positionals,
    texts: (option) => all(option).filter((value) => typeof value === 'string'),
    flag: (option) => all(option).includes(true),
  };
}

type Known = Record<string, { type: 'string' | 'boolean'; multiple: boolean }>;

function parsed(
  words: readonly string[],
  known: Known,
): { values: Record<string, unknown>; positionals: string[] } {
  const help = { type: 'boolean', short: 'h', multiple: true } as const;
  try {
    const options = { ...known, help };
    return parseArgs({ args: withDashes(words, options), options, allowPositionals: true });
  } catch (error) {
    const { code, message } = Object(error) as { code?: unknown; message?: string };
    if (!String(code).startsWith('ERR_PARSE_ARGS')) throw error;
    // The first sentence names the option; what follows is advice for programmers.
    throw new UsageError(message?.split('. ')[0] ?? 'the options cannot be read');
  }
}

/** Codes, not classes: what is said is the message, without a stack, and what an operator can look at. */
function expectedMessage(error: unknown, env: Environment): string | undefined {
  const { code, message = '' } = Object(error) as { code?: unknown; message?: string };
  if (error instanceof CommandError || error instanceof KeysUnopenedError) return message;
  if (code === 'ERR_DCR_CONFIGURATION') {
    return `${message}\nA command reads the environment of the server: give it the same.`;
  }
  if (code !== 'ERR_DCR_STORE_UNAVAILABLE') return undefined;
  return `${message}\nThe store is the Redis of ${storeVariable(env)}: is it up, can it be reached from here, and are user, password and TLS those of the server? What was not reported may not be done: run the command again.`;
}
