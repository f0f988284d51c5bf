/**
 * IP addresses, in the spellings that every reader takes for the same address.
 *
 * The library takes others as well: short ones, numbers in octal, and an IPv6 address that only holds an
 * IPv4 one (RFC 4291 §2.5.5.1) for that one, though only where it is written with decimal numbers.
 *
 * @see https://www.rfc-editor.org/rfc/rfc4291#section-2.2
 * @module
 */
import ipaddr from 'ipaddr.js';

export type IpAddress = ipaddr.IPv4 | ipaddr.IPv6;

/** Decimal numbers at the end, which stand for the last two groups. */
const DECIMAL_END = /^([^.]*:)([\d.]+)$/;

/**
 * Reads an address, without brackets, port and zone. An IPv4 address that is mapped to IPv6 is that IPv4
 * address (RFC 4291 §2.5.5.2).
 *
 * @returns `undefined` for anything else: also for `127.1`, `0x7f.1`, `010.0.0.1` and a number.
 */
export function parseIpAddress(text: string): IpAddress | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text);
  const groups = text.includes('.') ? inGroups(text) : text;
  return groups?.includes(':') === true ? parseGroups(groups) : undefined;
}

function inGroups(text: string): string | undefined {
  const [, start = '', end = ''] = DECIMAL_END.exec(text) ?? [];
  if (!ipaddr.IPv4.isValidFourPartDecimal(end)) return undefined;
  const [a = 0, b = 0, c = 0, d = 0] = ipaddr.IPv4.parse(end).octets;
  return `${start}${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
}

function parseGroups(text: string): IpAddress | undefined {
  // A zone means something only on the machine that wrote it.
  if (text.includes('%')) return undefined;
  try {
    // Reading it costs more than all else here: `isValid` would do it once more.
    const address = ipaddr.IPv6.parse(text);
    return address.isIPv4MappedAddress() ? address.toIPv4Address() : address;
  } catch {
    return undefined;
  }
}
