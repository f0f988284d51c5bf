/**
 * Addresses of Redis servers, as operators write them.
 *
 * @module
 */
import { parseUrl } from '../../protocol/parse-url.ts';

/** One server, and how to get in. */
export interface Address {
  readonly host: string;
  readonly port: number;
  readonly username?: string;
  readonly password?: string;
  readonly tls: boolean;
}

const SCHEME = /^rediss?:\/\//i;

/**
 * Reads `host`, `host:port`, `[::1]:6379`, or a `redis:` or `rediss:` URL without path and query.
 *
 * @returns `undefined` for anything else. Nothing of it is repeated: there may be a password in it.
 */
export function parseAddress(text: unknown, defaultPort: number): Address | undefined {
  if (typeof text !== 'string') return undefined;
  const url = /\s/.test(text) ? undefined : parseUrl(SCHEME.test(text) ? text : `redis://${text}`);
  if (!url) return undefined;
  const { protocol, hostname, port, username, password, pathname, search, hash } = url;
  if (hostname === '' || !/^\/?$/.test(pathname) || search !== '' || hash !== '') return undefined;
  return {
    // Brackets belong to URLs, not to addresses.
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: port === '' ? defaultPort : Number(port),
    ...(username !== '' && { username: decoded(username) }),
    ...(password !== '' && { password: decoded(password) }),
    tls: protocol.toLowerCase() === 'rediss:',
  };
}

/**
 * Whether a text is the URL of one server; a path names its database, by its number. Without a query:
 * ioredis takes options from it, and before those that keep a command from being run twice.
 */
export function isRedisUrl(text: unknown): text is string {
  const url = typeof text === 'string' && SCHEME.test(text) ? parseUrl(text) : undefined;
  if (!url) return false;
  const { pathname, search, hash } = url;
  return /^(\/\d{0,9})?$/.test(pathname) && search === '' && hash === '';
}

/** A stray percent sign in a password stands for itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
