/**
 * Looking again at what the types say, for hosts in plain JavaScript: what is misspelt would do more than
 * was meant, or less, and nobody would notice.
 *
 * @module
 */
import { ArgumentError } from './argument-error.ts';

/**
 * @param what - What was called, for the message.
 * @throws {TypeError} For an option that nobody knows.
 */
export function requireKnown(what: string, given: object, known: readonly string[]): void {
  const unknown = Object.keys(given).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new ArgumentError(
    `${what}: ${JSON.stringify(unknown)} is no option; there ${known.length > 1 ? 'are' : 'is'} ${known.join(', ')}`,
  );
}

/** @throws {TypeError} For what is neither yes nor no: a `'false'` would be a yes. */
export function requireFlag(what: string, name: string, value: unknown): void {
  if (typeof value === 'boolean') return;
  throw new ArgumentError(`${what}: ${name} must be true or false`);
}

/**
 * @throws {TypeError} For what is no text, also where it is given without a value: that it was left out on
 * purpose it does not say.
 */
export function requireText(what: string, name: string, given: object): void {
  if (!Object.hasOwn(given, name) || typeof Reflect.get(given, name) === 'string') return;
  throw new ArgumentError(`${what}: ${name} must be a text where it is given`);
}
