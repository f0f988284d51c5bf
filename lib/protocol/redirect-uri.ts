/**
 * Redirect URIs: which may be registered.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9700#section-4.1.3
 * @see https://www.rfc-editor.org/rfc/rfc8252#section-7
 * @module
 */
import { isLoopbackHost, parseLoopbackUri } from './loopback.ts';
import { isPublicHost } from './host.ts';
import { isRefusedScheme } from './refused-schemes.ts';
import { isUriText } from './uri.ts';
import { parseUrl } from './parse-url.ts';

export const MAX_REDIRECT_URI_LENGTH = 2048;

/** Response parameters: a redirect URI that has one already would make the response ambiguous (RFC 9207 §2.4). */
const RESPONSE_PARAMETERS = [
  ...['code', 'state', 'iss', 'error', 'error_description', 'error_uri', 'response'],
  ...['access_token', 'id_token'],
];

const OWN_MACHINE = "it leads to the person's own machine, where a client with a secret is not";

/** What the rules need to know beside the URI. */
export interface RedirectUriContext {
  /** Our own endpoints, as absolute URLs: a redirect to one would turn a response into a request. */
  readonly ownEndpoints: readonly string[];
  /** Whether the client can keep a secret; then only https will do. */
  readonly confidential: boolean;
  /** Whether the operator wrote it down: then its host may be one of a private network. */
  readonly isTrusted?: boolean;
}

/** Whether a redirect URI may be registered. */
export function isAcceptableRedirectUri(value: string, context: RedirectUriContext): boolean {
  return redirectUriFault(value, context) === undefined;
}

/** Why a redirect URI may not be registered, in a fixed sentence; `undefined` when it may. */
export function redirectUriFault(value: string, context: RedirectUriContext): string | undefined {
  if (value.length > MAX_REDIRECT_URI_LENGTH) return 'it is too long';
  if (!isUriText(value)) return 'it has characters that no URI has';
  // Nobody shall believe to have registered a pattern (RFC 9700 §4.1.1).
  if (value.includes('*')) return 'it has a * in it, and patterns are not understood';
  const uri = parseUrl(value);
  if (!uri) return 'it is no absolute URI';
  // `#` and `@` are looked for in the text, for an empty fragment or user leaves no trace in the URL.
  if (value.includes('#')) return 'it has a fragment';
  if (uri.username !== '' || hasUserinfo(value)) return 'it has a user or a password';
  if (!isWrittenAsParsed(value, uri)) return 'it is not written in its normal form';
  if (value.includes('?') && RESPONSE_PARAMETERS.some((name) => uri.searchParams.has(name))) {
    return 'it has a parameter of the response already';
  }
  if (isOurs(uri, context.ownEndpoints)) {
    return 'it is an endpoint of this server';
  }
  switch (uri.protocol) {
    case 'https:':
      return httpsFault(uri, context);
    case 'http:':
      return httpFault(value, context);
    default:
      return privateUseFault(value, uri, context);
  }
}

/** Whether there is a `@` in the authority, also one with nothing before it. */
function hasUserinfo(value: string): boolean {
  return /^[^/?#]*\/\/[^/?#]*@/.test(value);
}

/**
 * A string that the parser reads differently than it is written would be compared as one thing and
 * followed as another. Only an empty path and the case of a loopback host may differ.
 */
function isWrittenAsParsed(value: string, uri: URL): boolean {
  if (uri.href === value) return true;
  const withPath = value.replace(/^([a-z][a-z0-9+.-]*:\/\/[^/?]+)(?=\?|$)/, '$1/');
  if (uri.href === withPath) return true;
  const loopback = parseLoopbackUri(value);
  return loopback !== undefined && uri.href === loopback.normalized;
}

function httpsFault(
  uri: URL,
  { confidential, isTrusted = false }: RedirectUriContext,
): string | undefined {
  if (isTrusted) return undefined;
  if (!isLoopbackHost(uri.hostname)) {
    return isPublicHost(uri.hostname) ? undefined : 'its host is not a public one';
  }
  // Loopback over TLS reaches only the person's own machine; a confidential client is not there.
  return confidential ? OWN_MACHINE : undefined;
}

function httpFault(value: string, { confidential }: RedirectUriContext): string | undefined {
  if (parseLoopbackUri(value) === undefined) {
    return 'it is http, and not of localhost, 127.0.0.1 or [::1]';
  }
  return confidential ? OWN_MACHINE : undefined;
}

/**
 * Whether a URI leads to one of our endpoints, or to the documents on its host. The query does not matter;
 * on loopback neither the port nor the name do, for each may lead to the same server. Nor does the case
 * of the path: Express finds what is mounted below `/auth` below `/AUTH` as well, unless it is told not to;
 * and Express 4 by two slashes where there is one. Neither decodes a path before it looks.
 */
function isOurs(uri: URL, ownEndpoints: readonly string[]): boolean {
  const pathname = pathOf(uri);
  const { servers, serversAt } = placesOf(ownEndpoints);
  const possible = pathname.startsWith('/.well-known/') ? servers : serversAt.get(pathname);
  return possible?.has(serverOf(uri)) === true;
}

interface OwnPlaces {
  readonly servers: ReadonlySet<string>;
  /** By the path of an endpoint. */
  readonly serversAt: ReadonlyMap<string, ReadonlySet<string>>;
}

/** The endpoints of one server are asked about with every registration: each list is read once. */
const knownPlaces = new WeakMap<readonly string[], OwnPlaces>();

function placesOf(endpoints: readonly string[]): OwnPlaces {
  const known = knownPlaces.get(endpoints);
  if (known) return known;
  const servers = new Set<string>();
  const serversAt = new Map<string, Set<string>>();
  for (const endpoint of endpoints) {
    const url = new URL(endpoint);
    const server = serverOf(url);
    servers.add(server);
    const path = pathOf(url);
    serversAt.set(path, (serversAt.get(path) ?? new Set()).add(server));
  }
  const places = { servers, serversAt };
  knownPlaces.set(endpoints, places);
  return places;
}

function pathOf({ pathname }: URL): string {
  return pathname.toLowerCase().replaceAll(/\/{2,}/g, '/');
}

/** One name for a server. A period at the end of a domain name changes nothing (RFC 1034 §3.1). */
function serverOf({ protocol, hostname, port }: URL): string {
  return isLoopbackHost(hostname)
    ? 'loopback'
    : `${protocol}//${hostname.replace(/\.$/, '')}:${port}`;
}

/**
 * A scheme that an app has claimed for itself (RFC 8252 §7.1). OAuth 2.1 §2.3.1 wants a period in
 * it; Cursor has none, so an authority part will do instead.
 */
function privateUseFault(
  value: string,
  uri: URL,
  { confidential }: RedirectUriContext,
): string | undefined {
  const scheme = uri.protocol.slice(0, -1);
  if (isRefusedScheme(scheme)) return 'its scheme is not one of an app';
  if (!scheme.includes('.') && !value.slice(uri.protocol.length).startsWith('//')) {
    return 'its scheme has no period, and no // follows it';
  }
  return confidential ? OWN_MACHINE : undefined;
}
