/**
 * What a login elsewhere may fail with: an error of the port, in one of a few sentences, with a cause
 * that is one of a few as well. Whoever makes more repeats what the provider sent.
 *
 * @module
 */
import assert from 'node:assert/strict';
import {
  isUpstreamRefused,
  UpstreamUnavailableError,
  type UpstreamRefusalCode,
} from '../../../lib/upstream/port.ts';

const CODES: readonly string[] = [
  'access_denied',
  'server_error',
  'temporarily_unavailable',
  'login_required',
  'consent_required',
  'interaction_required',
  'invalid_request',
  'invalid_grant',
] satisfies readonly UpstreamRefusalCode[];

const SENTENCE = /^[\x20-\x7e]{3,200}$/;
/** Of openid-client there are some dozens. */
const MAX_SENTENCES = 150;

const sentences = new Set<string>();

/** What was learnt; a failure by its code otherwise. */
export type Outcome<Value> =
  { readonly value: Value } | { readonly failure: UpstreamRefusalCode | 'unavailable' };

/** @throws Whatever it is that was thrown, unless it is a failure as it should be. */
export async function outcomeOf<Value>(ask: () => Promise<Value>): Promise<Outcome<Value>> {
  try {
    return { value: await ask() };
  } catch (thrown) {
    if (!(thrown instanceof UpstreamUnavailableError) && !isUpstreamRefused(thrown)) throw thrown;
    requireFixed(thrown.message);
    const { cause } = thrown;
    if (cause !== undefined) requireFixed((cause as Error).message);
    assert.equal((cause as Error | undefined)?.cause, undefined, 'what the provider sent goes on');
    if (!isUpstreamRefused(thrown)) return { failure: 'unavailable' };
    assert.ok(CODES.includes(thrown.code));
    return { failure: thrown.code };
  }
}

function requireFixed(message: string): void {
  assert.match(message, SENTENCE);
  sentences.add(message);
  assert.ok(sentences.size <= MAX_SENTENCES, 'failures that are not told in fixed sentences');
}
