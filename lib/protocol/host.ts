/**
 * Which hosts are out there on the internet, and which are somebody's own network.
 *
 * @module
 */
import ipaddr from 'ipaddr.js';

/**
 * Whether the host of a URL is a domain name or a public address. Names are not resolved; one without
 * a period means something only within a network.
 *
 * @param hostname - As `URL.hostname` gives it: lower case, punycode, IPv6 in brackets.
 */
export function isPublicHost(hostname: string): boolean {
  const address = hostname.replace(/^\[|\]$/g, '');
  if (ipaddr.isValid(address)) return ipaddr.process(address).range() === 'unicast';
  const labels = hostname.replace(/\.$/, '').split('.');
  const isDomain = labels.length > 1 && labels.every((label) => label !== '');
  return isDomain && labels.at(-1) !== 'localhost';
}
