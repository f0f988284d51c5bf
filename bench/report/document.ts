/**
 * Puts what was measured into the page about performance, each at its place.
 *
 * @module
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';

const DOCUMENT = new URL('../../docs/performance.md', import.meta.url);
const END = '<!-- end -->';

/**
 * @param measured - What stands between the marker of its name and the next end.
 * @throws {Error} For a name that has no place in the page.
 */
export async function fillDocument(measured: ReadonlyMap<string, string>): Promise<void> {
  let document = readFileSync(DOCUMENT, 'utf8');
  for (const [name, text] of measured) {
    const marker = `<!-- measured by ${name} -->`;
    const from = document.indexOf(marker);
    const to = document.indexOf(END, from);
    if (from < 0 || to < 0) throw new Error(`docs/performance.md has no place for ${name}`);
    document = `${document.slice(0, from)}${marker}\n\n${text}\n\n${document.slice(to)}`;
  }
  const settings = await resolveConfig(DOCUMENT);
  writeFileSync(DOCUMENT, await format(document, { ...settings, parser: 'markdown' }));
}
