/**
 * Copies that nobody can change: what is kept, and what the code of a host is given.
 *
 * @module
 */

/** A deep, frozen copy. */
export function frozenCopy<Value extends object>(value: Value): Value {
  return freeze(structuredClone(value));
}

function freeze<Value extends object>(value: Value): Value {
  for (const member of Object.values(value)) {
    if (typeof member === 'object' && member !== null) freeze(member as object);
  }
  return Object.freeze(value);
}
