/**
 * Tables as Markdown has them.
 *
 * @module
 */

/** @param texts - So many columns are words; the others are numbers and stand on the right. */
export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  texts = 1,
): string {
  const line = (values: readonly string[]): string => `| ${values.join(' | ')} |`;
  const rule = head.map((_, nth) => (nth < texts ? '---' : '---:'));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}

export function ratio(value: number): string {
  return value.toFixed(2);
}

/** With a space between thousands, as the documents have it. */
export function whole(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(?:\d{3})+$)/g, ' ');
}
