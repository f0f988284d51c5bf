/**
 * Whether a value is what was expected of it.
 *
 * As in Jest: a member that is `undefined` is as good as none, and it does not matter what made an
 * object.
 *
 * @module
 */
import { isDeepStrictEqual } from 'node:util';

/** Takes the place of a value in what is expected. */
export class Matching {
  readonly matches: (value: unknown) => boolean;
  /** How it reads when a case fails. */
  readonly words: string;

  constructor(words: string, matches: (value: unknown) => boolean) {
    this.words = words;
    this.matches = matches;
  }
}

/** `all`: no member may be missing or too many. `some`: those that are expected have to be there. */
export type Extent = 'all' | 'some';

export function isAlike(value: unknown, expected: unknown, extent: Extent = 'all'): boolean {
  if (expected instanceof Matching) return expected.matches(value);
  if (Array.isArray(expected)) {
    return (
      Array.isArray(value) &&
      value.length === expected.length &&
      expected.every((one, i) => isAlike(value[i], one, extent))
    );
  }
  if (!isPlain(expected) || !isPlain(value)) return isDeepStrictEqual(value, expected);
  const names = Object.keys(extent === 'some' ? expected : { ...value, ...expected });
  return names.every((name) => {
    if (extent === 'some' && !(name in value)) return false;
    return isAlike(value[name], expected[name], extent);
  });
}

/** An object of members, and not a map, a date or bytes; whatever realm it comes from. */
function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.prototype.toString.call(value) === '[object Object]'
  );
}
