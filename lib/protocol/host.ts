/**
 * Which hosts are out there on the internet, and which are somebody's own network.
 *
 * @module
 */
import ipaddr from 'ipaddr.js';
import { parseIpAddress } from './ip-address.ts';

/** The only IPv6 addresses that are given out; those before it can stand for IPv4 ones (RFC 4291 §2.5.5.1). */
const GLOBAL_IPV6 = ipaddr.IPv6.parseCIDR('2000::/3');

/** Decimal, octal or hexadecimal. */
const NUMBER = /^(?:\d+|0x[\da-f]*)$/i;

/**
 * Whether the host of a URL is a domain name or a public address. Names are not resolved; one without
 * a period means something only within a network.
 *
 * @param hostname - As `URL.hostname` gives it: lower case, punycode, IPv6 in brackets.
 */
export function isPublicHost(hostname: string): boolean {
  const labels = hostname.replace(/\.$/, '').split('.');
  // No name ends in a number (WHATWG URL, ends in a number checker): to try whether one is an address
  // costs more than all else that is looked at here.
  const isAddress = hostname.startsWith('[') || NUMBER.test(labels.at(-1) ?? '');
  if (isAddress) return isPublicAddress(hostname.replace(/^\[|\]$/g, ''));
  const isDomain = labels.length > 1 && labels.every((label) => label !== '');
  return isDomain && labels.at(-1) !== 'localhost';
}

/**
 * Whether an address is one that anybody on the internet reaches, and no special-use one (RFC 6890).
 *
 * @param text - IPv4 or IPv6 without brackets; anything else is not.
 */
export function isPublicAddress(text: string): boolean {
  const address = parseIpAddress(text);
  if (!address) return false;
  const isGiven = address instanceof ipaddr.IPv4 || address.match(GLOBAL_IPV6);
  return isGiven && address.range() === 'unicast';
}
