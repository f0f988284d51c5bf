import { describe, expect, it } from '@jest/globals';
import { joinedKeySet } from '../../lib/keys/joined-key-set.ts';
import {
  currentKey,
  firstKeySet,
  plannedKeySet,
  replacedKeySet,
  rotatedKeySet,
  type KeySet,
} from '../../lib/keys/key-set.ts';
import { formatKeySet, parseKeySet } from '../../lib/keys/key-set-text.ts';
import { generateSigningKey } from '../../lib/tokens/signing-keys.ts';

const HOUR = 3600_000;
const DAY = 24 * HOUR;
const SLACK = 5 * 60_000;
const START = Date.UTC(2026, 10, 23, 12);
const PLAN = { rotationMs: 90 * DAY, tokenTtlMs: HOUR };

const firstAt = (at: number): KeySet => firstKeySet(at, generateSigningKey);
const rotated = (set: KeySet, at: number): KeySet =>
  rotatedKeySet(set, at, PLAN, generateSigningKey);
const replaced = (set: KeySet, at: number): KeySet => replacedKeySet(set, at, generateSigningKey);
const planned = (set: KeySet, at: number): KeySet =>
  plannedKeySet(set, at, PLAN, generateSigningKey);
const kids = ({ keys }: KeySet): string[] => keys.map(({ key }) => key.kid);

const LATER = START + DAY;
const first = firstAt(START);
const followed = rotated(first, LATER);

describe('a set that is joined with an older one', () => {
  it.each([
    { name: 'itself', set: followed, other: followed },
    { name: 'what it was before the next key', set: followed, other: first },
    { name: 'what was replaced', set: replaced(followed, LATER), other: followed },
    {
      name: 'one with a key that has ended',
      set: planned(followed, LATER + 3 * HOUR),
      other: followed,
      at: LATER + 3 * HOUR,
    },
  ])('is the same object when the other is $name', ({ set, other, at = LATER }) => {
    expect(joinedKeySet(set, other, at)).toBe(set);
  });

  it.each([
    { name: 'the next key', set: first, other: followed },
    { name: 'a replacement', set: followed, other: replaced(followed, LATER) },
  ])('is made the later one when it lacks $name', ({ set, other }) => {
    expect(planned(joinedKeySet(set, other, LATER), LATER)).toEqual(other);
  });

  it('gives a key that signs in it time for what it signed, whatever end the other knows', () => {
    const ends = LATER + 2 * HOUR + SLACK;
    expect(followed.keys[0]?.ends_at).toBe(ends);
    for (const at of [ends - 1, ends + DAY]) {
      const joined = planned(joinedKeySet(first, followed, at), at);
      expect(joined.keys[0]?.ends_at).toBe(at + HOUR + SLACK);
    }
  });
});

describe('two sets that began apart', () => {
  const known = first;
  const made = firstAt(LATER);
  const [K1] = kids(known);
  const [K2] = kids(made);

  it.each([
    { name: 'the older with the newer', set: known, other: made },
    { name: 'the newer with the older', set: made, other: known },
  ])('keep the keys of both: $name', ({ set, other }) => {
    const joined = joinedKeySet(set, other, LATER + 1000);
    expect(kids(joined)).toEqual([K1, K2]);
    expect(currentKey(joined, LATER + 1000).key.kid).toBe(K2);
  });

  it('keep a key for the tokens it signed until it was known that another had followed', () => {
    const at = LATER + 30_000;
    const joined = planned(joinedKeySet(made, known, at), at);
    expect(joined.keys[0]?.ends_at).toBe(at + HOUR + SLACK);
    expect(planned(joined, at + 60_000)).toBe(joined);
  });

  it('do so too when the clock of the store went back between them', () => {
    const at = LATER + 30_000;
    const joined = planned(joinedKeySet(firstAt(START - DAY), known, at), at);
    expect(joined.keys.map(({ ends_at }) => ends_at)).toEqual([at + HOUR + SLACK, undefined]);
  });

  it('both with a next key, lose none of the four', () => {
    const [a, b] = [rotated(known, LATER), rotated(made, LATER)];
    expect(new Set(kids(joinedKeySet(a, b, LATER)))).toEqual(new Set([...kids(a), ...kids(b)]));
  });

  it('lose what was published before the keys of one of them were replaced', () => {
    const at = LATER + HOUR;
    const fresh = replaced(known, at);
    expect(kids(joinedKeySet(made, fresh, at))).toEqual(kids(fresh));
    expect(kids(joinedKeySet(fresh, made, at))).toEqual(kids(fresh));
    expect(kids(joinedKeySet(firstAt(at + 1), fresh, at + 1))).toHaveLength(2);
  });
});

describe('whatever is joined', () => {
  /** What can have happened on both sides, and between them. */
  const sets = [
    first,
    followed,
    replaced(first, LATER - HOUR),
    replaced(followed, LATER),
    firstAt(LATER),
    firstAt(START - DAY),
    rotated(firstAt(START), START + HOUR),
    joinedKeySet(followed, firstAt(LATER + 60_000), LATER + 60_000),
    planned(joinedKeySet(rotated(first, LATER), firstAt(LATER), LATER), LATER),
  ];
  const pairs = sets.flatMap((a, i) => sets.map((b, j) => ({ name: `${i} and ${j}`, a, b })));
  const at = LATER + 60_000;

  it.each(pairs)('$name: the same keys in either order, once', ({ a, b }) => {
    const joined = joinedKeySet(a, b, at);
    expect(kids(joined)).toEqual(kids(joinedKeySet(b, a, at)));
    expect(joinedKeySet(joined, b, at)).toBe(joined);
    expect(new Set(kids(joined)).size).toBe(joined.keys.length);
  });

  it.each(pairs)('$name: can be read again, and planned', ({ a, b }) => {
    const joined = planned(joinedKeySet(a, b, at), at);
    expect(kids(parseKeySet(formatKeySet(joined)))).toEqual(kids(joined));
    expect(planned(joined, at)).toBe(joined);
  });

  it.each(sets.flatMap((a) => pairs.map((pair) => ({ ...pair, c: a }))))(
    '$name and one more: the same keys, whoever comes first',
    ({ a, b, c }) => {
      const one = joinedKeySet(joinedKeySet(a, b, at), c, at);
      const other = joinedKeySet(a, joinedKeySet(b, c, at), at);
      expect(kids(one)).toEqual(kids(other));
    },
  );

  it('has an end for all but the last, and none for the last', () => {
    // The next key was published before the replacement, and the one that began apart after it.
    const apart = joinedKeySet(followed, firstAt(LATER + 2), LATER + 2);
    const joined = joinedKeySet(planned(apart, LATER + 2), replaced(first, LATER + 1), at);
    expect(joined.keys.map(({ ends_at }) => ends_at)).toEqual([undefined, undefined]);
    expect(planned(joined, at).keys.map(({ ends_at }) => typeof ends_at)).toEqual([
      'number',
      'undefined',
    ]);
  });
});
