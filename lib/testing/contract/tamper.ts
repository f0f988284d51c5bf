/**
 * What a caller that has been given a record might do to it.
 *
 * @module
 */

/** Tries to change everything that hangs on a record. */
export function tamper(record: object): void {
  for (const [name, value] of Object.entries(record)) {
    if (typeof value === 'object' && value !== null) tamper(value as object);
    try {
      Reflect.set(record, name, 'tampered');
    } catch {
      // Frozen: all the better.
    }
  }
}
