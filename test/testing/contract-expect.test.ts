import { describe, expect as jestExpect, it } from '@jest/globals';
import { AssertionError } from 'node:assert';
import { expect } from '../../lib/testing/contract/expect.ts';

/** What is told when it does not hold; nothing when it holds. */
async function complaint(check: () => unknown): Promise<string | undefined> {
  try {
    await check();
  } catch (error) {
    jestExpect(error).toBeInstanceOf(AssertionError);
    return (error as Error).message;
  }
  return undefined;
}

describe('the expect of the contract', () => {
  const list = [{ a: 1 }, 'b'];
  it.each<{ name: string; holds: () => unknown; fails: () => unknown }>([
    { name: 'toBe', holds: () => expect(NaN).toBe(NaN), fails: () => expect(0).toBe(-0) },
    {
      name: 'toEqual',
      holds: () => expect({ a: [1, { b: undefined }] }).toEqual({ a: [1, {}], c: undefined }),
      fails: () => expect({ a: 1, b: 2 }).toEqual({ a: 1 }),
    },
    {
      name: 'toEqual of something missing',
      holds: () => expect(undefined).toEqual(undefined),
      fails: () => expect(undefined).toEqual({ a: undefined }),
    },
    {
      name: 'toEqual of lists',
      holds: () => expect([1, 2]).toEqual([1, 2]),
      fails: () => expect([1, 2]).toEqual([2, 1]),
    },
    {
      name: 'toEqual of a text and its boxes',
      holds: () => expect('a').toEqual('a'),
      fails: () => expect(['a']).toEqual({ 0: 'a' }),
    },
    {
      name: 'toMatchObject',
      holds: () => expect({ a: { b: 1, c: 2 }, d: 3 }).toMatchObject({ a: { b: 1 } }),
      fails: () => expect({ a: 1 }).toMatchObject({ a: 1, b: 2 }),
    },
    {
      name: 'toMatchObject with an undefined member',
      holds: () => expect({ a: undefined }).toMatchObject({ a: undefined }),
      fails: () => expect({}).toMatchObject({ a: undefined }),
    },
    {
      name: 'any',
      holds: () => expect({ at: 1 }).toEqual({ at: expect.any(Number) }),
      fails: () => expect({ at: '1' }).toEqual({ at: expect.any(Number) }),
    },
    {
      name: 'arrayContaining',
      holds: () => expect(list).toEqual(expect.arrayContaining(['b', { a: 1 }])),
      fails: () => expect(list).toEqual(expect.arrayContaining(['c'])),
    },
    {
      name: 'toBeDefined',
      holds: () => expect(null).toBeDefined(),
      fails: () => expect(undefined).toBeDefined(),
    },
    {
      name: 'toBeUndefined',
      holds: () => expect(undefined).toBeUndefined(),
      fails: () => expect(null).toBeUndefined(),
    },
    {
      name: 'toBeGreaterThan',
      holds: () => expect(2).toBeGreaterThan(1),
      fails: () => expect(1).toBeGreaterThan(1),
    },
    {
      name: 'toBeGreaterThanOrEqual',
      holds: () => expect(1).toBeGreaterThanOrEqual(1),
      fails: () => expect(undefined).toBeGreaterThanOrEqual(1),
    },
    {
      name: 'toBeLessThan',
      holds: () => expect(1).toBeLessThan(2),
      fails: () => expect(1).toBeLessThan(1),
    },
    {
      name: 'toBeLessThanOrEqual',
      holds: () => expect(1).toBeLessThanOrEqual(1),
      fails: () => expect(2).toBeLessThanOrEqual(1),
    },
    {
      name: 'toContain',
      holds: () => expect(list).toContain('b'),
      fails: () => expect(list).toContain({ a: 1 }),
    },
    {
      name: 'toContainEqual',
      holds: () => expect(list).toContainEqual({ a: 1 }),
      fails: () => expect(list).toContainEqual({ a: 2 }),
    },
    {
      name: 'toHaveLength',
      holds: () => expect('ab').toHaveLength(2),
      fails: () => expect(undefined).toHaveLength(0),
    },
    {
      name: 'not.toHaveProperty',
      holds: () => expect({}).not.toHaveProperty('a'),
      fails: () => expect({ a: undefined }).not.toHaveProperty('a'),
    },
    {
      name: 'rejects with a class, also of another realm',
      holds: () =>
        expect(
          Promise.reject(Object.assign(new Error('a'), { name: 'TypeError' })),
        ).rejects.toThrow(TypeError),
      fails: () => expect(Promise.reject(new RangeError('a'))).rejects.toThrow(TypeError),
    },
    {
      name: 'rejects with a message',
      holds: () => expect(Promise.reject(new Error('a limit'))).rejects.toThrow(/limit/),
      fails: () => expect(Promise.resolve('a limit')).rejects.toThrow(/limit/),
    },
  ])('$name holds when it should, and not when it should not', async ({ holds, fails }) => {
    jestExpect(await complaint(holds)).toBeUndefined();
    jestExpect(await complaint(fails)).toMatch(/^expected /);
  });

  it('says what there was and what there should be', async () => {
    const check = (): void => expect({ outcome: 'gone' }).toEqual({ outcome: 'rotated' });
    jestExpect(await complaint(check)).toBe(
      "expected { outcome: 'gone' } to equal { outcome: 'rotated' }",
    );
    jestExpect(await complaint(() => expect(1).not.toBe(1))).toBe('expected 1 not to be 1');
  });
});
