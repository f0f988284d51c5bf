/**
 * How many stories are played: few in the suite, and as many times more as `MODEL_RUNS` says.
 */
import { runs, type Runs } from '../properties/runs.ts';
import { allCounts } from './tally.ts';

const TIMES = Number(process.env['MODEL_RUNS'] ?? 1);
if (!(TIMES >= 1)) throw new Error('MODEL_RUNS is how many times more stories are played');

export function modelRuns(few: number): Runs {
  const { interruptAfterTimeLimit, ...usual } = runs(Math.round(few * TIMES));
  return { ...usual, interruptAfterTimeLimit: interruptAfterTimeLimit * TIMES };
}

/** For Jest: somewhat more, so that a failure still prints its seed. */
export const patience = 120_000 * TIMES;

/** After a long run: what was tried how often. */
export function tellCounts(): void {
  if (TIMES === 1) return;
  const lines = allCounts().map(([name, times]) => `${String(times).padStart(8)} ${name}`);
  process.stdout.write(`${lines.join('\n')}\n`);
}
