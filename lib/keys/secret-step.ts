/**
 * How far a change of the secret is, told from whom the signing keys are sealed for: the servers that
 * run seal them for each secret that they know.
 *
 * @module
 */
import type { Holders } from '../tokens/envelope.ts';

/**
 * - `nothing sealed`: no server has made keys yet, or they are configured and not in the store.
 * - `unknown secret`: the servers that run know none of these secrets.
 * - `step left out`: they do not know the one that is to write.
 * - `one`: there is one secret, and no other is known to them.
 * - `added`: they do not know all of those that are to be read.
 * - `known`: they know all of them, and no other.
 * - `moved`: as `known`, and another one is to write.
 * - `taken out`: they know one that is not here any more.
 */
export type SecretStep =
  | 'nothing sealed'
  | 'unknown secret'
  | 'step left out'
  | 'one'
  | 'added'
  | 'known'
  | 'moved'
  | 'taken out';

/**
 * @param count - How many secrets are configured here.
 * @param holders - Absent when nothing is sealed.
 */
export function secretStep(count: number, holders: Holders | undefined): SecretStep {
  if (!holders) return 'nothing sealed';
  const { known, others } = holders;
  if (known.length === 0) return 'unknown secret';
  if (!known.includes(0)) return 'step left out';
  if (known.length < count) return 'added';
  if (others > 0) return 'taken out';
  if (count === 1) return 'one';
  return known[0] === 0 ? 'known' : 'moved';
}
