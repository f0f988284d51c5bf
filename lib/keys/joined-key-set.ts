/**
 * Two key sets that differ, made one.
 *
 * They differ when one of them is older, or when the store lost data and each side went on without the
 * other. Nothing that has signed may be lost then, so what is in either is in both; whoever joins the
 * same sets, in whatever order, ends with the same keys. Only what was replaced stays away.
 *
 * @module
 */
import type { KeptKey, KeySet } from './key-set.ts';

/** The first set, the same object, when the other one adds nothing to it. */
export function joinedKeySet(set: KeySet, other: KeySet, now: number): KeySet {
  const replaced_at = Math.max(set.replaced_at, other.replaced_at);
  const isGood = ({ published_at, ends_at = Infinity }: KeptKey): boolean =>
    published_at >= replaced_at && now < ends_at;
  const added = other.keys.filter((key) => !counterpart(set, key));
  const keys = [...set.keys, ...added].filter(isGood).sort(inOrder);
  const last = keys.at(-1);
  const joined = keys.map((key) =>
    key === last ? withoutEnd(key) : withLaterEnd(key, counterpart(other, key)),
  );
  const isSame =
    replaced_at === set.replaced_at &&
    joined.length === set.keys.length &&
    joined.every((key, i) => key === set.keys[i]);
  return isSame ? set : { replaced_at, keys: joined };
}

function counterpart({ keys }: KeySet, { key }: KeptKey): KeptKey | undefined {
  return keys.find(({ key: { kid } }) => kid === key.kid);
}

/** Nothing follows it any more, if what did was replaced. */
function withoutEnd(kept: KeptKey): KeptKey {
  const { ends_at, ...endless } = kept;
  return ends_at === undefined ? kept : endless;
}

/**
 * The later of two ends. One that the set does not know is not taken over: who knew only the set may have
 * signed until now, so the end is still to be said.
 */
function withLaterEnd(kept: KeptKey, other: KeptKey | undefined): KeptKey {
  const { ends_at } = kept;
  if (ends_at === undefined || other?.ends_at === undefined) return kept;
  return other.ends_at > ends_at ? { ...kept, ends_at: other.ends_at } : kept;
}

/** Two that sign from the same moment on are in the same order everywhere. */
function inOrder(a: KeptKey, b: KeptKey): number {
  return a.signs_from - b.signs_from || (a.key.kid < b.key.kid ? -1 : 1);
}
