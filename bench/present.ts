/**
 * What is there, for it was put there.
 *
 * @module
 */

/** @throws {Error} When it is not. */
export function present<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('something is missing that was prepared');
  return value;
}
