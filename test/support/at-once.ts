/**
 * Races: two requests at once, each at another instance, often enough that either comes first.
 *
 * @module
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { Response } from 'supertest';
import type { TestApp } from './app.ts';
import { currentTopology } from './topology.ts';

/** On each topology once more, where nothing but the servers is different. */
export const ROUNDS = Array.from({ length: currentTopology() ? 50 : 100 }, (_, round) => round);

export type Instances = readonly [TestApp, TestApp];

/**
 * Sends both, each to another instance. Who is first, and by how much, is different in each round: up
 * to three milliseconds, which is about what a request takes.
 */
export async function atOnce<App, One, Other>(
  [first, second]: readonly [{ readonly app: App }, { readonly app: App }],
  round: number,
  one: (at: App) => Promise<One>,
  other: (at: App) => Promise<Other>,
): Promise<[One, Other]> {
  const [a, b] = round % 2 === 0 ? [first, second] : [second, first];
  const lead = (round % 7) - 3;
  const later = async <Value>(ms: number, send: () => Promise<Value>): Promise<Value> => {
    if (ms > 0) await wait(ms);
    return send();
  };
  return Promise.all([later(-lead, () => one(a.app)), later(lead, () => other(b.app))]);
}

/** One after another: each is a race of its own. */
export async function inEachRound<Outcome>(
  race: (round: number) => Promise<Outcome>,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const round of ROUNDS) outcomes.push(await race(round));
  return outcomes;
}

/** What an answer of the token endpoint comes to. */
export function outcomeOf({ status, body }: Response): string {
  return status === 200 ? 'tokens' : `${String(status)} ${(body as { error: string }).error}`;
}
