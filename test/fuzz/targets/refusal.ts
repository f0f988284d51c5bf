/**
 * What a parser may say to a stranger: an error of OAuth, in one of a few sentences.
 *
 * @module
 */
import assert from 'node:assert/strict';
import { ERROR_STATUS, OAuthError } from '../../../lib/protocol/errors.ts';

/** RFC 6749 §5.2: printable ASCII without double quotes and backslashes. */
const SENTENCE = /^[\x20\x21\x23-\x5b\x5d-\x7e]{3,200}$/;
/** More sentences than all parsers have together: whoever makes more repeats what was sent. */
const MAX_SENTENCES = 300;

const sentences = new Set<string>();

/** @throws Whatever it is that was thrown, unless it is a refusal as it should be. */
export function requireRefusal(thrown: unknown): void {
  if (!(thrown instanceof OAuthError)) throw thrown;
  const { code, description, status } = thrown;
  assert.match(description, SENTENCE);
  assert.ok(Object.hasOwn(ERROR_STATUS, code), 'a code that nobody knows');
  assert.ok(status >= 400 && status < 500, 'a refusal that blames the server');
  sentences.add(description);
  assert.ok(sentences.size <= MAX_SENTENCES, 'descriptions that are not fixed sentences');
}

/** What a parser returns; `undefined` when it refuses. */
export function orRefusal<Value>(parse: () => Value): Value | undefined {
  try {
    return parse();
  } catch (thrown) {
    requireRefusal(thrown);
    return undefined;
  }
}

export async function orRefusalLater<Value>(
  parse: () => Promise<Value>,
): Promise<Value | undefined> {
  try {
    return await parse();
  } catch (thrown) {
    requireRefusal(thrown);
    return undefined;
  }
}

/** A text in two: what stands in its first line, and all that follows. */
export function firstLine(input: string): [line: string, rest: string] {
  const end = input.indexOf('\n');
  return end === -1 ? [input, ''] : [input.slice(0, end), input.slice(end + 1)];
}

/** @returns `undefined` for what is no JSON. */
export function json(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

export type Members = Readonly<Record<string, unknown>>;

/**
 * The members of a JSON object, as its bytes say them: half a character has none of its own, and a mark
 * of their order is no text. Nothing for what is no object.
 */
export function membersOf(text: string): Members {
  const value = json(
    Buffer.from(text)
      .toString()
      .replace(/^\ufeff/, ''),
  );
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Members)
    : {};
}
