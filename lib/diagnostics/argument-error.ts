/**
 * What is thrown for a wrong argument: a `TypeError` that has a code, as Node's own have.
 *
 * @module
 */
import type { DiagnosticCode } from './codes.ts';

/** Known by `code` alone, so that it is the `TypeError` that it says it is. */
export class ArgumentError extends TypeError {
  override readonly name = 'TypeError';
  readonly code: DiagnosticCode;

  constructor(message: string, code: DiagnosticCode = 'ERR_DCR_INVALID_ARGUMENT') {
    super(message);
    this.code = code;
  }
}
