/**
 * Resource indicators: which API a token is for.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8707#section-2
 * @module
 */

const MAX_RESOURCE_LENGTH = 2048;

/**
 * One spelling for comparing: host in lower case, without default port and without one trailing
 * slash, for that is how clients differ (Claude Code adds the slash).
 *
 * @returns `undefined` when the value is not an absolute http(s) URI without fragment (RFC 8707 §2).
 */
export function comparableResource(value: string): string | undefined {
  if (value.length > MAX_RESOURCE_LENGTH || !/^https?:\/\/[^/\\?#]/i.test(value)) return undefined;
  if (value.includes('#') || !URL.canParse(value)) return undefined;
  const url = new URL(value);
  if (url.username !== '' || url.password !== '') return undefined;
  return `${url.origin}${url.pathname.replace(/\/$/, '')}${url.search}`;
}

/** The configured spelling of the resource that a request means; `undefined` when there is none. */
export function findResource(value: string, resources: readonly string[]): string | undefined {
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
      `${value.includes('@') ? 'a resource' : `the resource ${JSON.stringify(value)}`} is neither an absolute http(s) URL without user info and fragment nor a path`,
    );
  }
  return absolute;
}
