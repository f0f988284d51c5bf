/**
 * Puts what was measured into the documents.
 *
 * @module
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { pictureOf } from './picture.ts';
import type { OperationSummary } from './summary.ts';
import { tableOf } from './table.ts';

const PICTURE = new URL('../../docs/images/bench.svg', import.meta.url);
const DOCUMENT = new URL('../../docs/performance.md', import.meta.url);
const TABLE = /(<!-- measured by npm run bench -->\n).*?(<!-- end -->)/s;

export async function writeReport(operations: readonly OperationSummary[]): Promise<void> {
  const document = readFileSync(DOCUMENT, 'utf8');
  if (!TABLE.test(document)) throw new Error('docs/performance.md has no place for the table');
  const written = document.replace(
    TABLE,
    (_, head: string, end: string) => `${head}\n${tableOf(operations)}\n\n${end}`,
  );
  const settings = await resolveConfig(DOCUMENT);
  writeFileSync(DOCUMENT, await format(written, { ...settings, parser: 'markdown' }));
  writeFileSync(PICTURE, pictureOf(operations));
}
