/**
 * What a strict client insists on in any answer.
 *
 * @module
 */
import { AssertionError } from 'node:assert';
import { inspect } from 'node:util';
import { RefusedError } from './refused-error.ts';
import type { TestResponse } from './request.ts';

export type Members = Readonly<Record<string, unknown>>;

/** @throws {AssertionError} Unless it holds. */
export function insist(holds: boolean, message: string): asserts holds {
  if (!holds) throw new AssertionError({ message });
}

/** @throws {AssertionError} Unless two values are the same. */
export function insistOn(actual: unknown, expected: unknown, what: string): void {
  if (actual === expected) return;
  const message = `${what} is ${inspect(actual)}, not ${inspect(expected)}`;
  throw new AssertionError({ message, actual, expected });
}

/**
 * The body of a good answer that holds something secret (RFC 6749 §5.1, RFC 7591 §3.2.1).
 *
 * @throws {RefusedError} When it is an error.
 * @throws {AssertionError} When it is not what the specification says.
 */
export function secretBody(response: TestResponse, status: number, what: string): Members {
  const { headers, body } = response;
  if (response.status >= 400) throw new RefusedError(what, refusalOf(response));
  insistOn(response.status, status, `the status of the answer to ${what}`);
  insist(isJson(headers['content-type']), `the answer to ${what} is not sent as application/json`);
  insist(isObject(body), `the answer to ${what} is no JSON object`);
  insist(isNoStore(headers['cache-control']), `the answer to ${what} may be kept by a cache`);
  return body;
}

/** The error in an answer: in its body, else in the challenge. */
export function refusalOf({
  status,
  headers,
  body,
}: Pick<TestResponse, 'status' | 'body'> & {
  readonly headers: Readonly<Record<string, unknown>>;
}): {
  status: number;
  error: string | undefined;
  error_description: string | undefined;
} {
  const { 'www-authenticate': challenge = '' } = headers as { 'www-authenticate'?: string };
  const members = isObject(body) ? body : {};
  const parameter = (name: 'error' | 'error_description'): string | undefined => {
    if (typeof members[name] === 'string') return members[name];
    const quoted = [...challenge.matchAll(/(error(?:_description)?)="([^"]*)"/g)];
    return quoted.find(([, found]) => found === name)?.[2];
  };
  return { status, error: parameter('error'), error_description: parameter('error_description') };
}

export function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isJson(type: unknown): boolean {
  return typeof type === 'string' && /^application\/json\s*(?:;|$)/i.test(type);
}

export function isNoStore(cacheControl: unknown): boolean {
  return typeof cacheControl === 'string' && /(?:^|[\s,])no-store(?:$|[\s,])/i.test(cacheControl);
}

/** The words of a `scope`, sorted, for there is no order in it (RFC 6749 §3.3). */
export function wordsOfScope(scope: string): string[] {
  return scope.split(' ').filter(Boolean).sort();
}
