/**
 * The files of this repository, as a clone has them: without what is installed or built.
 *
 * @module
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where this checkout stands; without a slash at the end. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '');

/** A file of the repository. */
export interface RepositoryFile {
  /** From the root, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

const NOT_OURS = new Set(['.git', 'node_modules', 'dist', 'coverage', 'docs/api']);

function walk(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    const isOurs = ![entry.name, relative(ROOT, path)].some((name) => NOT_OURS.has(name));
    if (entry.isDirectory()) return isOurs ? walk(path) : [];
    return entry.isFile() ? [path] : [];
  });
}

/** Every file below a folder of the repository; the whole repository when none is named. */
export function filesOf(folder = '.'): RepositoryFile[] {
  return walk(join(ROOT, folder))
    .filter((path) => !/\.(?:log|tgz|cdx\.json)$/.test(path))
    .map((path) => ({
      path: relative(ROOT, path).split(sep).join('/'),
      text: readFileSync(path, 'utf8'),
    }));
}

/** One file by its path from the root. */
export function textOf(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}
