/**
 * What every store is as a whole.
 *
 * @module
 */
import { expect } from './expect.ts';
import type { Bench, Suite } from './suite.ts';

export function describeStore({ describe, it }: Suite, bench: Bench): void {
  describe('the store', () => {
    it('has a clock in milliseconds that its records are measured with', () => {
      const before = bench.store.now();
      bench.advance(1_000);
      expect(bench.store.now() - before).toBeGreaterThanOrEqual(1_000);
      expect(bench.store.now() - before).toBeLessThan(11_000);
    });

    it('can be closed twice', async () => {
      await bench.store.close();
      await bench.store.close();
    });
  });
}
