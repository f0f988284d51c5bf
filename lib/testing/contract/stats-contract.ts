/**
 * What every store does with counts.
 *
 * @module
 */
import {
  HOUR_MS,
  hourOf,
  MAX_COUNTERS,
  STATS_TTL_MS,
  type Counts,
} from '../../storage/stats-store.ts';
import { expect } from './expect.ts';
import { DAY, MINUTE } from './records.ts';
import type { Bench, Suite } from './suite.ts';

export function describeStats({ describe, it }: Suite, bench: Bench): void {
  const add = (counts: Counts): Promise<void> => bench.store.stats.add(counts);
  const read = async (hours = 24) => bench.store.stats.read(hours);
  /** The counts alone, the oldest hour first. */
  const counted = async (hours?: number) => (await read(hours)).map(({ counts }) => counts);
  const toNextHour = (): void => {
    bench.advance(HOUR_MS - (bench.store.now() % HOUR_MS) + MINUTE);
  };

  describe('counts', () => {
    it.each<Counts>([
      { registered: -1 },
      { registered: 0.5 },
      { registered: NaN },
      { registered: Infinity },
      { registered: '1' as unknown as number },
      { '': 1 },
      { ['x'.repeat(201)]: 1 },
    ])('are whole numbers under short names, and nothing else: %j', async (counts) => {
      await expect(add({ granted: 1, ...counts })).rejects.toThrow(TypeError);
      expect(await counted()).toEqual([]);
    });

    it.each([0, -1, 1.5, NaN, 841])('are not read of %s hours', async (hours) => {
      await expect(read(hours)).rejects.toThrow(TypeError);
    });

    it('are none where nothing was counted', async () => {
      expect(await read(840)).toEqual([]);
    });

    it('add up within an hour, each by its name', async () => {
      toNextHour();
      await add({ registered: 1, granted: 2 });
      await add({ registered: 3, 'expanded mcp:write claude': 1 });
      expect(await read()).toEqual([
        {
          begins_at: hourOf(bench.store.now()).begins_at,
          counts: { registered: 4, granted: 2, 'expanded mcp:write claude': 1 },
        },
      ]);
    });

    it('add up though many come at once', async () => {
      toNextHour();
      await Promise.all(Array.from({ length: 50 }, () => add({ registered: 2 })));
      expect(await counted()).toEqual([{ registered: 100 }]);
    });

    it('begin anew with each hour, and are read the oldest first', async () => {
      toNextHour();
      await add({ registered: 1 });
      toNextHour();
      toNextHour();
      await add({ registered: 2 });
      expect(await counted()).toEqual([{ registered: 1 }, { registered: 2 }]);
      expect(await counted(2)).toEqual([{ registered: 2 }]);
    });

    it('may have names of members that objects have', async () => {
      toNextHour();
      await add(JSON.parse('{"__proto__":1,"constructor":2}') as Counts);
      const [hour] = await read();
      expect(Object.entries(hour?.counts ?? {})).toEqual([
        ['__proto__', 1],
        ['constructor', 2],
      ]);
    });

    it('have room for so many names in an hour, and go on counting those', async () => {
      toNextHour();
      const names = Array.from({ length: MAX_COUNTERS + 10 }, (_, i) => [`n${String(i)}`, 1]);
      await add(Object.fromEntries(names) as Counts);
      await add({ n0: 1, late: 1 });
      const [counts = {}] = await counted();
      expect(Object.keys(counts)).toHaveLength(MAX_COUNTERS);
      expect(counts).toMatchObject({ n0: 2, n1: 1 });
      expect(counts).not.toHaveProperty('late');
    });

    it('are gone after 35 days', async () => {
      toNextHour();
      await add({ registered: 1 });
      bench.advance(STATS_TTL_MS - DAY);
      expect(await counted(840)).toEqual([{ registered: 1 }]);
      bench.advance(2 * DAY);
      expect(await counted(840)).toEqual([]);
    });
  });
}
