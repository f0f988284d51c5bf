/**
 * What somebody may have meant who wrote a name that does not exist.
 *
 * @module
 */
import { closest, distance } from 'fastest-levenshtein';

/** Nothing longer is compared: a stranger may have written it, and nobody mistypes that much. */
const MAX_LENGTH = 64;

/** One wrong character in so many is a slip; more of them make another word. */
const CHARACTERS_PER_SLIP = 4;

/** The name that is written nearly like another, also one that differs in nothing but its case. */
export function nearMiss(written: string, names: readonly string[]): string | undefined {
  if (written.length > MAX_LENGTH || names.length === 0) return undefined;
  const sameButCase = names.find((name) => name.toLowerCase() === written.toLowerCase());
  if (sameButCase !== undefined) return sameButCase;
  const nearest = closest(written, names);
  const slips = Math.floor(written.length / CHARACTERS_PER_SLIP);
  return distance(written, nearest) <= slips ? nearest : undefined;
}

/** A stranger may write thousands; the first of them tell what is wrong. */
const MAX_MISSES = 10;

/** The same for several, as it stands in the log; empty when none is near to anything. */
export function nearMisses(
  written: readonly string[],
  names: readonly string[],
): { readonly nearest?: readonly { readonly written: string; readonly nearest: string }[] } {
  const found = written.slice(0, MAX_MISSES).flatMap((name) => {
    const nearest = nearMiss(name, names);
    return nearest === undefined ? [] : [{ written: name, nearest }];
  });
  return found.length > 0 ? { nearest: found } : {};
}
