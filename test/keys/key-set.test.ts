import { describe, expect, it } from '@jest/globals';
import {
  currentKey,
  firstKeySet,
  plannedKeySet,
  publishedKeys,
  PUBLISHED_BEFORE_MS,
  replacedKeySet,
  rotatedKeySet,
  type KeySet,
} from '../../lib/keys/key-set.ts';
import { generateSigningKey } from '../../lib/tokens/signing-keys.ts';

const HOUR = 3600_000;
const DAY = 24 * HOUR;
const START = Date.UTC(2026, 10, 23, 12);
const PLAN = { rotationMs: 90 * DAY, tokenTtlMs: HOUR };
const SLACK = 5 * 60_000;

const first = firstKeySet(START, generateSigningKey);
const planned = (set: KeySet, at: number, plan = PLAN): KeySet =>
  plannedKeySet(set, at, plan, generateSigningKey);
const signing = (set: KeySet, at: number): string => currentKey(set, at).key.kid;
const published = (set: KeySet, at: number): string[] =>
  publishedKeys(set, at).map(({ key }) => key.kid);

/** When the next key is published, and when it signs. */
const PUBLISHED_AT = START + 90 * DAY - PUBLISHED_BEFORE_MS;
const SIGNS_FROM = START + 90 * DAY;
const second = planned(first, PUBLISHED_AT);
const [K1 = '', K2 = ''] = second.keys.map(({ key }) => key.kid);

describe('the plan of the keys', () => {
  it('begins with one that signs at once', () => {
    expect(first).toMatchObject({
      replaced_at: 0,
      keys: [{ published_at: START, signs_from: START }],
    });
    expect(signing(first, START)).toBe(first.keys[0]?.key.kid);
  });

  it.each([
    { name: 'at the start', at: START },
    { name: 'a moment before the next is due', at: PUBLISHED_AT - 1 },
    { name: 'when a clock went back', at: START - DAY },
  ])('leaves the set as it is $name', ({ at }) => {
    expect(planned(first, at)).toBe(first);
  });

  it('publishes the next one an hour before it signs, and says when the one before ends', () => {
    expect(PUBLISHED_BEFORE_MS).toBe(HOUR);
    expect(second.keys).toEqual([
      { ...first.keys[0], ends_at: SIGNS_FROM + HOUR + SLACK },
      { key: expect.anything(), published_at: PUBLISHED_AT, signs_from: SIGNS_FROM },
    ]);
    expect(planned(second, PUBLISHED_AT)).toBe(second);
    expect(planned(second, SIGNS_FROM)).toBe(second);
  });

  it.each([
    { name: 'when the next is published', at: PUBLISHED_AT, signs: K1, list: [K1, K2] },
    { name: 'a moment before it signs', at: SIGNS_FROM - 1, signs: K1, list: [K1, K2] },
    { name: 'when it signs', at: SIGNS_FROM, signs: K2, list: [K2, K1] },
    {
      name: 'while tokens of the one before live',
      at: SIGNS_FROM + HOUR + SLACK - 1,
      signs: K2,
      list: [K2, K1],
    },
    { name: 'when they have ended', at: SIGNS_FROM + HOUR + SLACK, signs: K2, list: [K2] },
  ])('has the one that signs first in the list, $name', ({ at, signs, list }) => {
    expect(signing(second, at)).toBe(signs);
    expect(published(second, at)).toEqual(list);
  });

  it('lets go of one that has ended, and not before', () => {
    expect(planned(second, SIGNS_FROM + HOUR + SLACK - 1)).toBe(second);
    const after = planned(second, SIGNS_FROM + HOUR + SLACK);
    expect(after).toEqual({ replaced_at: 0, keys: [second.keys[1]] });
  });

  it('publishes the next one for a whole hour, however late it was made', () => {
    const late = planned(first, START + 400 * DAY);
    expect(late.keys[1]).toMatchObject({
      published_at: START + 400 * DAY,
      signs_from: START + 400 * DAY + HOUR,
    });
    expect(signing(late, START + 400 * DAY)).toBe(K1);
  });

  it('keeps a key longer for an instance whose tokens live longer, and never shortens that', () => {
    const longer = planned(second, SIGNS_FROM, { ...PLAN, tokenTtlMs: DAY });
    expect(longer).toMatchObject({ keys: [{ ends_at: SIGNS_FROM + DAY + SLACK }, {}] });
    expect(planned(longer, SIGNS_FROM)).toBe(longer);
  });

  it('never has more than three keys, through years of the shortest plan', () => {
    const plan = { rotationMs: 2 * HOUR + 1000, tokenTtlMs: HOUR };
    let set = first;
    const seen = new Set<string>();
    for (let at = START; at < START + 200 * HOUR; at += 10 * 60_000) {
      const before = set;
      set = planned(set, at, plan);
      expect(set.keys.length).toBeLessThanOrEqual(3);
      seen.add(signing(set, at));
      // What signs now was in the list an hour ago.
      if (at >= START + HOUR) expect(published(before, at)).toContain(signing(set, at));
    }
    expect(seen.size).toBeGreaterThan(60);
  });
});

describe('a rotation by hand', () => {
  const rotated = rotatedKeySet(first, START + DAY, PLAN, generateSigningKey);

  it('publishes the next one now, to sign in an hour', () => {
    expect(rotated.keys[1]).toMatchObject({
      published_at: START + DAY,
      signs_from: START + DAY + HOUR,
    });
    expect(signing(rotated, START + DAY)).toBe(K1);
    expect(rotated.keys[0]?.ends_at).toBe(START + DAY + 2 * HOUR + SLACK);
  });

  it('leaves one that is published already', () => {
    expect(rotatedKeySet(rotated, START + DAY + 1, PLAN, generateSigningKey)).toBe(rotated);
  });

  it('counts for the plan', () => {
    expect(planned(rotated, PUBLISHED_AT).keys).toHaveLength(1);
    expect(planned(rotated, START + DAY + HOUR + 90 * DAY).keys).toHaveLength(2);
  });
});

describe('a replacement of keys that others have', () => {
  it('leaves one new key that signs at once', () => {
    const replaced = replacedKeySet(second, SIGNS_FROM, generateSigningKey);
    expect(replaced).toMatchObject({
      replaced_at: SIGNS_FROM,
      keys: [{ published_at: SIGNS_FROM, signs_from: SIGNS_FROM }],
    });
    expect([K1, K2]).not.toContain(signing(replaced, SIGNS_FROM));
    expect(published(replaced, SIGNS_FROM)).toHaveLength(1);
  });

  it('is later than every key, also for a clock that went back', () => {
    const replaced = replacedKeySet(second, START - DAY, generateSigningKey);
    expect(replaced.replaced_at).toBe(PUBLISHED_AT + 1);
    expect(signing(replaced, START - DAY)).toBe(replaced.keys[0]?.key.kid);
  });
});
