/**
 * What the host has put together in a way that cannot work, said once, when a request shows it.
 *
 * @module
 */
import type { DiagnosticCode } from '../diagnostics/codes.ts';
import type { LogFields, Logger } from './logger.ts';

/** What is wrong, and what would be right. */
export interface Diagnosis {
  readonly code: DiagnosticCode;
  /** A constant; what differs is in the fields. */
  readonly message: string;
  readonly level: 'warn' | 'error';
}

/** Says it, unless it has been said. */
export type Diagnose = (diagnosis: Diagnosis, fields?: LogFields) => void;

export function createDiagnose(logger: Logger): Diagnose {
  const said = new Set<string>();
  return ({ code, message, level }, fields = {}) => {
    if (said.has(code)) return;
    said.add(code);
    logger[level](message, { code, ...fields });
  };
}

/** Thrown, as the cause of a refusal, where a request cannot be served because of it. */
export class HostMistakeError extends Error {
  override readonly name = 'HostMistakeError';
  readonly code: Diagnosis['code'];
  readonly diagnosis: Diagnosis;

  constructor(diagnosis: Diagnosis) {
    super(diagnosis.message);
    this.code = diagnosis.code;
    this.diagnosis = diagnosis;
  }
}
