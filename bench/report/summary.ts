/**
 * From rounds to ratios: each round against the floor of the same round, and of those the median.
 *
 * @module
 */
import type { ContenderName } from '../contenders/index.ts';
import type { Measured, Round } from '../measure.ts';
import { present } from '../present.ts';
import type { RedisTraffic } from '../process/messages.ts';

/** What was measured as a ratio to something else of the same rounds. */
export interface Comparison {
  readonly cpu: number;
  /** The lowest and the highest round. */
  readonly cpuSpread: readonly [number, number];
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly memory: number;
}

/** One contender at one operation; what has a unit in {@link Measured} is a ratio to the floor here. */
export interface Summary extends Comparison {
  readonly contender: ContenderName;
  /** Counted, for each request. */
  readonly redis: RedisTraffic;
}

export interface OperationSummary {
  readonly operation: string;
  readonly target: number;
  /** Microseconds for a request, median; it says something of the machine and nothing else. */
  readonly floorCpuMicros: number;
  readonly contenders: readonly Summary[];
}

export function summarize(
  { name, target }: { readonly name: string; readonly target: number },
  measured: readonly Measured[],
): OperationSummary {
  const floor = measured.find(({ contender }) => contender === 'floor');
  if (!floor) throw new Error('there is no floor to compare with');
  return {
    operation: name,
    target,
    floorCpuMicros: median(floor.rounds.map(({ cpuMicros }) => cpuMicros)),
    contenders: measured.map((one) => ({
      contender: one.contender,
      ...compared(one, floor),
      redis: one.redis,
    })),
  };
}

/** The same servers in the same order, started anew each time: each with its rounds of all starts. */
export function ofAllStarts(starts: readonly (readonly Measured[])[]): Measured[] {
  const [first = []] = starts;
  return first.map((one, nth) => ({
    ...one,
    rounds: starts.flatMap((start) => present(start[nth]).rounds),
  }));
}

/** Of the same operation, each beside the floor; the floor stands there once. */
export function joined(pairs: readonly OperationSummary[]): OperationSummary {
  const [first, ...others] = pairs;
  if (!first) throw new Error('there is nothing to join');
  const rest = others.flatMap(({ contenders }) =>
    contenders.filter(({ contender }) => contender !== 'floor'),
  );
  return {
    ...first,
    floorCpuMicros: median(pairs.map(({ floorCpuMicros }) => floorCpuMicros)),
    contenders: [...first.contenders, ...rest],
  };
}

export function compared(one: Measured, base: Measured): Comparison {
  const cpu = ratios(one, base, ({ cpuMicros }) => cpuMicros);
  const ratio = (of: (round: Round) => number): number => median(ratios(one, base, of));
  return {
    // Of all rounds together: a collection of garbage falls into one of many, and belongs to all.
    cpu: total(one) / total(base),
    cpuSpread: [Math.min(...cpu), Math.max(...cpu)],
    perSecond: ratio(({ perSecond }) => perSecond),
    p50: ratio(({ p50 }) => p50),
    p99: ratio(({ p99 }) => p99),
    memory: one.residentSize / base.residentSize,
  };
}

function total({ rounds }: Measured): number {
  return rounds.reduce((sum, { cpuMicros }) => sum + cpuMicros, 0);
}

/** Round for round. */
export function ratios(one: Measured, base: Measured, of: (round: Round) => number): number[] {
  return one.rounds.map((round, nth) => of(round) / of(present(base.rounds[nth])));
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((lower, higher) => lower - higher);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}
