/**
 * A URI as it can stand in a log: where it leads, without what may be a secret in it.
 *
 * @module
 */

/** RFC 3986 appendix B, with the authority taken apart. */
const PARTS =
  /^(?:([^:/?#]+):)?(?:\/\/(?:([^/?#]*)@)?(\[[^\]/?#]*\]|[^/?#:]*)(?::([^/?#]*))?)?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s;

/** What it is made of, each as it is written; `undefined` for what is not there. */
export interface UriParts {
  readonly scheme: string | undefined;
  readonly userinfo: string | undefined;
  readonly host: string | undefined;
  readonly port: string | undefined;
  readonly path: string;
  readonly query: string | undefined;
  readonly fragment: string | undefined;
}

/** Takes any text: what is no URI comes out as a path. */
export function uriParts(text: string): UriParts {
  const [, scheme, userinfo, host, port, path = '', query, fragment] = PARTS.exec(text) ?? [];
  return { scheme, userinfo, host, port, path, query, fragment };
}

/**
 * Scheme, host, port, path and the names of the parameters. Never their values, a user, a password or a
 * fragment; of what is no address at all only the scheme.
 */
export function shownUri(text: string): string {
  const { scheme, userinfo, host, port, path, query, fragment } = uriParts(text);
  if (scheme === undefined) return 'not a URI';
  if (host === undefined && !path.startsWith('/')) return `${scheme}:...`;
  const names = query
    ?.split('&')
    .map((one) => (one.includes('=') ? one.replace(/=.*$/s, '=...') : '...'));
  return [
    `${scheme}:`,
    ...(host === undefined ? [] : ['//', userinfo === undefined ? '' : '...@', host]),
    port === undefined ? '' : `:${port}`,
    path,
    names === undefined ? '' : `?${names.join('&')}`,
    fragment === undefined ? '' : '#...',
  ].join('');
}
