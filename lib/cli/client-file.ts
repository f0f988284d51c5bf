/**
 * Client metadata in a file, as somebody would send it.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { CommandError } from './command.ts';

/** @throws {CommandError} For a file that cannot be read. */
export function readClientFile(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as unknown;
  } catch (error) {
    const { code } = Object(error) as { code?: unknown };
    const why = typeof code === 'string' ? `cannot be read (${code})` : 'is not JSON';
    throw new CommandError(`--client: the file ${why}`);
  }
}
