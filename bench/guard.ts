/**
 * What no change may do: cost half as much again as was allowed.
 *
 * Ratios to the floor of the same run, with room: a machine that is busy with something else moves both.
 *
 * @module
 */
import type { OperationSummary } from './report/summary.ts';

const MARGIN = 1.5;

/** @returns What is wrong, for people to read. */
export function overGuard(operations: readonly OperationSummary[]): string[] {
  return operations.flatMap(({ operation, target, contenders }) => {
    const own = contenders.find(({ contender }) => contender === 'express-dcr');
    if (!own || own.cpu <= target * MARGIN) return [];
    return [
      `${operation}: ${own.cpu.toFixed(2)} times the processor time of the floor; ${(target * MARGIN).toFixed(2)} is where it has to be looked into (the target is ${target})`,
    ];
  });
}
