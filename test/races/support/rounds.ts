/**
 * A race that is run so often that a gap of a moment is met: some rounds side by side, and an account of
 * how each of them ended.
 *
 * @module
 */
import { expect } from '@jest/globals';

/** @see jest.races.config.js */
export const ROUNDS = Number(process.env['RACE_ROUNDS'] ?? 1_000);

/** Enough to keep two cores at work; the rounds are in each other's way a little, as they should be. */
export const SIDE_BY_SIDE = 8;

/**
 * @param race - Gets a number of its own, and the lane that it runs in: in each, one comes after another.
 * @throws What the first that failed has thrown, once all lanes have come to their end.
 */
export async function inRounds<Outcome>(
  race: (round: number, lane: number) => Promise<Outcome>,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  let next = 0;
  const lanes = Array.from({ length: SIDE_BY_SIDE }, async (_, lane) => {
    for (let round = next++; round < ROUNDS; round = next++) {
      outcomes[round] = await race(round, lane);
    }
  });
  for (const ended of await Promise.allSettled(lanes)) {
    if (ended.status === 'rejected') throw ended.reason;
  }
  return outcomes;
}

/** How often there was each outcome. */
export function tally(outcomes: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const outcome of outcomes) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Each round ended in one of these ways, and each of them was seen: or it was no race. */
export function expectEach(outcomes: readonly string[], possible: readonly string[]): void {
  const counts = tally(outcomes);
  expect(Object.keys(counts)).toEqual([...possible].sort());
  expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(ROUNDS);
}

/** A person of the round: of one and the same only so many grants are kept. */
export function personOf(round: number): string {
  const letters = String(round).replace(/\d/g, (digit) => 'abcdefghij'.charAt(Number(digit)));
  return `person${letters}`;
}
