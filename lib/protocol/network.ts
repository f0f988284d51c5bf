/**
 * Networks: whose address it is, as far as an address can tell.
 *
 * One who has an IPv4 address has just that one. One who has an IPv6 address has at least a /64 of them
 * (RFC 6177 §2), so within it the addresses are the same caller. Of either somebody may have many: those
 * that can easily be had together are a site.
 *
 * @module
 */
import ipaddr from 'ipaddr.js';
import { parseIpAddress, type IpAddress } from './ip-address.ts';

/** Of the eight groups of an IPv6 address those that name a /64. */
const IPV6_NETWORK_GROUPS = 4;

/** Some proxies write the port as well; IPv6 then stands in brackets. */
const WITH_PORT = /^(?:\[([^\]]*)\]|(\d{1,3}(?:\.\d{1,3}){3}))(?::\d{1,5})?$/;

/** Stands for the network of an address that nobody knows: all of them count together. */
export const NO_NETWORK = '';

/**
 * Stands for the network of a person, whom no address tells: counted beside the networks, and its own
 * site. No network is written so.
 *
 * @param digest - Base64url.
 */
export function networkOfSubject(digest: string): string {
  return `subject:${digest}`;
}

/**
 * The network of an address: an IPv4 address itself, the /64 of an IPv6 one. An IPv4 address that is
 * mapped to IPv6 is an IPv4 address (RFC 4291 §2.5.5.2). A zone is left out: it means something only
 * on the machine that wrote it.
 *
 * @returns In a form that is always the same for the same network; `undefined` for what is not an address.
 */
export function networkOf(text: string | undefined): string | undefined {
  const address = parseAddress(text);
  if (!address || address instanceof ipaddr.IPv4) return address?.toString();
  const groups = address.parts.slice(0, IPV6_NETWORK_GROUPS).map((group) => group.toString(16));
  return `${groups.join(':')}::/64`;
}

/**
 * The site of a network: its /48 in IPv6, which is what one customer can have (RFC 6177 §2), and its /24
 * in IPv4, the smallest block that is routed by itself.
 *
 * @param network - As {@link networkOf} returns it; what is none is its own site.
 */
export function siteOf(network: string): string {
  const ipv6 = /^((?:[^:]+:){3})[^:]+::\/64$/.exec(network)?.[1];
  if (ipv6 !== undefined) return `${ipv6}:/48`;
  const ipv4 = /^((?:\d+\.){3})\d+$/.exec(network)?.[1];
  return ipv4 === undefined ? network : `${ipv4}0/24`;
}

/** Whether a text is an address, or a network in CIDR notation. */
export function isCidr(text: string): boolean {
  return parseCidr(text) !== undefined;
}

/**
 * Tells whether addresses are in one of some networks.
 *
 * @param cidrs - As {@link isCidr} takes them; others hold nothing.
 */
export function networkList(cidrs: readonly string[]): (text: string | undefined) => boolean {
  const networks = cidrs.flatMap((cidr) => [parseCidr(cidr) ?? []].flat());
  if (networks.length === 0) return () => false;
  return (text) => {
    const address = parseAddress(text);
    return networks.some(
      ({ base, bits }) => address?.kind() === base.kind() && address.match(base, bits),
    );
  };
}

/** As servers and proxies write it, with a port or a zone. */
function parseAddress(text = ''): IpAddress | undefined {
  const [, ipv6, ipv4] = WITH_PORT.exec(text) ?? [];
  const [address = ''] = (ipv6 ?? ipv4 ?? text).split('%', 1);
  // How a server that listens on both sees every caller with IPv4, so it has a short way.
  return parseIpAddress(address.replace(/^::ffff:(?=\d{1,3}\.)/i, ''));
}

function parseCidr(text: string): { readonly base: IpAddress; readonly bits: number } | undefined {
  const [, address = '', length] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  // What has a port or a zone is an address that was seen, and not the name of a network.
  const base = /[[\]%]|\.\d+:/.test(address) ? undefined : parseAddress(address);
  // A mapped address has become an IPv4 one, and its length would count other bits.
  const isMapped = base instanceof ipaddr.IPv4 && address.includes(':');
  if (!base || (isMapped && length !== undefined)) return undefined;
  const longest = base instanceof ipaddr.IPv4 ? 32 : 128;
  const bits = length === undefined ? longest : Number(length);
  return bits <= longest ? { base, bits } : undefined;
}
