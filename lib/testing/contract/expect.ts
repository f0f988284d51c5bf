/**
 * `expect`, as much of it as the contract needs: so that it runs wherever there are a `describe` and
 * an `it`, and looks the same everywhere when it fails.
 *
 * @module
 */
import { AssertionError } from 'node:assert';
import { inspect } from 'node:util';
import { isAlike, Matching } from './alike.ts';

/** An error that a promise has to be rejected with: its class, or a pattern of its message. */
type Thrown = RegExp | (abstract new (...args: never[]) => Error);

export interface Matchers {
  toBe(expected: unknown): void;
  toEqual(expected: unknown): void;
  toMatchObject(expected: object): void;
  toBeDefined(): void;
  toBeUndefined(): void;
  toBeGreaterThan(bound: number): void;
  toBeGreaterThanOrEqual(bound: number): void;
  toBeLessThan(bound: number): void;
  toBeLessThanOrEqual(bound: number): void;
  toContain(part: unknown): void;
  toContainEqual(part: unknown): void;
  toHaveLength(length: number): void;
  toHaveProperty(name: string): void;
}

export interface Expectation extends Matchers {
  readonly not: Matchers;
  readonly rejects: { toThrow(wanted: Thrown): Promise<void> };
}

/** @throws {AssertionError} From each matcher that does not hold. */
export const expect = Object.assign(
  (value: unknown): Expectation => ({
    ...matchers(value, true),
    not: matchers(value, false),
    rejects: { toThrow: (wanted) => rejectsWith(value, wanted) },
  }),
  {
    /** Any value of a type, told by its constructor. */
    any: ({ name }: NumberConstructor | StringConstructor) =>
      new Matching(`any ${name}`, (value) => typeof value === name.toLowerCase()),
    /** A list that holds these, in any order, and may hold more. */
    arrayContaining: (wanted: readonly unknown[]) =>
      new Matching(`a list with ${shown(wanted)}`, (value) =>
        wanted.every((one) => listOf(value).some((item) => isAlike(item, one))),
      ),
  },
);

function matchers(value: unknown, wanted: boolean): Matchers {
  const said = wanted ? 'to' : 'not to';
  const hold = (isSo: boolean, words: string, expected: unknown): void => {
    if (isSo === wanted) return;
    const message = `expected ${shown(value)} ${said} ${words} ${shown(expected)}`;
    throw new AssertionError({ message, actual: value, expected });
  };
  const amount = value as number;
  return {
    toBe: (expected) => hold(Object.is(value, expected), 'be', expected),
    toEqual: (expected) => hold(isAlike(value, expected), 'equal', expected),
    toMatchObject: (expected) => hold(isAlike(value, expected, 'some'), 'match', expected),
    toBeDefined: () => hold(value !== undefined, 'be anything but', undefined),
    toBeUndefined: () => hold(value === undefined, 'be', undefined),
    toBeGreaterThan: (bound) => hold(amount > bound, 'be more than', bound),
    toBeGreaterThanOrEqual: (bound) => hold(amount >= bound, 'be at least', bound),
    toBeLessThan: (bound) => hold(amount < bound, 'be less than', bound),
    toBeLessThanOrEqual: (bound) => hold(amount <= bound, 'be at most', bound),
    toContain: (part) => hold(contains(value, part), 'contain', part),
    toContainEqual(part) {
      const isThere = listOf(value).some((item) => isAlike(item, part));
      hold(isThere, 'contain one like', part);
    },
    toHaveLength(length) {
      const { length: own } = (value ?? {}) as { length?: unknown };
      hold(own === length, 'be of length', length);
    },
    toHaveProperty: (name) => hold(name in Object(value), 'have a member', name),
  };
}

function contains(value: unknown, part: unknown): boolean {
  if (typeof value === 'string') return value.includes(String(part));
  return listOf(value).includes(part);
}

/** @throws {AssertionError} When it is fulfilled, or rejected with another error. */
async function rejectsWith(promise: unknown, wanted: Thrown): Promise<void> {
  let value: unknown;
  try {
    value = await promise;
  } catch (error) {
    if (isWanted(error, wanted)) return;
    const message = `expected a rejection with ${nameOf(wanted)}, not ${shown(error)}`;
    throw new AssertionError({ message, actual: error, expected: wanted });
  }
  const message = `expected a rejection with ${nameOf(wanted)}, not the answer ${shown(value)}`;
  throw new AssertionError({ message, actual: value, expected: wanted });
}

/** By name too: an error of another realm, or of another copy of this package, is as good. */
function isWanted(error: unknown, wanted: Thrown): boolean {
  const { name, message } = (error ?? {}) as { name?: unknown; message?: unknown };
  if (wanted instanceof RegExp) return typeof message === 'string' && wanted.test(message);
  return error instanceof wanted || name === wanted.name;
}

function nameOf(wanted: Thrown): string {
  return wanted instanceof RegExp ? String(wanted) : wanted.name;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

function shown(value: unknown): string {
  if (value instanceof Matching) return value.words;
  return inspect(value, { depth: 4, breakLength: 100, maxStringLength: 200 });
}
