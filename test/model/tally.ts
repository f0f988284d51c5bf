/**
 * How often what was tried, so that a test cannot pass without having tried anything.
 */
const tally = new Map<string, number>();

export function count(name: string): void {
  tally.set(name, (tally.get(name) ?? 0) + 1);
}

export function countsOf(pattern: RegExp): number {
  let sum = 0;
  for (const [name, times] of tally) if (pattern.test(name)) sum += times;
  return sum;
}

export function allCounts(): [string, number][] {
  return [...tally].sort(([, one], [, other]) => other - one);
}
