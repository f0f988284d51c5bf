/**
 * Fuzzes what reads texts of strangers, by where they lead in lib.
 *
 * @module
 */
import { register } from 'node:module';
import { createRandom } from '../faults/support/random.ts';
import { readCorpus, writeCorpus } from './engine/corpus.ts';
import { installFeedback } from './engine/feedback.ts';
import { createFuzzer, type Fuzzer } from './engine/fuzzer.ts';
import type { FuzzSettings } from './settings.ts';

/** Each target has its turn, and then again: what is found early is built on. */
const MAX_TURN_MS = 5_000;

/** @returns Whether nothing was found. */
export async function fuzzParsers({ seconds, seed, only, isKept }: FuzzSettings): Promise<boolean> {
  const feedback = installFeedback();
  register('./engine/hooks.ts', import.meta.url);
  // Loaded only now, for lib is to be instrumented.
  const { TARGETS } = await import('./targets/all.ts');
  const random = createRandom(seed);
  const targets = TARGETS.filter(({ name }) => only === undefined || name === only);
  const fuzzers = targets.map((target) => {
    const known = [...readCorpus('corpus', target.name), ...readCorpus('found', target.name)];
    return createFuzzer(target, { feedback, random, known });
  });
  const turns = Math.ceil((seconds * 1000) / (MAX_TURN_MS * fuzzers.length));
  for (let turn = 1; turn <= turns; turn += 1) {
    for (const fuzzer of fuzzers) {
      await fuzzer.runFor((seconds * 1000) / (turns * fuzzers.length));
      report(fuzzer);
    }
    console.log(
      `parsers: turn ${turn} of ${turns}; lib as loaded has ${feedback.total()} branches`,
    );
  }
  for (const { target, kept, findings } of fuzzers) {
    if (isKept) await writeCorpus('corpus', target.name, kept());
    const found = findings().map(({ input }) => input);
    if (found.length > 0)
      await writeCorpus('found', target.name, [...readCorpus('found', target.name), ...found]);
  }
  return fuzzers.every(({ findings }) => findings().length === 0);
}

function report({ target, executions, branches, kept, findings }: Fuzzer): void {
  const numbers = `${executions()} executions, ${branches()} branches, ${kept().length} texts`;
  console.log(`parsers: ${target.name}: ${numbers}, ${findings().length} findings`);
  for (const { input, what } of findings())
    console.error(
      `parsers: ${target.name}: FOUND ${what}\n  ${JSON.stringify(input).slice(0, 1_000)}`,
    );
}
