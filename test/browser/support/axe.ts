/**
 * What axe-core finds on a page.
 *
 * @see https://github.com/dequelabs/axe-core
 * @module
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { BrowserContextOptions, Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Axe is a script, which our pages allow nowhere. */
export const FOR_AXE: BrowserContextOptions = { javaScriptEnabled: true, bypassCSP: true };

/**
 * One line for each thing that is wrong; all rules, the best practices too. Not of the words within a
 * drawing, of which axe cannot tell the background: its name and the table beside it say the same.
 */
export async function barriers(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate<
    string[]
  >(`axe.run({ include: document, exclude: ['svg text'] }).then(({ violations, incomplete }) =>
    [...violations, ...incomplete].flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => [id, html, failureSummary].join(' | '))))`);
}
