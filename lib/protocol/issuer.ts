/**
 * The issuer identifier, and the places that follow from it.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8414#section-2
 * @see https://www.rfc-editor.org/rfc/rfc8414#section-3.1
 * @module
 */
import { isLoopbackHost } from './loopback.ts';
import { parseUrl } from './parse-url.ts';

/** Segments that mean themselves wherever a path is taken: a `(` or a `:` is a pattern to Express. */
const PLAIN_PATH = /^(?:\/[A-Za-z0-9._~-]+)*$/;

/**
 * What is wrong with an issuer; `undefined` when it is fine.
 *
 * RFC 8414 §2 wants https, no query and no fragment; http is let through on loopback for development.
 * One spelling only, without a slash at the end, for clients compare it byte for byte.
 */
export function issuerProblem(issuer: string): string | undefined {
  const url = parseUrl(issuer);
  if (!url) return 'is not a URL';
  const isDevelopment = url.protocol === 'http:' && isLoopbackHost(url.hostname);
  if (url.protocol !== 'https:' && !isDevelopment) {
    return 'must be an https URL (http only on a loopback host such as localhost or 127.0.0.1)';
  }
  if (/[?#]/.test(issuer)) return 'must have no query and no fragment';
  if (url.username !== '' || url.password !== '' || issuer.includes('@')) {
    return 'must have no user info';
  }
  if (issuer.endsWith('/')) return 'must not end with a slash';
  const canonical = url.href.replace(/\/$/, '');
  if (issuer !== canonical) return `must be written as ${canonical}`;
  const path = issuerPath(issuer);
  if (!PLAIN_PATH.test(path)) {
    return 'must have a path of letters, digits, dots, dashes, underscores and tildes only';
  }
  return /^\/\.well-known(?:\/|$)/.test(path) ? 'must not be below /.well-known' : undefined;
}

/** The path of an issuer that is written as it has to be: `''`, or `/auth`. */
export function issuerPath(issuer: string): string {
  return issuer.replace(/^https?:\/\/[^/]*/, '');
}

/**
 * Where a well-known document about a URL stands: the name goes between the host and what follows
 * it (RFC 8414 §3.1, RFC 9728 §3.1). Only a slash that stands alone after the host is left out.
 */
export function wellKnownPath(name: string, url: string): string {
  const { pathname, search } = new URL(url);
  return `/.well-known/${name}${pathname === '/' ? '' : pathname}${search}`;
}

/** The whole address of that document. */
export function wellKnownUrl(name: string, url: string): string {
  return `${new URL(url).origin}${wellKnownPath(name, url)}`;
}
