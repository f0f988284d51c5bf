import { describe, expect, it } from '@jest/globals';
import { firstKeySet, plannedKeySet, type KeySet } from '../../lib/keys/key-set.ts';
import { formatKeySet, parseKeySet } from '../../lib/keys/key-set-text.ts';
import { UnopenedError } from '../../lib/tokens/envelope.ts';
import { generateSigningKey } from '../../lib/tokens/signing-keys.ts';

const HOUR = 3600_000;
const START = Date.UTC(2026, 10, 23, 12);
const PLAN = { rotationMs: 24 * HOUR, tokenTtlMs: HOUR };

const first = firstKeySet(START, generateSigningKey);
const set = plannedKeySet(first, START + 24 * HOUR, PLAN, generateSigningKey);

/** What of a set can be compared: key objects cannot. */
function plain({ replaced_at, keys }: KeySet): object {
  return {
    replaced_at,
    keys: keys.map(({ key, ...times }) => ({
      kid: key.kid,
      private: key.privateKey.export({ format: 'jwk' }),
      ...times,
    })),
  };
}

type Loose = Record<string, unknown> & { keys: Record<string, unknown>[] };

function altered(alter: (record: Loose) => void): string {
  const record = JSON.parse(formatKeySet(set)) as Loose;
  alter(record);
  return JSON.stringify(record);
}

describe('the text of a key set', () => {
  it.each([
    { name: 'no JSON', text: '{"v":1', want: 'damaged' },
    { name: 'a text', text: '"v"', want: 'damaged' },
    { name: 'null', text: 'null', want: 'damaged' },
    { name: 'a later version', text: altered((r) => (r['v'] = 2)), want: 'unknown version' },
    { name: 'no version', text: altered((r) => delete r['v']), want: 'damaged' },
    {
      name: 'no time of replacement',
      text: altered((r) => delete r['replaced_at']),
      want: 'damaged',
    },
    { name: 'half a millisecond', text: altered((r) => (r['replaced_at'] = 1.5)), want: 'damaged' },
    { name: 'no keys', text: altered((r) => (r.keys = [])), want: 'damaged' },
    {
      name: 'keys that are no list',
      text: altered((r) => Object.assign(r, { keys: {} })),
      want: 'damaged',
    },
    {
      name: 'a key that is null',
      text: altered((r) => r.keys.push(null as never)),
      want: 'damaged',
    },
    {
      name: 'a public key',
      text: altered((r) => delete (r.keys[0]?.['jwk'] as { d?: string }).d),
      want: 'damaged',
    },
    {
      name: 'a time that is a text',
      text: altered((r) => (r.keys[0]!['signs_from'] = '1')),
      want: 'damaged',
    },
    {
      name: 'a time before 1970',
      text: altered((r) => (r.keys[0]!['published_at'] = -1)),
      want: 'damaged',
    },
    { name: 'keys out of order', text: altered((r) => r.keys.reverse()), want: 'damaged' },
    {
      name: 'an end of the last key',
      text: altered((r) => (r.keys[1]!['ends_at'] = START)),
      want: 'damaged',
    },
  ])('is not read when it has $name', ({ text, want }) => {
    expect(() => parseKeySet(text)).toThrow(new UnopenedError(want as 'damaged'));
  });

  it('says nothing of what could not be read', () => {
    const text = altered((r) => (r['replaced_at'] = 'x'));
    let caught: unknown;
    try {
      parseKeySet(text);
    } catch (error) {
      caught = error;
    }
    const { stack, cause } = caught as Error;
    expect(cause).toBeUndefined();
    const [{ jwk } = { jwk: {} }] = (JSON.parse(text) as Loose).keys;
    expect(stack).not.toContain((jwk as { d: string }).d);
  });

  it.each([
    { name: 'the first', given: first },
    { name: 'one with a next key', given: set },
  ])('is read as it was written: $name', ({ given }) => {
    expect(plain(parseKeySet(formatKeySet(given)))).toEqual(plain(given));
  });
});
