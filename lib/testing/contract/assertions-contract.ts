/**
 * What every store does with assertions that are used once.
 *
 * @module
 */
import { expect } from './expect.ts';
import { HOSTILE_IDS, MINUTE, newDigest, SECOND } from './records.ts';
import type { Bench, Suite } from './suite.ts';

export function describeAssertions({ describe, it }: Suite, bench: Bench): void {
  const use = (digest: string, ttlMs = 10 * MINUTE): Promise<boolean> =>
    bench.store.assertions.use(digest, ttlMs);

  describe('assertions of clients', () => {
    it.each(HOSTILE_IDS)('are kept under no other name than a digest: $name', async ({ id }) => {
      await expect(use(id)).rejects.toThrow(TypeError);
    });

    it('are good once', async () => {
      const digest = newDigest();
      expect(await use(digest)).toBe(true);
      expect(await use(digest)).toBe(false);
      expect(await use(digest)).toBe(false);
      expect(await use(newDigest())).toBe(true);
    });

    it('are good for one of many at once', async () => {
      const digest = newDigest();
      const uses = await Promise.all(Array.from({ length: 50 }, () => use(digest)));
      expect(uses.filter(Boolean)).toHaveLength(1);
    });

    it('are remembered for as long as they would be taken, and no longer', async () => {
      const digest = newDigest();
      await use(digest);
      bench.advance(10 * MINUTE - 15 * SECOND);
      expect(await use(digest)).toBe(false);
      bench.advance(15 * SECOND);
      expect(await use(digest)).toBe(true);
    });
  });
}
