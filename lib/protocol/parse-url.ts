/**
 * Reading a URL that may be none.
 *
 * @module
 */

/**
 * `URL.canParse` is not asked: where it has been asked some thousand times, Node 20 and 22 take each
 * character up to U+00FF for a byte of UTF-8. Then it calls texts URLs that are none, so that
 * `new URL` throws, and the other way round.
 *
 * @returns `undefined` for what is no absolute URL.
 */
export function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
