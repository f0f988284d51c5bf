import { describe, expect, it } from '@jest/globals';
import type { Limiter } from '../../lib/storage/limiter.ts';
import { MemoryLimiter } from '../../lib/storage/memory/limiter.ts';
import { newKey } from '../../lib/testing/contract/limiter-contract.ts';

describe('MemoryLimiter', () => {
  it('keeps a bounded number of counts, however many callers there are', async () => {
    const limiter = new MemoryLimiter({ name: 'test', limit: 1_000, windowSeconds: 3_600 });
    const fresh = async (count: number): Promise<number> => {
      let alone = 0;
      for (let i = 0; i < count; i += 1) {
        if ((await limiter.consume(newKey())).remaining === 999) alone += 1;
      }
      return alone;
    };
    // Of few callers nearly each has a count of its own; of very many, none gets a new one any more.
    expect(await fresh(1_000)).toBeGreaterThan(950);
    await fresh(400_000);
    expect(await fresh(1_000)).toBeLessThan(30);
  });

  it('knows no refusal without asking', () => {
    const limiter: Limiter = new MemoryLimiter({ name: 'a', limit: 1, windowSeconds: 1 });
    expect(limiter.refusal(newKey())).toBeUndefined();
  });
});
