/**
 * What no change may do: cost half as much again as was allowed.
 *
 * Ratios to the floor of the same run, with room: a machine that is busy with something else moves both.
 *
 * @module
 */
const MARGIN = 1.5;

/** What is looked at of what was measured. */
export interface Guarded {
  readonly operation: string;
  /** What it may cost, as a ratio to the floor. */
  readonly target: number;
  readonly contenders: readonly { readonly contender: string; readonly cpu: number }[];
}

/** @returns What is wrong, for people to read. */
export function overGuard(operations: readonly Guarded[]): string[] {
  return operations.flatMap(({ operation, target, contenders }) => {
    const own = contenders.find(({ contender }) => contender === 'express-dcr');
    if (!own || own.cpu <= target * MARGIN) return [];
    return [
      `${operation}: ${own.cpu.toFixed(2)} times the processor time of the floor; ${(target * MARGIN).toFixed(2)} is where it has to be looked into (the target is ${target})`,
    ];
  });
}
