/**
 * Runs commands in this process, on a store of the test.
 *
 * @module
 */
import { randomBytes } from 'node:crypto';
import { auditTrail } from '../../lib/cli/audit.ts';
import type { Context } from '../../lib/cli/command.ts';
import { openDeployment } from '../../lib/cli/open-deployment.ts';
import type { Progress } from '../../lib/cli/progress.ts';
import { run } from '../../lib/cli/run.ts';
import type { Environment } from '../../lib/env/values.ts';
import { FetchFailedError, type GetJson } from '../../lib/outbound/port.ts';
import type { Store } from '../../lib/storage/store.ts';
import type { UpstreamLogin } from '../../lib/upstream/port.ts';
import { noted } from '../support/secrets.ts';

/** What a command said, and how it ended. */
export interface Outcome {
  readonly code: number;
  readonly answer: string;
  readonly explanation: string;
}

/** A line that tells how far a command has come. */
export interface ProgressLine {
  readonly label: string;
  readonly total: number;
  readonly steps: number[];
  /** How often it was taken away. */
  ended: number;
}

export function runCommand(store: Store | undefined, ...words: string[]): Promise<Outcome> {
  return runCommandIn({}, store, ...words);
}

/** @param env - What the server was told. */
export function runCommandIn(
  env: Environment,
  store: Store | undefined,
  ...words: string[]
): Promise<Outcome> {
  return runCommandAt({ env, store }, ...words);
}

/** Where a command runs. */
export interface Place {
  readonly env: Environment;
  readonly store: Store | undefined;
  /** Where documents come from; nothing is there when it is absent. */
  readonly getJson?: GetJson;
  /** Whether what is said beside the answer goes to one, as it does for an operator. */
  readonly isTerminal?: boolean;
  /** In the place of the logins of the environment. */
  readonly login?: UpstreamLogin;
  /** Gets every line that tells how far the command has come. */
  readonly progress?: ProgressLine[];
  /** Takes no time when it is absent. */
  readonly wait?: (ms: number) => Promise<void>;
}

export async function runCommandAt(
  { env, store, getJson = nothingThere, wait = noTime, isTerminal = true, login, progress }: Place,
  ...words: string[]
): Promise<Outcome> {
  const [answered, explained]: [string[], string[]] = [[], []];
  const open = (): Store => {
    if (!store) throw new Error('the command opened the store');
    return store;
  };
  const now = (): number => store?.now() ?? 0;
  const write = (text: string): void => void explained.push(text.slice(0, -1));
  const context: Context = {
    env,
    store: open,
    getJson,
    wait,
    async deployment() {
      const opened = await openDeployment(env, open);
      return login ? { ...opened, options: { ...opened.options, login } } : opened;
    },
    now,
    randomBytes: noted(randomBytes),
    progress: (label, total) => recordedProgress(label, total, progress ?? []),
    audit: (isAsked) => auditTrail({ isTerminal, write, now }, isAsked),
    paint: (_colour, text) => text,
    answer: (line: string): void => void answered.push(line),
    explain: (line: string): void => void explained.push(line),
  };
  const code = await run(words, context, '1.2.3');
  return { code, answer: answered.join('\n'), explanation: explained.join('\n') };
}

function recordedProgress(label: string, total: number, lines: ProgressLine[]): Progress {
  const line: ProgressLine = { label, total, steps: [], ended: 0 };
  lines.push(line);
  return {
    advance: (by) => void line.steps.push(by),
    end() {
      line.ended += 1;
    },
  };
}

async function noTime(): Promise<void> {}

async function nothingThere(): Promise<never> {
  throw new FetchFailedError('unknown_host', 'the host has no address');
}
