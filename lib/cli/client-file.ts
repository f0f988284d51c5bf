/**
 * Client metadata in a file, as somebody would send it.
 *
 * @module
 */
import { readFileSync } from 'node:fs';

/** What is in a file, or why that cannot be known: one that is no good must not hide what else is wrong. */
export type ClientFile = ReadClientFile | UnreadableFile;

export interface ReadClientFile {
  readonly path: string;
  readonly body: unknown;
}

export interface UnreadableFile {
  readonly path: string;
  /** As a sentence goes on after its path. */
  readonly why: string;
}

export function readClientFile(path: string): ClientFile {
  try {
    return { path, body: JSON.parse(readFileSync(path, 'utf8')) as unknown };
  } catch (error) {
    const { code } = Object(error) as { code?: unknown };
    return { path, why: typeof code === 'string' ? `cannot be read (${code})` : 'is not JSON' };
  }
}
