/**
 * Redirect hosts: where the operator lets redirects go, where the specifications would allow more.
 *
 * An entry is a host, `*.example.com` for whatever is below a domain, or a private-use scheme as
 * `com.example.app:`. The domain itself is not below it. Ports do not matter.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9700#section-4.1.3
 * @module
 */
import { isPublicHost } from '../protocol/host.ts';
import { isLoopbackHost } from '../protocol/loopback.ts';
import { isRefusedScheme } from '../protocol/refused-schemes.ts';
import { parseUrl } from '../protocol/parse-url.ts';

const WILDCARD = '*.';

/** Whether an entry is one that a redirect URI can match. */
export function isRedirectHostEntry(entry: string): boolean {
  if (entry.endsWith(':')) return isPrivateUseScheme(entry.slice(0, -1));
  if (!entry.startsWith(WILDCARD)) return isHost(entry);
  const domain = entry.slice(WILDCARD.length);
  // One label alone would be half of the internet.
  return isHost(domain) && isPublicHost(domain) && /[a-z]/.test(domain.split('.').at(-1) ?? '');
}

/**
 * Whether a redirect URI leads to one of the hosts.
 *
 * @param uri - One that could be registered: written as a URL parser reads it.
 * @param entries - Each of them one that {@link isRedirectHostEntry} knows.
 */
export function isAllowedRedirectHost(uri: string, entries: readonly string[]): boolean {
  const url = parseUrl(uri);
  return url !== undefined && entries.some((entry) => isMatch(url.protocol, url.hostname, entry));
}

/**
 * Whether somebody who looks for a host finds a redirect URI there. What is allowed is held to the letter;
 * here a period at the end of a name is no other host (RFC 1034 §3.1), for that would be a way to hide.
 */
export function isFoundAtHost(uri: string, entry: string): boolean {
  const url = parseUrl(uri);
  return (
    url !== undefined && isMatch(url.protocol, withoutPeriod(url.hostname), withoutPeriod(entry))
  );
}

function withoutPeriod(host: string): string {
  return host.replace(/\.$/, '');
}

function isMatch(protocol: string, hostname: string, entry: string): boolean {
  const isWeb = protocol === 'https:' || protocol === 'http:';
  // What stands where a host would in a private-use URI proves nothing: any app may claim the scheme.
  return isWeb ? isHostMatch(hostname, entry) : entry === protocol;
}

function isHostMatch(hostname: string, entry: string): boolean {
  if (!entry.startsWith(WILDCARD)) return hostname === entry;
  const below = entry.slice(WILDCARD.length - 1);
  return hostname.endsWith(below) && hostname.length > below.length;
}

/** Written as a URL parser writes it, or nothing would ever be equal to it; and one that can be registered. */
function isHost(text: string): boolean {
  const written = `https://${text}/`;
  const url = parseUrl(written);
  if (url?.href !== written || /[/?#@*]/.test(text)) return false;
  // The parser leaves out only the port that https has anyway.
  if (url.port !== '') return false;
  return isLoopbackHost(text) || isPublicHost(text);
}

function isPrivateUseScheme(scheme: string): boolean {
  const isScheme = /^[a-z][a-z0-9+.-]*$/.test(scheme);
  return isScheme && scheme !== 'https' && scheme !== 'http' && !isRefusedScheme(scheme);
}
