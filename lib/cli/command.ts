/**
 * What a command is, and what it is given.
 *
 * @module
 */
import type { Environment } from '../env/values.ts';
import type { Emit } from '../operations/audit.ts';
import type { GetJson } from '../outbound/port.ts';
import type { Store } from '../storage/store.ts';
import type { Deployment } from './open-deployment.ts';
import type { Progress } from './progress.ts';

/** - `done` - `failed`: refused, or not possible now - `usage`: not understood, and nothing was done. */
export const EXIT = { done: 0, failed: 1, usage: 2 } as const;

/** An option of a command; one of a text may be given several times. */
export interface CommandOption {
  readonly type: 'string' | 'boolean';
  /** How the value is called in the help. */
  readonly value?: string;
  readonly help: string;
}

/** What was typed, read by the options of the command. */
export interface Input {
  readonly operands: readonly string[];
  /** Every value of an option, in their order. */
  texts(option: string): readonly string[];
  flag(option: string): boolean;
}

export type Colour = 'red' | 'yellow' | 'green' | 'bold' | 'dim';

/** Where a command works, and whom it talks to. */
export interface Context {
  /** What the server was told, as far as the environment says it. */
  readonly env: Environment;
  /** The store of the environment; opened when it is asked for. */
  readonly store: () => Store;
  /** Gets a document from an address that a stranger chose, under guard. */
  readonly getJson: GetJson;
  /** Options, policy and store, for commands that need more than the store. */
  readonly deployment: () => Promise<Deployment>;
  readonly wait: (ms: number) => Promise<void>;
  /** This machine's clock, for what is shown; what is decided goes by the store's. */
  readonly now: () => number;
  readonly randomBytes: (size: number) => Buffer;
  /** A line of the answer. */
  readonly answer: (line: string) => void;
  /** A line for who reads along, beside the answer. */
  readonly explain: (line: string) => void;
  /** Tells of what was done, where audit events are written: anywhere but on a terminal, unless asked. */
  readonly audit: (isAsked: boolean) => Emit;
  /** Shows how far a long command has come, where somebody can see it. */
  readonly progress: (label: string, total: number) => Progress;
  /** Colours, where the answer goes to a terminal that wants them; else the text as it is. */
  readonly paint: (colour: Colour, text: string) => string;
}

export interface Command {
  /** As it is typed: `tokens create`. */
  readonly name: string;
  readonly summary: string;
  /** How operands are called in the help; absent when it takes none. */
  readonly operands?: string;
  readonly options: Readonly<Record<string, CommandOption>>;
  /** What else there is to know. */
  readonly notes?: readonly string[];
  /**
   * @throws {UsageError} For what cannot be meant, before anything is done.
   * @throws {CommandError} When it cannot be done.
   */
  run(input: Input, context: Context): Promise<void>;
}

/** What was typed is not understood. Never with a token in the message. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Understood, and refused or not possible. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

/** For `--json`, which every command has that answers something. */
export const JSON_OPTION: CommandOption = { type: 'boolean', help: 'answer in JSON' };

/** The only value of an option, or what stands for it. */
export function single(input: Input, option: string, otherwise: string): string {
  const [value = otherwise, ...more] = input.texts(option);
  if (more.length > 0) throw new UsageError(`--${option} is given more than once`);
  return value;
}

/** A number of things: one at least. */
export function wholeNumber(input: Input, option: string, otherwise: string, most: number): number {
  const text = single(input, option, otherwise);
  const number = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (number >= 1 && number <= most) return number;
  throw new UsageError(`--${option} must be a whole number from 1 to ${String(most)}`);
}
