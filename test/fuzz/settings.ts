/**
 * What a run is asked for, on the command line.
 *
 * @module
 */
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';

export interface FuzzSettings {
  /** For each of the two kinds. */
  readonly seconds: number;
  readonly seed: number;
  /** The one target of the parsers; all of them when it is absent. */
  readonly only: string | undefined;
  /** Whether the corpus is written anew. */
  readonly isKept: boolean;
}

/** Which of the two, in this process; both, each in a process of its own, when it is absent. */
export type FuzzKind = 'parsers' | 'http';

export function settingsFrom(args: readonly string[]): FuzzSettings & { kind?: FuzzKind } {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seconds: { type: 'string', default: '30' },
      seed: { type: 'string', default: String(randomInt(2 ** 31)) },
      kind: { type: 'string' },
      target: { type: 'string' },
      keep: { type: 'boolean', default: false },
    },
  });
  const { kind, target: only, keep: isKept } = values;
  const [seconds, seed] = [Number(values.seconds), Number(values.seed)];
  if (!(seconds > 0) || !Number.isInteger(seed))
    throw new TypeError('--seconds and --seed are numbers');
  if (kind !== undefined && kind !== 'parsers' && kind !== 'http')
    throw new TypeError('--kind is parsers or http');
  return { seconds, seed, only, isKept, ...(kind && { kind }) };
}
