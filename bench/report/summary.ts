/**
 * From rounds to ratios: each round against the floor of the same round, and of those the median.
 *
 * @module
 */
import type { ContenderName } from '../contenders/index.ts';
import type { Measured, Round } from '../measure.ts';
import { present } from '../present.ts';
import type { RedisTraffic } from '../process/messages.ts';

/** One contender at one operation; what has a unit in {@link Measured} is a ratio to the floor here. */
export interface Summary {
  readonly contender: ContenderName;
  readonly cpu: number;
  /** The lowest and the highest round. */
  readonly cpuSpread: readonly [number, number];
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly memory: number;
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
  const contenders = measured.map((one): Summary => {
    const ratios = (of: (round: Round) => number): number[] =>
      one.rounds
        .map((round, nth) => of(round) / of(present(floor.rounds[nth])))
        .sort((lower, higher) => lower - higher);
    const cpu = ratios(({ cpuMicros }) => cpuMicros);
    return {
      contender: one.contender,
      cpu: median(cpu),
      cpuSpread: [cpu[0] ?? NaN, cpu.at(-1) ?? NaN],
      perSecond: median(ratios(({ perSecond }) => perSecond)),
      p50: median(ratios(({ p50 }) => p50)),
      p99: median(ratios(({ p99 }) => p99)),
      memory: one.residentSize / floor.residentSize,
      redis: one.redis,
    };
  });
  const cpuOfFloor = floor.rounds.map(({ cpuMicros }) => cpuMicros);
  return {
    operation: name,
    target,
    floorCpuMicros: median(cpuOfFloor.sort((lower, higher) => lower - higher)),
    contenders,
  };
}

function median(sorted: readonly number[]): number {
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}
