/**
 * Which hosts are out on the internet, told a second time from the registries of IANA, so that the
 * tests do not take the word of the library that the server asks.
 *
 * @see https://www.iana.org/assignments/iana-ipv4-special-registry
 * @see https://www.iana.org/assignments/iana-ipv6-special-registry
 */
import { BlockList, isIP } from 'node:net';

const SPECIAL_IPV4 = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16'],
  ...['172.16.0.0/12', '192.0.0.0/24', '192.0.2.0/24', '192.31.196.0/24', '192.52.193.0/24'],
  ...['192.88.99.0/24', '192.168.0.0/16', '192.175.48.0/24', '198.18.0.0/15'],
  ...['198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4'],
];
/** Of the addresses that are given out, which begin with the bits 001. */
const SPECIAL_IPV6 = ['2001::/23', '2001:db8::/32', '2002::/16', '2620:4f:8000::/48', '3fff::/20'];

const networks = (list: readonly string[], family: 'ipv4' | 'ipv6'): BlockList => {
  const block = new BlockList();
  for (const [address = '', bits] of list.map((entry) => entry.split('/')))
    block.addSubnet(address, Number(bits), family);
  return block;
};
const [specialIpv4, specialIpv6, global] = [
  networks(SPECIAL_IPV4, 'ipv4'),
  networks(SPECIAL_IPV6, 'ipv6'),
  networks(['2000::/3'], 'ipv6'),
];

/** @param host - As a URL has it in its normal form: lower case, IPv6 in brackets. */
export function isOnTheInternet(host: string): boolean {
  if (host.startsWith('[')) {
    const address = host.slice(1, -1);
    // One that stands for an IPv4 address is that address; Node looks for it among those itself.
    if (/^::ffff:[0-9a-f]+:[0-9a-f]+$/.test(address)) return !specialIpv4.check(address, 'ipv6');
    return global.check(address, 'ipv6') && !specialIpv6.check(address, 'ipv6');
  }
  if (isIP(host) === 4) return !specialIpv4.check(host);
  const labels = (host.endsWith('.') ? host.slice(0, -1) : host).split('.');
  return labels.length > 1 && !labels.includes('') && labels[labels.length - 1] !== 'localhost';
}
