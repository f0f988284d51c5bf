/**
 * How long the command line takes for all clients, and what requests notice of it.
 *
 * @module
 */
import { Driver } from '../load/drive.ts';
import type { NextCall } from '../load/call.ts';
import { operations } from '../operations/index.ts';
import { present } from '../present.ts';
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

/** Requests meanwhile as a ratio to requests before: one at a time. */
export interface Disturbance {
  readonly p50: number;
  readonly p99: number;
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

/** @param requests - Before the command; meanwhile there are as many as it takes. */
export async function disturbance(site: Site, requests: number): Promise<Disturbance> {
  const { server } = site;
  const driver = new Driver(server.origins, 1);
  try {
    const refresh = present(operations.find(({ name }) => name === 'refresh'));
    const next = await refresh.prepare({ server, clients: driver.clients, requests: 0 });
    await driver.drive(requests, next);
    const before = (await driver.drive(requests, next)).latencies;
    const meanwhile = await latenciesDuring(
      commandSeconds(site, ['reconcile', '--dry-run']),
      driver,
      next,
    );
    const ratio = (part: number): number => at(meanwhile, part) / at(before, part);
    return { p50: ratio(0.5), p99: ratio(0.99) };
  } finally {
    await driver.close();
  }
}

async function latenciesDuring(
  work: Promise<unknown>,
  driver: Driver,
  next: NextCall,
): Promise<number[]> {
  const over = new AbortController();
  const ended = work.finally(() => over.abort());
  const latencies: number[] = [];
  while (!over.signal.aborted) latencies.push(...(await driver.drive(20, next)).latencies);
  await ended;
  return latencies.sort((one, other) => one - other);
}

function at(sorted: readonly number[], part: number): number {
  return present(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]);
}
