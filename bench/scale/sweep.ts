/**
 * How long the command line takes for all clients.
 *
 * @module
 */
import { median } from '../report/summary.ts';
import { commandSeconds } from './command.ts';
import type { Site } from './site.ts';

/** The same command is run so often where it is over soon: else its start is all that is seen. */
const SHORT_ROUNDS = 5;
const SHORT = 50_000;
/** The most that `clients list` gives. */
const LISTED = 10_000;

/** Microseconds for each client, without what the program takes to start. */
export interface SweepTimes {
  readonly list: number;
  readonly dryRun: number;
  /** Each note is written anew. */
  readonly write: number;
}

export async function sweepTimes(site: Site): Promise<SweepTimes> {
  const start = median(await timed(site, SHORT_ROUNDS, ['keys', 'list']));
  const rounds = site.clients < SHORT ? SHORT_ROUNDS : 1;
  const each = async (words: readonly string[], clients: number, times = rounds) =>
    ((median(await timed(site, times, words)) - start) / clients) * 1_000_000;
  const { used } = await site.store.clients.count();
  const list = await each(
    ['clients', 'list', '--limit', String(LISTED), '--json'],
    Math.min(used, LISTED),
    SHORT_ROUNDS,
  );
  const dryRun = await each(['reconcile', '--dry-run'], site.clients);
  // Written once: afterwards every note is what it should be.
  const write = await each(['reconcile'], site.clients, 1);
  return { list, dryRun, write };
}

async function timed(site: Site, rounds: number, words: readonly string[]): Promise<number[]> {
  const seconds: number[] = [];
  for (let round = 0; round < rounds; round += 1) seconds.push(await commandSeconds(site, words));
  return seconds;
}
