/**
 * What strangers said, on the terminal of an operator: nothing that one obeys, and nothing that hides.
 *
 * @module
 */
export { visible } from '../operations/logger.ts';

/** JSON in ASCII: other characters are written as escapes, which mean the same to whoever reads it. */
export function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007F-\uFFFF]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
