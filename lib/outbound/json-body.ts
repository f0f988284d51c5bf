/**
 * Reading JSON that a stranger's server sent.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8259#section-8.1
 * @see https://www.rfc-editor.org/rfc/rfc6839#section-3.1
 * @module
 */
import { FetchFailedError } from './port.ts';

/** A media type, and what stands behind it. */
const MEDIA_TYPE = /^\s*([!#$%&'*+.^`|~\w-]+)\/([!#$%&'*+.^`|~\w-]+)\s*(;.*)?$/s;
const CHARSET = /;\s*charset\s*=\s*"?([^\s;"]*)/i;

/** Whether a `Content-Type` is `application/json` or `application/<something>+json`, in UTF-8. */
export function isJsonType(contentType: string | undefined): boolean {
  const [, type, subtype = '', parameters = ''] = MEDIA_TYPE.exec(contentType ?? '') ?? [];
  const name = subtype.toLowerCase();
  const isJson = name === 'json' || (name.endsWith('+json') && name !== '+json');
  const charset = CHARSET.exec(parameters)?.[1] ?? 'utf-8';
  return type?.toLowerCase() === 'application' && isJson && /^utf-?8$/i.test(charset);
}

/**
 * Bytes that are not UTF-8 are an error and not a question mark, and a byte order mark is no JSON. Of a
 * name that stands there twice the last one counts, as in a registration.
 *
 * @throws {FetchFailedError} `unusable`.
 */
export function parseJson(body: Uint8Array): unknown {
  try {
    // What is wrong is not passed on: the messages of the parser quote what they read.
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body));
  } catch {
    throw new FetchFailedError('unusable', 'the answer is not JSON');
  }
}
