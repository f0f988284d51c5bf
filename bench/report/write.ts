/**
 * Puts the comparison of servers into the documents.
 *
 * @module
 */
import { writeFileSync } from 'node:fs';
import { fillDocument } from './document.ts';
import { pictureOf } from './picture.ts';
import type { OperationSummary } from './summary.ts';
import { tableOf } from './table.ts';

const PICTURE = new URL('../../docs/images/bench.svg', import.meta.url);

/** Without rate limits. */
export async function writeUnlimited(operations: readonly OperationSummary[]): Promise<void> {
  await fillDocument(new Map([['npm run bench -- --unlimited', tableOf(operations)]]));
}

export async function writeReport(operations: readonly OperationSummary[]): Promise<void> {
  await fillDocument(new Map([['npm run bench', tableOf(operations)]]));
  writeFileSync(PICTURE, pictureOf(operations));
}
