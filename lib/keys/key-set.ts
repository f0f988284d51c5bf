/**
 * The signing keys that the server makes, and when each of them does what.
 *
 * A set says everything beforehand: from when on a key signs, and when the last token that it signed
 * has expired. So all instances that know the set change keys at the same moment, on the store's
 * clock, without a word between them. Times are milliseconds on that clock.
 *
 * @module
 */
import type { SigningKey } from '../tokens/signing-keys.ts';

export interface KeptKey {
  readonly key: SigningKey;
  /** From when on everybody can know it. */
  readonly published_at: number;
  /** From when on it signs, until the next one does. */
  readonly signs_from: number;
  /** When nothing that it signed is good any more; absent while no other follows it. */
  readonly ends_at?: number;
}

/** Oldest first; there is always one that nothing follows, the last. */
export interface KeySet {
  /** When all keys were replaced: none that was published before is good. 0 if they never were. */
  readonly replaced_at: number;
  readonly keys: readonly KeptKey[];
}

export interface KeyPlan {
  /** How long a key signs before the next one does. */
  readonly rotationMs: number;
  /** The longest life of what it signs. */
  readonly tokenTtlMs: number;
}

/**
 * How long a key is published before it signs. Whoever keeps the list of keys for less than this never
 * meets a token whose key is not in it; and what an instance knows of the keys is good for as long.
 */
export const PUBLISHED_BEFORE_MS = 60 * 60_000;

/** Added to the life of a key, for instances whose clocks are not quite right. */
const CLOCK_SLACK_MS = 5 * 60_000;

/** How long after an instance has looked at a set something can be good that it signed by it. */
export function goodAfterLookMs({ tokenTtlMs }: KeyPlan): number {
  return PUBLISHED_BEFORE_MS + tokenTtlMs + CLOCK_SLACK_MS;
}

type NewKey = () => SigningKey;

/** The very first key signs at once: there is nobody who could know another. */
export function firstKeySet(now: number, newKey: NewKey): KeySet {
  return { replaced_at: 0, keys: [{ key: newKey(), published_at: now, signs_from: now }] };
}

/** The set as it should be now: the same object when nothing is to be done. */
export function plannedKeySet(set: KeySet, now: number, plan: KeyPlan, newKey: NewKey): KeySet {
  const { signs_from } = newest(set);
  const isDue = now >= signs_from + plan.rotationMs - PUBLISHED_BEFORE_MS;
  // One that has not signed yet is itself the next one.
  const keys = isDue && now >= signs_from ? followed(set, now, newKey) : set.keys;
  return changed(set, withEnds(keys.filter(isAliveAt(now)), now, plan));
}

/** Publishes the next key now and not when it is due; as it is, when one is published already. */
export function rotatedKeySet(set: KeySet, now: number, plan: KeyPlan, newKey: NewKey): KeySet {
  const keys = now >= newest(set).signs_from ? followed(set, now, newKey) : set.keys;
  return changed(set, withEnds(keys.filter(isAliveAt(now)), now, plan));
}

/** A new key in the place of all others, for keys that somebody else has: what they signed ends. */
export function replacedKeySet(set: KeySet, now: number, newKey: NewKey): KeySet {
  // Later than every one of them, also for a clock that went back.
  const replaced_at = Math.max(now, ...set.keys.map(({ published_at }) => published_at + 1));
  const key = { key: newKey(), published_at: replaced_at, signs_from: now };
  return { replaced_at, keys: [key] };
}

/** The key that signs. */
export function currentKey({ keys }: KeySet, now: number): KeptKey {
  const [first, ...others] = keys;
  if (!first) throw new TypeError('a key set holds at least one key');
  return others.findLast(({ signs_from }) => now >= signs_from) ?? first;
}

/** The keys that others need: the one that signs, the next, and those whose tokens are still good. */
export function publishedKeys(set: KeySet, now: number): readonly KeptKey[] {
  const current = currentKey(set, now);
  const others = set.keys.filter((key) => key !== current && isAliveAt(now)(key));
  return [current, ...others.reverse()];
}

function newest({ keys }: KeySet): KeptKey {
  const last = keys.at(-1);
  if (!last) throw new TypeError('a key set holds at least one key');
  return last;
}

function followed({ keys }: KeySet, now: number, newKey: NewKey): readonly KeptKey[] {
  const next = { key: newKey(), published_at: now, signs_from: now + PUBLISHED_BEFORE_MS };
  return [...keys, next];
}

/**
 * Never earlier than was said before: the instance that said it may give its tokens a longer life. A key
 * that has been followed without knowing it has signed until now.
 */
function withEnds(
  keys: readonly KeptKey[],
  now: number,
  { tokenTtlMs }: KeyPlan,
): readonly KeptKey[] {
  return keys.map((kept, i) => {
    const next = keys[i + 1];
    if (!next) return kept;
    const signsUntil =
      kept.ends_at === undefined ? Math.max(next.signs_from, now) : next.signs_from;
    const ends_at = signsUntil + tokenTtlMs + CLOCK_SLACK_MS;
    return ends_at > (kept.ends_at ?? 0) ? { ...kept, ends_at } : kept;
  });
}

function isAliveAt(now: number): (key: KeptKey) => boolean {
  return ({ ends_at }) => ends_at === undefined || now < ends_at;
}

function changed(set: KeySet, keys: readonly KeptKey[]): KeySet {
  const isSame = keys.length === set.keys.length && keys.every((key, i) => key === set.keys[i]);
  return isSame ? set : { ...set, keys };
}
