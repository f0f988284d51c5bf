/**
 * Asking an identity provider: the one place where this server sends a request of its own.
 *
 * @module
 */
import type { CustomFetch } from 'openid-client';
import { within } from '../timing/within.ts';

/** Key sets and discovery documents have a few kilobytes; nothing here has a reason to be longer. */
const MAX_ANSWER_BYTES = 256 * 1024;

/** No answer, or one that nothing can be made of: too long, or sending us somewhere else. */
export class UnusableAnswerError extends Error {
  override readonly name = 'UnusableAnswerError';
}

/** The address is none that may be asked. */
export class RefusedAddressError extends Error {
  override readonly name = 'RefusedAddressError';
}

interface Guard {
  /** What is wrong with an address; `undefined` when it may be asked. */
  readonly problemWith: (address: string) => string | undefined;
  /** For the whole of it: name, connection, answer and its body. */
  readonly deadlineMs: number;
}

/**
 * A `fetch` that asks only where it may, follows no redirect, and takes neither an answer that is late
 * nor one that is too long. The answer is whole when it is handed on.
 */
export function createGuardedFetch({ problemWith, deadlineMs }: Guard): CustomFetch {
  return async (address, { method, headers, body }) => {
    const problem = problemWith(address);
    if (problem !== undefined) throw new RefusedAddressError(`the address ${problem}`);
    const stop = new AbortController();
    try {
      const asked = ask(address, { method, headers, body: body ?? null, signal: stop.signal });
      return await within(asked, deadlineMs);
    } catch (cause) {
      if (cause instanceof UnusableAnswerError) throw cause;
      throw new UnusableAnswerError('no answer came', { cause });
    } finally {
      // Late, or too long: what is still on its way is not wanted any more.
      stop.abort();
    }
  };
}

async function ask(address: string, init: RequestInit): Promise<Response> {
  // eslint-disable-next-line no-restricted-globals -- this is the guard that the rule asks for.
  const response = await fetch(address, { ...init, redirect: 'manual' });
  const { status, headers } = response;
  if (status < 200 || status > 599)
    throw new UnusableAnswerError('the answer has no usable status');
  if (status >= 300 && status < 400) throw new UnusableAnswerError('the answer is a redirect');
  const body = await bodyOf(response);
  return new Response(body.byteLength > 0 ? body : null, { status, headers });
}

/** Counted as it is after decompression: that is what has to be held. */
async function bodyOf(response: Response): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    const bytes = chunk as Uint8Array;
    length += bytes.byteLength;
    if (length > MAX_ANSWER_BYTES) throw new UnusableAnswerError('the answer is too long');
    chunks.push(bytes);
  }
  return Buffer.concat(chunks, length);
}
