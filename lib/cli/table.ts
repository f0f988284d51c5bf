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
  // One after the other: a call takes some hundred thousand arguments, and an import has more rows.
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, { length }] of row.entries()) {
      widths[column] = Math.max(widths[column] ?? 0, length);
    }
  }
  return rows.map((row) =>
    `${indent}${row.map((text, column) => text.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd(),
  );
}
