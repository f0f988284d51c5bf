/**
 * The texts that are kept, in git: for each target those that go where no other goes, and those that
 * once showed a mistake. A file is a list of texts in ASCII, the shortest first.
 *
 * @module
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { formatted } from '../../house/formatted.ts';

export type CorpusKind = 'corpus' | 'found';

const fileOf = (kind: CorpusKind, name: string): string =>
  fileURLToPath(new URL(`../${kind}/${name}.json`, import.meta.url));

export function readCorpus(kind: CorpusKind, name: string): string[] {
  const file = fileOf(kind, name);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as string[]) : [];
}

export async function writeCorpus(
  kind: CorpusKind,
  name: string,
  inputs: readonly string[],
): Promise<void> {
  const sorted = [...new Set(inputs)].sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
  const escaped = JSON.stringify(sorted).replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  const file = fileOf(kind, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, await formatted(escaped, file));
}
