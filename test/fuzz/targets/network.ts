/** Addresses of callers, of hosts, and networks in CIDR notation. */
import assert from 'node:assert/strict';
import { isIP } from 'node:net';
import { isPublicAddress, isPublicHost } from '../../../lib/protocol/host.ts';
import { isCidr, networkList, networkOf, siteOf } from '../../../lib/protocol/network.ts';
import { parseUrl } from '../../../lib/protocol/parse-url.ts';
import { isOnTheInternet } from '../../properties/host-oracle.ts';
import type { Target } from '../engine/target.ts';

/** As a URL parser writes it, so that two spellings of one address are one. */
function normal(address: string): string | undefined {
  const [text = ''] = address.split('%', 1);
  if (isIP(text) === 0) return undefined;
  return new URL(`http://${isIP(text) === 6 ? `[${text}]` : text}`).hostname;
}

function requireCaller(input: string): void {
  const network = networkOf(input);
  const host = normal(input);
  // Node takes for an address what has to be one here; a zone may follow on an IPv6 one.
  if (host !== undefined && (!input.includes('%') || host.startsWith('[')))
    assert.notEqual(network, undefined, 'an address that is not taken for one');
  if (network === undefined) return;
  assert.match(network, /^(?:\d{1,3}(?:\.\d{1,3}){3}|(?:[\da-f]{1,4}:){4}:\/64)$/);
  assert.match(siteOf(network), /^(?:(?:\d{1,3}\.){3}0\/24|(?:[\da-f]{1,4}:){3}:\/48)$/);
  assert.equal(networkOf(network.replace('/64', '')), network);
  if (host === undefined) return;
  const inIpv6 = host.slice(1, -1);
  const again = host.startsWith('[') ? inIpv6 : host;
  assert.equal(networkOf(again), network, 'two networks for one address');
  assert.ok(networkList([again])(input), 'an address that is not in its own list');
}

function requireHost(input: string): void {
  const address = normal(input);
  if (!input.includes('%') && address !== undefined)
    assert.equal(isPublicAddress(input), isOnTheInternet(address));
  if (isPublicAddress(input)) assert.notEqual(address, undefined, 'public, and no address');
  const hostname = parseUrl(`https://${input}/`)?.hostname;
  if (hostname !== undefined) assert.equal(isPublicHost(hostname), isOnTheInternet(hostname));
}

function requireCidr(input: string): void {
  if (!isCidr(input)) return;
  const [address = '', bits] = input.split('/');
  assert.notEqual(isIP(address), 0);
  if (bits !== undefined) assert.ok(Number(bits) <= (isIP(address) === 4 ? 32 : 128));
  assert.ok(networkList([input])(address), 'a network that does not hold its base');
}

export const network: Target = {
  name: 'network',
  seeds: [
    ...['127.0.0.1', '10.0.0.1', '8.8.8.8', '8.8.8.8:443', '127.1', '0x7f.1', '010.8.8.8'],
    ...[
      '::1',
      '::ffff:8.8.8.8',
      '::FFFF:7f00:1',
      '64:ff9b::808:808',
      '2001:db8::1',
      'fe80::1%eth0',
    ],
    ...['[2606:4700::1]:443', '2606:4700:0:0:0:0:0:1111', '2002:7f00:1::', '3fff::1', '::8.8.8.8'],
    ...['10.0.0.0/8', '2001:db8::/32', '::ffff:10.0.0.0/104', '0.0.0.0/0', '1.2.3.4/33'],
    ...['app.example.com', 'localhost', 'localhost.', 'a', 'a..b', 'app.example.', '1.2.3.4.'],
    ...['xn--bcher-kva.example', '4294967295', '0x', 'a.0x7f', '169.254.169.254'],
  ],
  run(input) {
    requireCaller(input);
    requireHost(input);
    requireCidr(input);
  },
};
