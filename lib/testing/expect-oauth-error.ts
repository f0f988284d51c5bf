/**
 * Expecting a refusal, whoever asked.
 *
 * @module
 */
import { AssertionError } from 'node:assert';
import { inspect } from 'node:util';
import { RefusedError, spoken, type OAuthRefusal } from './refused-error.ts';
import {
  insist,
  insistOn,
  isJson,
  isNoStore,
  isObject,
  refusalOf,
  type Members,
} from './strictly.ts';

/** What is expected; what is left out is not looked at. */
export interface ExpectedOAuthError {
  readonly status?: number;
  /** The code, such as `invalid_grant`; `undefined` for a challenge that names none. */
  readonly error?: string | undefined;
  /** The sentence, or a pattern of it. Sentences may change with any version. */
  readonly error_description?: string | RegExp;
}

/** What there was: an answer of fetch, supertest or this package, or the promise of a helper. */
export type Refusable = object | PromiseLike<unknown>;

/**
 * Expects an OAuth error, well formed: JSON of strings, not kept by a cache, with a challenge at 401.
 *
 * @param answer - The answer of a request, or the promise of one of the helpers, such as
 * `authorize(...)`, `tokens(...)` or `refresh(...)`.
 * @returns The error, for more that you want to look at.
 * @throws {AssertionError} When there was none, or another one.
 */
export async function expectOAuthError(
  answer: Refusable,
  expected: ExpectedOAuthError,
): Promise<OAuthRefusal> {
  const refusal = await refusalIn(answer, expected);
  const isOther =
    (expected.status !== undefined && refusal.status !== expected.status) ||
    ('error' in expected && refusal.error !== expected.error) ||
    !isDescribed(refusal, expected.error_description);
  if (isOther) {
    const message = `expected ${wanted(expected)}, but it was ${spoken(refusal)}`;
    throw new AssertionError({ message, actual: { ...refusal }, expected });
  }
  return refusal;
}

async function refusalIn(answer: Refusable, expected: ExpectedOAuthError): Promise<OAuthRefusal> {
  let settled: unknown;
  try {
    settled = await answer;
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    const { status, error: code, error_description } = error;
    return { status, error: code, error_description };
  }
  insist(isObject(settled), `expected ${wanted(expected)}, but there was no answer to look at`);
  if (!('status' in settled)) throw wentThrough(expected, Object.keys(settled).join(', '));
  const status = Number(settled['status']);
  if (status < 400) throw wentThrough(expected, `status ${status}`);
  return wellFormed(status, headersOf(settled), await bodyOf(settled));
}

function wentThrough(expected: ExpectedOAuthError, what: string): AssertionError {
  return new AssertionError({ message: `expected ${wanted(expected)}, but it went well: ${what}` });
}

/** RFC 6749 §5.2, RFC 6750 §3. */
function wellFormed(status: number, headers: Members, body: unknown): OAuthRefusal {
  const refusal = refusalOf({ status, headers, body });
  const hasChallenge = typeof headers['www-authenticate'] === 'string';
  if (body === undefined || !isObject(body) || !('error' in body)) {
    insist(hasChallenge, `a ${status} with neither an OAuth error in its body nor a challenge`);
    return refusal;
  }
  insist(isJson(headers['content-type']), 'the error is not sent as application/json');
  insist(isNoStore(headers['cache-control']), 'the error may be kept by a cache');
  for (const name of ['error', 'error_description'] as const) {
    if (name in body) insistOn(typeof body[name], 'string', `the type of ${name}`);
  }
  insist(/^[\x20-\x7E]+$/.test(refusal.error ?? ''), 'error is not plain text (RFC 6749 5.2)');
  return refusal;
}

/** Of fetch they are an object of their own, of supertest and ours plain members. */
function headersOf({ headers }: Members): Members {
  const entries = (headers as { entries?: unknown } | undefined)?.entries;
  if (typeof entries === 'function')
    return Object.fromEntries(headers as Iterable<[string, string]>);
  return isObject(headers) ? headers : {};
}

async function bodyOf(answer: Members): Promise<unknown> {
  const { json, clone, body } = answer;
  if (typeof json !== 'function' || typeof clone !== 'function') return body;
  try {
    return await (answer as unknown as Response).clone().json();
  } catch {
    return undefined;
  }
}

function isDescribed(
  { error_description: said = '' }: OAuthRefusal,
  expected: string | RegExp | undefined,
): boolean {
  if (expected === undefined) return true;
  return typeof expected === 'string' ? said === expected : expected.test(said);
}

function wanted(expected: ExpectedOAuthError): string {
  const { status, error, error_description } = expected;
  const parts = [
    ...(status === undefined ? [] : [String(status)]),
    error ?? ('error' in expected ? 'no error code' : 'an OAuth error'),
    ...(error_description === undefined ? [] : [`(${inspect(error_description)})`]),
  ];
  return parts.join(' ');
}
