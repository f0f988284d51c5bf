/**
 * Which addresses an identity provider may send this server to.
 *
 * Who can change a discovery document could otherwise have this server ask anything within its own
 * network (OpenID Connect Discovery §7.2, RFC 9700 §4.11).
 *
 * @module
 */
import { isPublicHost } from '../protocol/host.ts';
import { isLoopbackHost } from '../protocol/loopback.ts';
import { parseUrl } from '../protocol/parse-url.ts';

const IP_LITERAL = /^(?:\[.*\]|[\d.]+)$/;

/** What is wrong with an address that somebody configured; `undefined` when nothing is. */
export function configuredAddressProblem(address: unknown): string | undefined {
  const url = typeof address === 'string' ? parseUrl(address) : undefined;
  if (typeof address !== 'string' || !url) return 'is not a URL';
  const isDevelopment = url.protocol === 'http:' && isLoopbackHost(url.hostname);
  if (url.protocol !== 'https:' && !isDevelopment) {
    return 'must be an https URL (http only on a loopback host such as localhost or 127.0.0.1)';
  }
  if (url.username !== '' || url.password !== '') return 'must have no user info';
  return address.includes('#') ? 'must have no fragment' : undefined;
}

/**
 * What is wrong with an address that the provider itself named; `undefined` when nothing is. Its own
 * host is always right, loopback addresses are for a provider on loopback, and any other host has to
 * be out there on the internet; or, for a provider with an internal name, have a name as well.
 *
 * @param issuer - As configured, which makes it the measure.
 */
export function namedAddressProblem(address: unknown, issuer: URL): string | undefined {
  const problem = configuredAddressProblem(address);
  if (problem !== undefined) return problem;
  const { protocol, hostname } = new URL(String(address));
  // One that is reached over TLS does not begin to speak in the clear.
  if (protocol === 'http:' && issuer.protocol !== 'http:') return 'must be an https URL';
  return isHostNear(hostname, issuer.hostname) ? undefined : 'is in a private network';
}

function isHostNear(host: string, issuerHost: string): boolean {
  if (host === issuerHost || isPublicHost(host)) return true;
  if (isLoopbackHost(host)) return isLoopbackHost(issuerHost);
  return !IP_LITERAL.test(host) && !isPublicHost(issuerHost);
}
