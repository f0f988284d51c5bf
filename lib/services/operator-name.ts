/**
 * Who of the operators it was, where somebody says so: for the audit, and nothing else.
 *
 * @module
 */
import { ArgumentError } from '../diagnostics/argument-error.ts';
import type { Emit } from '../operations/audit.ts';

const MAX_OPERATOR_LENGTH = 200;

/** Which operator does something. */
export interface OperatorOptions {
  /**
   * Who does it, for the audit event, such as the name in your session: at most 200 characters. Nobody
   * checks it, and it is not kept.
   */
  readonly operator?: string | undefined;
}

/**
 * What of it stands in an audit event.
 *
 * @throws {TypeError} For a name that is none.
 */
export function actingOperator({ operator }: OperatorOptions): { readonly operator?: string } {
  if (operator === undefined) return {};
  if (isOperatorName(operator)) return { operator };
  throw new ArgumentError('operator must be a text of 1 to 200 characters');
}

/**
 * What an act needs, so that what it tells of names the operator.
 *
 * @throws {TypeError} For a name that is none.
 */
export function inTheNameOf<Deps extends { readonly emit: Emit }>(
  deps: Deps,
  options: OperatorOptions = {},
): Deps {
  const who = actingOperator(options);
  const emit: Emit = (event) => {
    deps.emit({ ...event, ...who });
  };
  return { ...deps, emit };
}

/** Whether it can stand in an audit event. */
export function isOperatorName(name: unknown): name is string {
  return typeof name === 'string' && name !== '' && name.length <= MAX_OPERATOR_LENGTH;
}
