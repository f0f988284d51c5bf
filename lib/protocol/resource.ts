/**
 * Resource indicators: which API a token is for.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8707#section-2
 * @module
 */
import { isUriText } from './uri.ts';
import { parseUrl } from './parse-url.ts';

const MAX_RESOURCE_LENGTH = 2048;

/** Scheme, host with port, path and query, as they are written. */
const RESOURCE = /^(https?:\/\/[^/?#@]+)(\/[^?#]*)?(\?[^#]+)?$/i;

/**
 * One spelling for comparing: host in lower case, without default port and without one trailing
 * slash, for that is how clients differ (Claude Code adds the slash). Anything else that a URL parser
 * would change, a dot segment or a backslash, makes it no resource at all: it would be one thing to
 * this server and another to whoever reads it differently.
 *
 * @returns `undefined` when the value is not an absolute http(s) URI without fragment (RFC 8707 §2).
 */
export function comparableResource(value: string): string | undefined {
  if (value.length > MAX_RESOURCE_LENGTH || !isUriText(value)) return undefined;
  const url = parseUrl(value);
  if (!url) return undefined;
  const [, server = '', path = '/', query = ''] = RESOURCE.exec(value) ?? [];
  const isServer = server.toLowerCase().replace(defaultPort(url), '') === url.origin;
  if (!isServer || path !== url.pathname || query !== url.search) return undefined;
  return `${url.origin}${path.replace(/\/$/, '')}${query}`;
}

function defaultPort({ protocol }: URL): RegExp {
  return protocol === 'https:' ? /:443$/ : /:80$/;
}

/** The configured spelling of the resource that a request means; `undefined` when there is none. */
export function findResource(value: string, resources: readonly string[]): string | undefined {
  if (resources.includes(value)) return value;
  const wanted = comparableResource(value);
  if (wanted === undefined) return undefined;
  return resources.find((resource) => comparableResource(resource) === wanted);
}

/**
 * The configured spelling of a resource: absolute as given, a path resolved against the issuer's origin.
 *
 * @throws {TypeError} When it is neither.
 */
export function resolveResource(value: string, issuer: string): string {
  const absolute = value.startsWith('/') ? `${new URL(issuer).origin}${value}` : value;
  if (comparableResource(absolute) === undefined) {
    throw new TypeError(
      `${value.includes('@') ? 'a resource' : `the resource ${JSON.stringify(value)}`} is neither a path nor an absolute http(s) URL, without user info and fragment and written in its normal form`,
    );
  }
  return absolute;
}
