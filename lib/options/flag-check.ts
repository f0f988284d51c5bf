/**
 * Checking an option that is true or false, or a function.
 *
 * @module
 */
import { types } from 'node:util';
import { finding, type Finding } from '../diagnostics/finding.ts';

/** Types are no help to a host in plain JavaScript. */
export function flagProblem(value: unknown): Finding | undefined {
  if (value === undefined || typeof value === 'boolean') return undefined;
  return finding('ERR_DCR_OPTION_TYPE', `${JSON.stringify(value)} is neither true nor false`);
}

/** No help either. */
export function functionProblem(value: unknown): Finding | undefined {
  return value === undefined || typeof value === 'function'
    ? undefined
    : finding('ERR_DCR_OPTION_TYPE', 'must be a function');
}

/** One whose answer nobody waits for. An older compiler may have hidden that it answers later. */
export function promptFunctionProblem(value: unknown): Finding | undefined {
  return types.isAsyncFunction(value)
    ? finding(
        'ERR_DCR_OPTION_TYPE',
        'must not be an async function: it is asked at each request and nobody waits for it, so fetch beforehand what it needs',
      )
    : functionProblem(value);
}
