/**
 * `npm run fuzz -- --seconds 30`: both kinds of fuzzing, each in a process of its own and each for as
 * long. `--kind` takes one of them, `--target` one target of the parsers, `--seed` makes a run again,
 * `--keep` writes the corpus anew. docs/fuzzing.md has the rest.
 *
 * @module
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fuzzHttp } from './http.ts';
import { fuzzParsers } from './parsers.ts';
import { settingsFrom, type FuzzKind } from './settings.ts';

const settings = settingsFrom(process.argv.slice(2));
const KINDS: Readonly<Record<FuzzKind, typeof fuzzParsers>> = {
  parsers: fuzzParsers,
  http: fuzzHttp,
};

async function apart(kind: FuzzKind): Promise<boolean> {
  const args = [...process.argv.slice(2), '--kind', kind, '--seed', String(settings.seed)];
  const [code] = (await once(fork(process.argv[1] ?? '', args), 'exit')) as [number | null];
  return code === 0;
}

if (settings.kind === undefined) {
  console.log(`fuzz: seed ${settings.seed}, ${settings.seconds} seconds`);
  const outcomes = await Promise.all([apart('parsers'), apart('http')]);
  process.exitCode = outcomes.every(Boolean) ? 0 : 1;
} else {
  process.exitCode = (await KINDS[settings.kind](settings)) ? 0 : 1;
}
