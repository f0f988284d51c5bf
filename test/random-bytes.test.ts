import { describe, expect, it } from '@jest/globals';
import { createRandomBytes } from '../lib/random-bytes.ts';

describe('bytes that nobody can guess', () => {
  it('are as many as were asked for, also more than are taken at a time', () => {
    const randomBytes = createRandomBytes();
    for (const size of [0, 1, 16, 32, 4095, 4096, 4097, 100_000]) {
      expect(randomBytes(size)).toHaveLength(size);
    }
  });

  it('are given out once each', () => {
    const randomBytes = createRandomBytes();
    const all = Array.from({ length: 5_000 }, () => randomBytes(16).toString('hex'));
    expect(new Set(all).size).toBe(all.length);
  });

  it('stay what they are when more are taken, and nobody else has them', () => {
    const randomBytes = createRandomBytes();
    const first = randomBytes(16);
    const text = first.toString('hex');
    const second = randomBytes(16).toString('hex');
    for (let taken = 0; taken < 1_000; taken += 1) randomBytes(16);
    expect(first.toString('hex')).toBe(text);
    first.fill(0);
    expect(second).not.toBe(text);
    expect(/^0+$/.test(text) || /^0+$/.test(second)).toBe(false);
  });

  it('are spread over all values', () => {
    const counts = new Array<number>(256).fill(0);
    const randomBytes = createRandomBytes();
    for (let nth = 0; nth < 4_096; nth += 1) {
      for (const byte of randomBytes(64)) counts[byte] = (counts[byte] ?? 0) + 1;
    }
    // 1024 of each on average; twelve standard deviations around it.
    for (const count of counts) expect(Math.abs(count - 1024)).toBeLessThan(384);
  });
});
