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

export const MAX_REDIRECT_URI_LENGTH = 2048;

/** Response parameters: a redirect URI that has one already would make the response ambiguous (RFC 9207 §2.4). */
const RESPONSE_PARAMETERS = [
  ...['code', 'state', 'iss', 'error', 'error_description', 'error_uri', 'response'],
  ...['access_token', 'id_token'],
];

/** What the rules need to know beside the URI. */
export interface RedirectUriContext {
  /** Our own endpoints, as absolute URLs: a redirect to one would turn a response into a request. */
  readonly ownEndpoints: readonly string[];
  /** Whether the client can keep a secret; then only https will do. */
  readonly confidential: boolean;
}

/** Whether a redirect URI may be registered. */
export function isAcceptableRedirectUri(value: string, context: RedirectUriContext): boolean {
  if (value.length > MAX_REDIRECT_URI_LENGTH || !isUriText(value)) return false;
  // Nobody shall believe to have registered a pattern (RFC 9700 §4.1.1).
  if (value.includes('*')) return false;
  const uri = URL.canParse(value) ? new URL(value) : undefined;
  // `#` and `@` are looked for in the text, for an empty fragment or user leaves no trace in the URL.
  if (!uri || value.includes('#') || uri.username !== '' || hasUserinfo(value)) return false;
  if (!isWrittenAsParsed(value, uri)) return false;
  if (RESPONSE_PARAMETERS.some((name) => uri.searchParams.has(name))) return false;
  if (context.ownEndpoints.some((endpoint) => isSamePlace(uri, new URL(endpoint)))) return false;

  switch (uri.protocol) {
    case 'https:':
      return isAcceptableHttps(uri, context);
    case 'http:':
      return !context.confidential && parseLoopbackUri(value) !== undefined;
    default:
      return !context.confidential && isPrivateUseUri(value, uri);
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
  const withPath = value.replace(/^([a-z][a-z0-9+.-]*:\/\/[^/?]+)(?=\?|$)/, '$1/');
  if (uri.href === value || uri.href === withPath) return true;
  const loopback = parseLoopbackUri(value);
  return loopback !== undefined && uri.href === loopback.normalized;
}

function isAcceptableHttps(uri: URL, { confidential }: RedirectUriContext): boolean {
  // Loopback over TLS reaches only the person's own machine; a confidential client is not there.
  return isLoopbackHost(uri.hostname) ? !confidential : isPublicHost(uri.hostname);
}

/**
 * Whether a URI leads to an endpoint, or to the documents on its host. The query does not matter;
 * on loopback neither the port nor the name do, for each may lead to the same server.
 */
function isSamePlace(uri: URL, endpoint: URL): boolean {
  const isOurs = uri.pathname === endpoint.pathname || uri.pathname.startsWith('/.well-known/');
  return isOurs && serverOf(uri) === serverOf(endpoint);
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
function isPrivateUseUri(value: string, uri: URL): boolean {
  const scheme = uri.protocol.slice(0, -1);
  if (isRefusedScheme(scheme)) return false;
  return scheme.includes('.') || value.slice(uri.protocol.length).startsWith('//');
}
