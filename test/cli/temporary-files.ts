/**
 * Files that commands are given, gone when the tests of a file are done.
 *
 * @module
 */
import { afterAll } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TemporaryFiles {
  /** Writes a file, texts as they are and everything else as JSON; answers where it is. */
  holding(contents: unknown): string;
  /** Where there is none. */
  readonly missing: string;
}

export function temporaryFiles(): TemporaryFiles {
  const folder = mkdtempSync(join(tmpdir(), 'dcr-'));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  let count = 0;
  return {
    holding(contents) {
      count += 1;
      const path = join(folder, `${String(count)}.json`);
      writeFileSync(path, typeof contents === 'string' ? contents : JSON.stringify(contents));
      return path;
    },
    missing: join(folder, 'nothing'),
  };
}
