import { describe, expect, it } from '@jest/globals';
import { matchesRegisteredRedirectUri } from '../../lib/protocol/redirect-uri-match.ts';

const PUBLIC = { confidential: false };
const CONFIDENTIAL = { confidential: true };

describe('matching the redirect URI of a request: refused', () => {
  it.each([
    {
      name: 'D115: another path',
      registered: 'http://localhost/callback',
      asked: 'http://localhost:54321/other',
    },
    {
      name: 'D115: an encoded slash for a slash',
      registered: 'http://localhost/a/b',
      asked: 'http://localhost:54321/a%2Fb',
    },
    {
      name: 'D115: a slash for an encoded slash',
      registered: 'http://localhost/a%2Fb',
      asked: 'http://localhost:54321/a/b',
    },
    {
      name: 'D115: a bare question mark',
      registered: 'http://localhost/callback',
      asked: 'http://localhost:54321/callback?',
    },
    {
      name: 'D115: a bare question mark less',
      registered: 'http://localhost/callback?',
      asked: 'http://localhost:54321/callback',
    },
    {
      name: 'D115: a fragment',
      registered: 'http://localhost/callback',
      asked: 'http://localhost:54321/callback#x',
    },
    {
      name: 'D115: an empty fragment',
      registered: 'http://localhost/callback',
      asked: 'http://localhost:54321/callback#',
    },
    {
      name: 'D115: a user in the request',
      registered: 'http://localhost/callback',
      asked: 'http://user@localhost:54321/callback',
    },
    {
      name: 'D115: an empty user in the request',
      registered: 'http://localhost/callback',
      asked: 'http://@localhost:54321/callback',
    },
    {
      name: 'D115: a user in the registration',
      registered: 'http://user@localhost/callback',
      asked: 'http://localhost:54321/callback',
    },
    {
      name: 'D115: a user on both sides',
      registered: 'http://user@localhost/callback',
      asked: 'http://user@localhost:54321/callback',
    },
    {
      name: 'another query',
      registered: 'http://localhost/cb?a=1',
      asked: 'http://localhost:54321/cb?a=2',
    },
    {
      name: 'an added query',
      registered: 'http://localhost/cb',
      asked: 'http://localhost:54321/cb?a=1',
    },
    {
      name: 'a slash at the end',
      registered: 'http://localhost/cb',
      asked: 'http://localhost:54321/cb/',
    },
    {
      name: 'another case of the path',
      registered: 'http://localhost/cb',
      asked: 'http://localhost:54321/CB',
    },
    {
      name: 'dot segments',
      registered: 'http://localhost/cb',
      asked: 'http://localhost:54321/x/../cb',
    },
    {
      name: '127.0.0.1 for localhost',
      registered: 'http://localhost/cb',
      asked: 'http://127.0.0.1:54321/cb',
    },
    {
      name: 'localhost for 127.0.0.1',
      registered: 'http://127.0.0.1/cb',
      asked: 'http://localhost:54321/cb',
    },
    {
      name: '[::1] for localhost',
      registered: 'http://localhost/cb',
      asked: 'http://[::1]:54321/cb',
    },
    {
      name: '[::1] for 127.0.0.1',
      registered: 'http://127.0.0.1/cb',
      asked: 'http://[::1]:54321/cb',
    },
    {
      name: 'another address of the loopback network',
      registered: 'http://127.0.0.1/cb',
      asked: 'http://127.0.0.2:54321/cb',
    },
    {
      name: 'a short form of the address',
      registered: 'http://127.0.0.1/cb',
      asked: 'http://127.1:54321/cb',
    },
    {
      name: 'https for http on loopback',
      registered: 'http://localhost/cb',
      asked: 'https://localhost:54321/cb',
    },
    {
      name: 'an upper-case scheme',
      registered: 'http://localhost/cb',
      asked: 'HTTP://localhost:54321/cb',
    },
    {
      name: 'a host that only begins alike',
      registered: 'http://localhost/cb',
      asked: 'http://localhost.evil.example:54321/cb',
    },
    {
      name: 'a port that hides a host',
      registered: 'http://localhost/cb',
      asked: 'http://localhost:80@evil.example/cb',
    },
    {
      name: 'a backslash that hides a host',
      registered: 'http://localhost/cb',
      asked: 'http://localhost:1\\@evil.example/cb',
    },
    {
      name: 'a port beyond the last',
      registered: 'http://localhost/cb',
      asked: 'http://localhost:65536/cb',
    },
    {
      name: 'a port with leading zeros',
      registered: 'http://localhost/cb',
      asked: 'http://localhost:054321/cb',
    },
    { name: 'an empty port', registered: 'http://localhost/cb', asked: 'http://localhost:/cb' },
    { name: 'a line end', registered: 'http://localhost/cb', asked: 'http://localhost:54321/cb\n' },
    {
      name: 'D118: an added port beyond loopback',
      registered: 'https://app.example.com/cb',
      asked: 'https://app.example.com:8443/cb',
    },
    {
      name: 'D118: another host',
      registered: 'https://app.example.com/cb',
      asked: 'https://evil.example/cb',
    },
    {
      name: 'D118: an added port on https loopback',
      registered: 'https://localhost/cb',
      asked: 'https://localhost:54321/cb',
    },
    {
      name: 'D118: an added port on http beyond loopback',
      registered: 'http://app.example.com/cb',
      asked: 'http://app.example.com:8080/cb',
    },
    {
      name: 'D119: a request that is no URI',
      registered: 'http://localhost/cb',
      asked: 'http://[::1',
    },
    { name: 'D119: an empty request', registered: 'http://localhost/cb', asked: '' },
    {
      name: 'the default port, which is the same address',
      registered: 'https://app.example.com/cb',
      asked: 'https://app.example.com:443/cb',
    },
    {
      name: 'another case of the host beyond loopback',
      registered: 'https://app.example.com/cb',
      asked: 'https://APP.example.com/cb',
    },
    {
      name: 'an empty path for a slash beyond loopback',
      registered: 'https://app.example.com/',
      asked: 'https://app.example.com',
    },
    {
      name: 'a period after the host',
      registered: 'https://app.example.com/cb',
      asked: 'https://app.example.com./cb',
    },
    {
      name: 'percent-encoding',
      registered: 'https://app.example.com/cb',
      asked: 'https://app.example.com/c%62',
    },
    {
      name: 'a longer path',
      registered: 'https://app.example.com/cb',
      asked: 'https://app.example.com/cb/..;/evil',
    },
    {
      name: 'http for https',
      registered: 'https://app.example.com/cb',
      asked: 'http://app.example.com/cb',
    },
    { name: 'a longer private-use URI', registered: 'cursor://a/cb', asked: 'cursor://a/cb2' },
    {
      name: 'an added port on a private-use scheme',
      registered: 'cursor://a/cb',
      asked: 'cursor://a:1/cb',
    },
  ])('$name', ({ registered, asked }) => {
    expect(matchesRegisteredRedirectUri(asked, [registered], PUBLIC)).toBe(false);
  });

  it('D119: none of several', () => {
    const registered = ['http://localhost/a', 'http://127.0.0.1/b', 'https://app.example.com/c'];
    expect(matchesRegisteredRedirectUri('http://localhost:1/b', registered, PUBLIC)).toBe(false);
  });

  it('D119: of an empty list', () => {
    expect(matchesRegisteredRedirectUri('http://localhost/cb', [], PUBLIC)).toBe(false);
  });

  it.each([
    { registered: 'http://localhost/cb', asked: 'http://localhost:54321/cb' },
    { registered: 'http://localhost:8080/cb', asked: 'http://LOCALHOST:8080/cb' },
    { registered: 'http://127.0.0.1:8080', asked: 'http://127.0.0.1:8080/' },
  ])(
    'D121: $asked of a confidential client that registered $registered',
    ({ registered, asked }) => {
      expect(matchesRegisteredRedirectUri(asked, [registered], CONFIDENTIAL)).toBe(false);
      expect(matchesRegisteredRedirectUri(asked, [registered], PUBLIC)).toBe(true);
    },
  );
});

