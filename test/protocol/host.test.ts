import { describe, expect, it } from '@jest/globals';
import { isPublicAddress, isPublicHost } from '../../lib/protocol/host.ts';

describe('a host that is nobody else', () => {
  describe('because its IPv4 address is given to nobody', () => {
    it.each([
      { name: 'this host', host: '0.0.0.0' },
      { name: 'loopback', host: '127.0.0.1' },
      { name: 'loopback, the last', host: '127.255.255.255' },
      { name: 'private, 10/8', host: '10.0.0.1' },
      { name: 'private, 172.16/12', host: '172.31.255.255' },
      { name: 'private, 192.168/16', host: '192.168.1.10' },
      { name: 'link-local', host: '169.254.169.254' },
      { name: 'carrier-grade', host: '100.64.0.1' },
      { name: 'documentation', host: '192.0.2.1' },
      { name: 'multicast', host: '224.0.0.1' },
      { name: 'reserved', host: '240.0.0.1' },
      { name: 'broadcast', host: '255.255.255.255' },
    ])('$name: $host (URI-20)', ({ host }) => {
      expect(isPublicHost(host)).toBe(false);
    });
  });

  describe('because its IPv6 address is outside 2000::/3 (RFC 4291 §2.4)', () => {
    it.each([
      { name: 'unspecified', host: '[::]' },
      { name: 'loopback', host: '[::1]' },
      { name: 'after loopback', host: '[::2]' },
      { name: 'IPv4-compatible, of loopback', host: '[::7f00:1]' },
      { name: 'IPv4-compatible, private', host: '[::a00:1]' },
      { name: 'IPv4-compatible, link-local', host: '[::a9fe:a9fe]' },
      { name: 'IPv4-compatible, public', host: '[::808:808]' },
      { name: 'IPv4-mapped, of loopback', host: '[::ffff:7f00:1]' },
      { name: 'IPv4-mapped, private', host: '[::ffff:a00:1]' },
      { name: 'IPv4-translated, of loopback', host: '[::ffff:0:7f00:1]' },
      { name: 'NAT64, of loopback', host: '[64:ff9b::7f00:1]' },
      { name: 'NAT64 of a network', host: '[64:ff9b:1::a00:1]' },
      { name: 'discarded', host: '[100::1]' },
      { name: 'the last before 2000::', host: '[1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]' },
      { name: 'the first after 3fff:', host: '[4000::]' },
      { name: 'segment routing', host: '[5f00::1]' },
      { name: 'not given out yet', host: '[8000::1]' },
      { name: 'unique local, fc00::/8', host: '[fc00::1]' },
      { name: 'unique local, fd00::/8', host: '[fd12:3456::1]' },
      { name: 'link-local', host: '[fe80::1]' },
      { name: 'site-local', host: '[fec0::1]' },
      { name: 'multicast', host: '[ff02::1]' },
    ])('$name: $host (URI-20, REG-21)', ({ host }) => {
      expect(isPublicHost(host)).toBe(false);
    });
  });

  describe('although its IPv6 address is inside', () => {
    it.each([
      { name: 'documentation', host: '[2001:db8::1]' },
      { name: '6to4 of loopback', host: '[2002:7f00:1::]' },
      { name: 'Teredo', host: '[2001:0:4136:e378:8000:63bf:3fff:fdd2]' },
    ])('$name: $host (URI-20)', ({ host }) => {
      expect(isPublicHost(host)).toBe(false);
    });
  });

  describe('because its name means something only within a network', () => {
    it.each([
      '',
      '.',
      'localhost',
      'localhost.',
      'app.localhost',
      'app.localhost.',
      'intranet',
      'intranet.',
      '.example.com',
      'app..example.com',
      'app.example.com..',
      'app.1',
      'app.0x7f',
      '127.1',
      '2130706433',
    ])('%j (URI-20)', (host) => {
      expect(isPublicHost(host)).toBe(false);
    });
  });
});

describe('a host that is out there', () => {
  it.each([
    'app.example.com',
    'app.example.com.',
    'localhost.example',
    'xn--bcher-kva.example',
    '127.0.0.1~x',
    'app.1x',
    'app.0xg',
    '8.8.8.8',
    '172.32.0.1',
    '[2000::]',
    '[2606:4700:4700::1111]',
    '[2a00:1450:4001:81b::200e]',
    '[::ffff:808:808]',
  ])('%s', (host) => {
    expect(isPublicHost(host)).toBe(true);
  });
});

describe('an address', () => {
  // The library that reads addresses takes each of these for one, and not always for the same as others do.
  it.each([
    { name: 'of two numbers', text: '8.8' },
    { name: 'as one number', text: '134744072' },
    { name: 'with a number in octal', text: '010.8.8.8' },
    { name: 'with a number in hexadecimal', text: '0x8.8.8.8' },
    { name: 'with a zone', text: '2606:4700::1111%eth0' },
    { name: 'in brackets', text: '[2606:4700::1111]' },
    { name: 'that ends in decimal numbers with a zero before one', text: '2606:4700::8.8.08.8' },
    { name: 'IPv4-mapped, with a zero before a number', text: '::ffff:08.8.8.8' },
    { name: 'IPv4-compatible, of a public one (RFC 4291 §2.5.5.1)', text: '::8.8.8.8' },
    { name: 'IPv4-compatible, in hexadecimal', text: '::808:808' },
    { name: 'nothing', text: '' },
  ])('is none of the internet when it is written $name: $text', ({ text }) => {
    expect(isPublicAddress(text)).toBe(false);
  });

  it.each([
    { text: '8.8.8.8' },
    { text: '::ffff:8.8.8.8' },
    { text: '::FFFF:808:808' },
    { text: '2606:4700::1111' },
    { text: '2606:4700::8.8.8.8' },
  ])('is one of the internet: $text', ({ text }) => {
    expect(isPublicAddress(text)).toBe(true);
  });
});
