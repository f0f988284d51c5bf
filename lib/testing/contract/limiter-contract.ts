import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Limiter, Quota } from '../../storage/limiter.ts';
import { expect } from './expect.ts';
import type { Bench, Suite } from './suite.ts';
import { insist } from '../strictly.ts';

/** Nobody has asked by it before. */
export const newKey = (): string => randomBytes(16).toString('base64url');

const QUOTA: Quota = { name: 'contract', limit: 3, windowSeconds: 60 };

export function describeLimiter({ describe, it }: Suite, bench: Bench): void {
  const limiterOf = (quota: Partial<Quota> = {}): Limiter => {
    const limiter = bench.store.limiter?.({ ...QUOTA, ...quota });
    insist(limiter !== undefined, 'this store does not count');
    return limiter;
  };

  describe('a limiter', () => {
    it('lets as many in as the limit says, and says how many are left and how long', async () => {
      const [limiter, key] = [limiterOf(), newKey()];
      for (const want of [
        { isWithin: true, remaining: 2 },
        { isWithin: true, remaining: 1 },
        { isWithin: true, remaining: 0 },
        { isWithin: false, remaining: 0 },
        { isWithin: false, remaining: 0 },
      ]) {
        const count = await limiter.consume(key);
        expect(count).toMatchObject(want);
        expect(count.resetMs).toBeGreaterThan(50_000);
        expect(count.resetMs).toBeLessThanOrEqual(60_000);
      }
    });

    it('lets exactly as many in of those that come at once', async () => {
      const [limiter, key] = [limiterOf({ limit: 20 }), newKey()];
      const counts = await Promise.all(Array.from({ length: 50 }, () => limiter.consume(key)));
      expect(counts.filter(({ isWithin }) => isWithin)).toHaveLength(20);
    });

    it('counts each key and each name apart', async () => {
      const key = newKey();
      const limiter = limiterOf({ limit: 1 });
      expect((await limiter.consume(key)).isWithin).toBe(true);
      expect((await limiter.consume(key)).isWithin).toBe(false);
      expect((await limiter.consume(newKey())).isWithin).toBe(true);
      const other = limiterOf({ limit: 1, name: 'contract-other' });
      expect((await other.consume(key)).isWithin).toBe(true);
    });

    it('counts together what is counted by the same quota, whoever asks', async () => {
      const key = newKey();
      expect((await limiterOf({ limit: 1 }).consume(key)).isWithin).toBe(true);
      expect((await limiterOf({ limit: 1 }).consume(key)).isWithin).toBe(false);
    });

    it('takes back what is given back', async () => {
      const [limiter, key] = [limiterOf({ limit: 1 }), newKey()];
      await limiter.consume(key);
      await limiter.refund(key);
      expect(await limiter.consume(key)).toMatchObject({ isWithin: true, remaining: 0 });
      expect((await limiter.consume(key)).isWithin).toBe(false);
    });

    it('begins anew when the window is over, however often somebody asked meanwhile', async () => {
      const [limiter, key] = [limiterOf({ limit: 1, windowSeconds: 1 }), newKey()];
      let [first, second] = [await limiter.consume(key), await limiter.consume(key)];
      // Where the machine stood still for the second in between, a window has begun with the latter.
      for (let more = 0; second.isWithin && more < 10; more += 1) {
        [first, second] = [second, await limiter.consume(key)];
      }
      expect(first.resetMs).toBeLessThanOrEqual(1_000);
      expect(second.isWithin).toBe(false);
      expect(second.resetMs).toBeLessThanOrEqual(first.resetMs);
      await wait(second.resetMs + 20);
      expect(limiter.refusal(key)).toBeUndefined();
      expect(await limiter.consume(key)).toMatchObject({ isWithin: true, remaining: 0 });
    });

    it('goes by the real time, whatever the clock of the store says', async () => {
      const [limiter, key] = [limiterOf({ limit: 1 }), newKey()];
      await limiter.consume(key);
      bench.advance(3_600_000);
      expect((await limiter.consume(key)).isWithin).toBe(false);
    });
  });
}
