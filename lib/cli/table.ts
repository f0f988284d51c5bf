/**
 * Tables, for people.
 *
 * @module
 */
import type { Context } from './command.ts';

type Row = readonly string[];

/** Answers with a table: a heading, which stands out where there are colours, and its rows. */
export function table(
  { answer, paint }: Pick<Context, 'answer' | 'paint'>,
  headings: Row,
  rows: readonly Row[],
): void {
  const [heading = '', ...lines] = aligned([headings, ...rows], '');
  for (const line of [paint('bold', heading), ...lines]) answer(line);
}

/** Rows of texts in columns. */
export function aligned(rows: readonly (readonly string[])[], indent = '  '): string[] {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  return rows.map((row) =>
    `${indent}${row.map((text, column) => text.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd(),
  );
}
