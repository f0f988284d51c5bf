import { describe, expect, it } from '@jest/globals';
import { chart } from '../../lib/admin/chart.ts';
import {
  additionsOf,
  barsOf,
  refusalsOf,
  SPANS,
  spanOf,
  totalOf,
} from '../../lib/admin/timeline.ts';

const NOW = Date.UTC(2026, 10, 26, 14, 20);
const HOUR = 3_600_000;
const at = (hoursAgo: number, counts: Record<string, number>) => ({
  begins_at: Math.floor(NOW / HOUR) * HOUR - hoursAgo * HOUR,
  counts,
});

describe('the bars of a span', () => {
  it.each([
    { asked: undefined, want: 48 },
    { asked: '168', want: 168 },
    { asked: '840', want: 840 },
    { asked: '1e3', want: 48 },
    { asked: '-1', want: 48 },
  ])('are of so many hours: $asked', ({ asked, want }) => {
    expect(spanOf(asked).hours).toBe(want);
  });

  it('are one for each hour, the last being this one', () => {
    const bars = barsOf(
      [at(0, { a: 1 }), at(47, { a: 2 }), at(48, { a: 4 })],
      ['a', 'b'],
      SPANS[0],
      NOW,
    );
    expect(bars).toHaveLength(48);
    expect(bars[47]).toEqual({ label: '11-26 14:00', values: [1, 0] });
    expect(bars[0]).toEqual({ label: '11-24 15:00', values: [2, 0] });
    expect(bars.reduce((sum, { values }) => sum + (values[0] ?? 0), 0)).toBe(3);
  });

  it('are one for each day, of what was counted in its hours', () => {
    const span = spanOf('840');
    const bars = barsOf([at(0, { a: 1 }), at(23, { a: 2 }), at(24, { a: 4 })], ['a'], span, NOW);
    expect(bars).toHaveLength(35);
    expect(bars.slice(-2).map(({ values }) => values)).toEqual([[4], [3]]);
  });

  it('leave out members that every object has', () => {
    expect(totalOf([at(0, { a: 1 })], 'constructor')).toBe(0);
  });

  it('come with what was added and what was refused, the most first', () => {
    const counted = [
      at(0, { 'added mcp:write our own agents': 1, 'refused invalid_scope': 2 }),
      at(1, { 'added offline_access global': 3, 'refused invalid_scope': 1, 'refused x': 9 }),
    ];
    expect(additionsOf(counted)).toEqual([
      { scope: 'offline_access', rule: 'global', count: 3 },
      { scope: 'mcp:write', rule: 'our own agents', count: 1 },
    ]);
    expect(refusalsOf(counted)).toEqual([
      { error: 'x', count: 9 },
      { error: 'invalid_scope', count: 3 },
    ]);
  });
});

describe('a chart', () => {
  const bars = [
    { label: 'Monday', values: [4, 1] },
    { label: 'Tuesday', values: [0, 0] },
    { label: 'Wednesday', values: [10, 0] },
  ];
  const html = chart({ title: 'Registrations', series: ['registered', 'expanded'], bars });

  it('has a bar for each value but nothing, as high as it is', () => {
    const heights = [...html.matchAll(/<rect class="(\w+)"[^>]* height="([\d.]+)"/g)];
    expect(heights.map(([, kind]) => kind)).toEqual(['first', 'second', 'first']);
    const [four, one, ten] = heights.map(([, , height]) => Number(height));
    expect((ten ?? 0) / (four ?? 1)).toBeCloseTo(2.5, 1);
    expect((four ?? 0) / (one ?? 1)).toBeCloseTo(4, 0);
  });

  it('can be read without being seen: by its name, and as a table', () => {
    expect(html).toContain(
      'aria-label="Registrations. registered: 14, expanded: 1. The numbers are in the table that follows."',
    );
    expect(html).toContain('<th scope="row">Wednesday</th><td class="number">10</td>');
    expect(html).not.toContain('<th scope="row">Tuesday</th>');
  });

  it('escapes what stands in it', () => {
    const hostile = '<img src=x onerror=alert(1)>"';
    const drawn = chart({
      title: hostile,
      series: [hostile],
      bars: [{ label: hostile, values: [1] }],
    });
    expect(drawn).not.toContain('<img');
    expect(drawn.match(/&lt;img src=x/g)?.length).toBeGreaterThan(3);
  });

  it.each([
    { values: [] as number[][], top: '2' },
    { values: [[0]], top: '2' },
    { values: [[1]], top: '2' },
    { values: [[3]], top: '4' },
    { values: [[11]], top: '20' },
    { values: [[1000]], top: '1000' },
    { values: [[1_000_001]], top: '2000000' },
  ])('has a scale that ends at an even number: $values, $top', ({ values, top }) => {
    const of = values.map((value) => ({ label: 'x', values: value }));
    const drawn = chart({ title: 't', series: ['s'], bars: of });
    expect(drawn).toContain(`>${top}</text>`);
    expect(drawn).not.toContain('NaN');
  });
});
