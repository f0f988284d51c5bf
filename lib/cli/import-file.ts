/**
 * A file of client records: a JSON list, one JSON object, or one object a line.
 *
 * @module
 */

export interface ReadRecord {
  /** Its line, or its place in the list; from 1 on. */
  readonly line: number;
  /** Absent for a line that is not JSON: what it quotes may be a secret, so nothing more is said. */
  readonly body?: unknown;
}

export function readRecords(contents: string): ReadRecord[] {
  const whole = parsed(contents);
  if (Array.isArray(whole)) return whole.map((body: unknown, i) => ({ line: i + 1, body }));
  if (whole !== undefined) return [{ line: 1, body: whole }];
  return contents.split('\n').flatMap((text, i) => {
    if (text.trim() === '') return [];
    const body = parsed(text);
    return [{ line: i + 1, ...(body !== undefined && { body }) }];
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
