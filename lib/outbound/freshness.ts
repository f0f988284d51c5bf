/**
 * How long an answer may be kept, by its own headers.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9111#section-4.2
 * @module
 */
import type { IncomingHttpHeaders } from 'node:http';
import CachePolicy from 'http-cache-semantics';

/** In milliseconds; 0 for what must not be kept, or is kept for one person. */
export function freshnessOf(target: URL, headers: IncomingHttpHeaders): number {
  const request = { url: target.href, method: 'GET', headers: {} };
  const policy = new CachePolicy(request, { status: 200, headers }, { shared: true });
  return policy.storable() ? Math.max(policy.timeToLive(), 0) : 0;
}
