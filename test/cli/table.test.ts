import { describe, expect, it } from '@jest/globals';
import { aligned } from '../../lib/cli/table.ts';

describe('rows of texts in columns', () => {
  it.each([
    { name: 'none', rows: [], want: [] },
    { name: 'one that is empty', rows: [[]], want: [''] },
    {
      name: 'of different lengths',
      rows: [['a', 'long', 'x'], ['longer'], ['b', 'c']],
      want: ['a       long  x', 'longer', 'b       c'],
    },
  ])('stand below each other: $name', ({ rows, want }) => {
    expect(aligned(rows, '')).toEqual(want);
  });

  it('may be as many as an import has', () => {
    const rows = Array.from({ length: 250_000 }, (_, nth) => [String(nth), 'imported']);
    const lines = aligned(rows, '');
    expect(lines).toHaveLength(rows.length);
    expect(lines[0]).toBe('0       imported');
  });
});
