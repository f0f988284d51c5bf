/**
 * A URI as it can stand in a log: where it leads, without what may be a secret in it.
 *
 * @module
 */

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

/**
 * RFC 3986 appendix B, cut from the end and not matched as a whole: for a pattern all of it can be path.
 * Takes any text: what is no URI comes out as a path.
 */
export function uriParts(text: string): UriParts {
  const [beforeFragment, fragment] = cut(text, '#');
  const [hierarchical, query] = cut(beforeFragment, '?');
  const scheme = /^([^:/]+):/.exec(hierarchical)?.[1];
  const rest = scheme === undefined ? hierarchical : hierarchical.slice(scheme.length + 1);
  if (!rest.startsWith('//')) {
    const none = { userinfo: undefined, host: undefined, port: undefined };
    return { scheme, ...none, path: rest, query, fragment };
  }
  const slash = rest.indexOf('/', 2);
  const end = slash === -1 ? rest.length : slash;
  const { behind, ...authority } = authorityParts(rest.slice(2, end));
  return { scheme, ...authority, path: `${behind}${rest.slice(end)}`, query, fragment };
}

/** What stands behind the brackets of an address is neither host nor port. */
function authorityParts(
  text: string,
): Pick<UriParts, 'userinfo' | 'host' | 'port'> & { readonly behind: string } {
  const at = text.lastIndexOf('@');
  const userinfo = at === -1 ? undefined : text.slice(0, at);
  const place = text.slice(at + 1);
  const host = /^\[[^\]]*\]|^[^:]*/.exec(place)?.[0] ?? '';
  const behind = place.slice(host.length);
  return behind.startsWith(':')
    ? { userinfo, host, port: behind.slice(1), behind: '' }
    : { userinfo, host, port: undefined, behind };
}

function cut(text: string, mark: string): [before: string, after: string | undefined] {
  const at = text.indexOf(mark);
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
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
    .map((one) => (one.includes('=') ? `${one.slice(0, one.indexOf('='))}=...` : '...'));
  return [
    `${scheme}:`,
    ...(host === undefined ? [] : ['//', userinfo === undefined ? '' : '...@', host]),
    port === undefined ? '' : `:${port}`,
    path,
    names === undefined ? '' : `?${names.join('&')}`,
    fragment === undefined ? '' : '#...',
  ].join('');
}
