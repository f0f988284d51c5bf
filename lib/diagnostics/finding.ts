/**
 * One thing that is wrong with what was given: what programs know it by, and what people read.
 *
 * @module
 */
import type { DiagnosticCode } from './codes.ts';

export interface Finding {
  readonly code: DiagnosticCode;
  /** What is wrong and what would be right. Never the value of a secret. */
  readonly message: string;
}

/** Nothing where there is no message. */
export function finding(code: DiagnosticCode, message: string): Finding;
export function finding(code: DiagnosticCode, message: string | undefined): Finding | undefined;
export function finding(code: DiagnosticCode, message: string | undefined): Finding | undefined {
  return message === undefined ? undefined : { code, message };
}

/** Several of one kind. */
export function findings(code: DiagnosticCode, messages: readonly string[]): Finding[] {
  return messages.map((message) => ({ code, message }));
}

/** Those that there are. */
export function found(...all: readonly (Finding | undefined)[]): Finding[] {
  return all.filter((one) => one !== undefined);
}

/** The file of this package that explains every code. */
export const ENTRIES = 'docs/errors.md';

/** The place of a code in it: its heading is the code. */
export function anchorOf(code: DiagnosticCode): string {
  return `#${code.toLowerCase()}`;
}