describe('matching the redirect URI of a request: accepted', () => {
  it.each([
    {
      name: 'D115: a port of the moment',
      registered: 'http://localhost/callback',
      asked: 'http://localhost:54321/callback',
    },
    {
      name: 'another port than the registered one',
      registered: 'http://localhost:8080/callback',
      asked: 'http://localhost:54321/callback',
    },
    {
      name: 'no port for the registered one',
      registered: 'http://localhost:8080/callback',
      asked: 'http://localhost/callback',
    },
    {
      name: 'D107: a port of the moment on 127.0.0.1',
      registered: 'http://127.0.0.1/callback',
      asked: 'http://127.0.0.1:54321/callback',
    },
    {
      name: 'D116: a port of the moment on [::1]',
      registered: 'http://[::1]/callback',
      asked: 'http://[::1]:54321/callback',
    },
    {
      name: 'D116: the host in upper case',
      registered: 'http://localhost/callback',
      asked: 'http://LOCALHOST:54321/callback',
    },
    {
      name: 'the registered host in upper case',
      registered: 'http://LOCALHOST/callback',
      asked: 'http://localhost:54321/callback',
    },
    {
      name: 'an empty path for a slash',
      registered: 'http://localhost:8080/',
      asked: 'http://localhost:54321',
    },
    {
      name: 'a slash for an empty path',
      registered: 'http://localhost:8080',
      asked: 'http://localhost:54321/',
    },
    {
      name: 'the same query',
      registered: 'http://localhost/cb?a=1',
      asked: 'http://localhost:54321/cb?a=1',
    },
    {
      name: 'the same encoded slash',
      registered: 'http://localhost/a%2Fb',
      asked: 'http://localhost:54321/a%2Fb',
    },
    {
      name: 'the last port',
      registered: 'http://localhost/cb',
      asked: 'http://localhost:65535/cb',
    },
    {
      name: 'the same https URI',
      registered: 'https://app.example.com/cb',
      asked: 'https://app.example.com/cb',
    },
    { name: 'the same private-use URI', registered: 'cursor://a/cb', asked: 'cursor://a/cb' },
  ])('$name', ({ registered, asked }) => {
    expect(matchesRegisteredRedirectUri(asked, [registered], PUBLIC)).toBe(true);
  });

  it.each(['http://localhost:1/a', 'http://127.0.0.1:2/b', 'https://app.example.com/c'])(
    'D119: whichever of several it is: %s',
    (asked) => {
      const registered = ['http://localhost/a', 'http://127.0.0.1/b', 'https://app.example.com/c'];
      expect(matchesRegisteredRedirectUri(asked, registered, PUBLIC)).toBe(true);
    },
  );

  it('D122: the exact one beside one without a port, whatever the order', () => {
    const both = ['http://localhost/cb', 'http://localhost:8080/cb'];
    expect(matchesRegisteredRedirectUri('http://localhost:8080/cb', both, PUBLIC)).toBe(true);
    const reversed = both.toReversed();
    expect(matchesRegisteredRedirectUri('http://localhost:8080/cb', reversed, PUBLIC)).toBe(true);
    // Without the loopback rule only the exact one can be what matched.
    expect(matchesRegisteredRedirectUri('http://localhost:8080/cb', both, CONFIDENTIAL)).toBe(true);
    expect(matchesRegisteredRedirectUri('http://localhost:9/cb', both, CONFIDENTIAL)).toBe(false);
  });

  it('the exact one, from a confidential client', () => {
    const registered = ['https://app.example.com/cb'];
    expect(
      matchesRegisteredRedirectUri('https://app.example.com/cb', registered, CONFIDENTIAL),
    ).toBe(true);
  });
});
