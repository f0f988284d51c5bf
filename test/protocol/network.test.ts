import { describe, expect, it } from '@jest/globals';
import {
  isCidr,
  networkList,
  networkOf,
  networkOfSubject,
  siteOf,
} from '../../lib/protocol/network.ts';

describe('the network of an address', () => {
  it.each([
    undefined,
    '',
    ' ',
    'unknown',
    '_hidden',
    'localhost',
    '999.1.1.1',
    '1.2.3',
    '127.1',
    '0x7f.0.0.1',
    '010.0.0.1',
    '2130706433',
    '1.2.3.4.5',
    '1.2.3.4, 5.6.7.8',
    '1.2.3.4/24',
    ' 1.2.3.4',
    '1.2.3.4:port',
    '1.2.3.4:',
    '1.2.3.4:123456',
    ':::',
    '2001:db8::1::2',
    '2001:db8::g',
    '2001:db8::1.2.03.4',
    '2001:db8::1.2.3.256',
    '2001:db8::1.2.3',
    '::010.8.8.8',
    '2001:db8::/32',
    '[2001:db8::1',
    '2001:db8::1]',
    '[]',
    '[localhost]:80',
    '%eth0',
    '<script>',
    '__proto__',
    'a'.repeat(8_000),
    '1'.repeat(8_000),
    `${'1:'.repeat(4_000)}1`,
  ])('is none for %j', (text) => {
    expect(networkOf(text)).toBeUndefined();
  });

  it.each([
    { text: '203.0.113.7', want: '203.0.113.7' },
    { text: '203.0.113.7:4711', want: '203.0.113.7' },
    { text: '::ffff:203.0.113.7', want: '203.0.113.7' },
    { text: '::FFFF:203.0.113.7', want: '203.0.113.7' },
    { text: '::ffff:cb00:7107', want: '203.0.113.7' },
    { text: '0:0:0:0:0:ffff:203.0.113.7', want: '203.0.113.7' },
    { text: '[::ffff:203.0.113.7]:443', want: '203.0.113.7' },
    { text: '::1', want: '0:0:0:0::/64' },
    { text: '::203.0.113.7', want: '0:0:0:0::/64' },
    { text: '::cb00:7107', want: '0:0:0:0::/64' },
    { text: '2001:db8:1:2::203.0.113.7', want: '2001:db8:1:2::/64' },
    { text: '2001:db8:1:2::', want: '2001:db8:1:2::/64' },
    { text: '2001:db8:1:2::1', want: '2001:db8:1:2::/64' },
    { text: '2001:DB8:1:2:ffff:ffff:ffff:ffff', want: '2001:db8:1:2::/64' },
    { text: '2001:0db8:0001:0002:0003:0004:0005:0006', want: '2001:db8:1:2::/64' },
    { text: '[2001:db8:1:2::1]:4711', want: '2001:db8:1:2::/64' },
    { text: '2001:db8:1:3::1', want: '2001:db8:1:3::/64' },
    { text: 'fe80::1', want: 'fe80:0:0:0::/64' },
    { text: 'fe80::1%eth0', want: 'fe80:0:0:0::/64' },
    { text: 'fe80::1%2', want: 'fe80:0:0:0::/64' },
  ])('of $text is $want', ({ text, want }) => {
    expect(networkOf(text)).toBe(want);
  });
});

describe('the site of a network', () => {
  it.each([
    { address: '203.0.113.7', want: '203.0.113.0/24' },
    { address: '203.0.113.255', want: '203.0.113.0/24' },
    { address: '203.0.112.7', want: '203.0.112.0/24' },
    { address: '::ffff:203.0.113.7', want: '203.0.113.0/24' },
    { address: '2001:db8:1:2::1', want: '2001:db8:1::/48' },
    { address: '2001:db8:1:ffff:ffff::', want: '2001:db8:1::/48' },
    { address: '2001:db8:2:2::1', want: '2001:db8:2::/48' },
    { address: '::1', want: '0:0:0::/48' },
  ])('of $address is $want', ({ address, want }) => {
    expect(siteOf(networkOf(address) ?? '')).toBe(want);
  });

  it('is the text itself for what is no network', () => {
    expect(['', 'unknown'].map(siteOf)).toEqual(['', 'unknown']);
  });

  it.each(['1.2.3.4', '1:2:3:4::/64', '::/64', ''])(
    'of a person is that person, whose network no address has: %j',
    (digest) => {
      const network = networkOfSubject(digest);
      expect(siteOf(network)).toBe(network);
      expect(networkOf(network)).toBeUndefined();
    },
  );
});

describe('a network', () => {
  it.each([
    '',
    'all',
    '*',
    'example.com',
    '203.0.113.0/',
    '203.0.113.0/33',
    '203.0.113.0/-1',
    '203.0.113.0/2.5',
    '203.0.113.0/255.255.255.0',
    '203.0.113/24',
    '203.0.113.7:80',
    '2001:db8::/129',
    '[2001:db8::1]',
    'fe80::1%eth0',
    '::ffff:203.0.113.0/120',
    '203.0.113.0/24, 198.51.100.0/24',
  ])('is not written %j', (text) => {
    expect(isCidr(text)).toBe(false);
    expect(networkList([text])('203.0.113.7')).toBe(false);
  });

  it.each([
    { cidr: '203.0.113.7', inside: ['203.0.113.7', '::ffff:203.0.113.7'], outside: '203.0.113.8' },
    { cidr: '203.0.113.0/24', inside: ['203.0.113.0', '203.0.113.255'], outside: '203.0.114.0' },
    { cidr: '203.0.113.9/24', inside: ['203.0.113.0'], outside: '203.0.112.255' },
    { cidr: '0.0.0.0/0', inside: ['1.2.3.4', '255.255.255.255'], outside: '2001:db8::1' },
    { cidr: '2001:db8::/32', inside: ['2001:db8::1', '2001:DB8:ffff::'], outside: '2001:db9::' },
    { cidr: '2001:db8::1', inside: ['2001:db8::1'], outside: '2001:db8::2' },
    { cidr: '::/0', inside: ['2001:db8::1'], outside: '203.0.113.7' },
    { cidr: '::ffff:203.0.113.7', inside: ['203.0.113.7'], outside: '203.0.113.8' },
  ])('$cidr has $inside and not $outside', ({ cidr, inside, outside }) => {
    expect(isCidr(cidr)).toBe(true);
    const isListed = networkList(['192.0.2.1', cidr]);
    expect(inside.map((address) => isListed(address))).toEqual(inside.map(() => true));
    for (const text of [outside, undefined, '', 'unknown']) expect(isListed(text)).toBe(false);
  });
});
