/**
 * What the package imports when it is imported.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const IMPORT = /^(?:import|export)\s(?:[^'"]*?\sfrom\s)?['"]([^'"]+)['"]/gm;

/** @returns Names of modules, in the words of the package, but for Express; not what it loads later. */
export function importedAtOnce(): string[] {
  const seen = new Set<string>();
  const names = new Set<string>();
  const look = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const [, name = ''] of readFileSync(file, 'utf8').matchAll(IMPORT)) {
      if (name.startsWith('.')) look(join(dirname(file), name));
      else if (!isBuiltin(name) && name !== 'express') names.add(name);
    }
  };
  look(join(ROOT, 'dist', 'esm', 'index.js'));
  return [...names].sort();
}
