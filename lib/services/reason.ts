/**
 * Why an operator decided something, in their own words.
 *
 * @module
 */
import { ArgumentError } from '../diagnostics/argument-error.ts';

const MAX_LENGTH = 200;

/** Why an operator does something. */
export interface ReasonOption {
  /** Why, in the operator's words: at most 200 characters. It is kept, and told to who asks. */
  readonly reason?: string;
}

/** @throws {TypeError} When it is not a text of that length. */
export function reasonOf({ reason }: ReasonOption): ReasonOption {
  if (reason === undefined) return {};
  const isText: boolean = typeof reason === 'string';
  if (isText && reason !== '' && reason.length <= MAX_LENGTH) return { reason };
  throw new ArgumentError('reason must be a text of 1 to 200 characters');
}
