import { describe, expect, it } from '@jest/globals';
import { isAcceptableRedirectUri } from '../../lib/protocol/redirect-uri.ts';

/** Written apart, for lint takes the whole for a program. */
const SCRIPT = 'javascript';
const SCRIPT_IN_CAPITALS = 'JavaScript';

const ownEndpoints = [
  'https://auth.example.com/oauth/authorize',
  'https://auth.example.com/oauth/token',
  'https://auth.example.com/renamed',
];
const PUBLIC = { ownEndpoints, confidential: false };
const CONFIDENTIAL = { ownEndpoints, confidential: true };

const LONGEST = `https://app.example.com/${'a'.repeat(2048 - 24)}`;

describe('registering a redirect URI: refused', () => {
  describe('because of how it is written', () => {
    it.each([
      { name: 'nothing', uri: '' },
      { name: 'no URI', uri: 'callback' },
      { name: 'a path', uri: '/callback' },
      { name: 'a network path', uri: '//app.example.com/cb' },
      { name: 'a fragment', uri: 'https://app.example.com/cb#frag' },
      { name: 'an empty fragment', uri: 'https://app.example.com/cb#' },
      { name: 'an empty fragment after a query', uri: 'https://app.example.com/cb?a=1#' },
      { name: 'a fragment on loopback', uri: 'http://localhost:8080/cb#x' },
      { name: 'a fragment on a private-use scheme', uri: 'com.example.app:/cb#x' },
      { name: 'user and password', uri: 'https://user:pw@app.example.com/cb' },
      { name: 'a user', uri: 'https://user@app.example.com/cb' },
      { name: 'a password alone', uri: 'https://:pw@app.example.com/cb' },
      { name: 'an empty user', uri: 'https://@app.example.com/cb' },
      { name: 'an empty user and password', uri: 'https://:@app.example.com/cb' },
      { name: 'an empty user on loopback', uri: 'http://@localhost/cb' },
      { name: 'an empty user on a private-use scheme', uri: 'myapp://@host/cb' },
      { name: 'a user on a private-use scheme', uri: 'myapp://user@host/cb' },
      { name: 'a backslash in the path', uri: 'https://app.example.com\\cb' },
      { name: 'backslashes for slashes', uri: 'https:\\\\app.example.com\\cb' },
      { name: 'a backslash after loopback', uri: 'http://localhost\\.evil.example/cb' },
      { name: 'a backslash in a private-use URI', uri: 'myapp://host\\cb' },
      { name: 'a tab', uri: 'https://app.example.com/c\tb' },
      { name: 'a tab in the host', uri: 'https://app\t.example.com/cb' },
      { name: 'a tab in the scheme', uri: 'java\tscript://x' },
      { name: 'a line end', uri: 'https://app.example.com/c\nb' },
      { name: 'a line end at the end', uri: 'https://app.example.com/cb\n' },
      { name: 'a carriage return', uri: 'https://app.example.com/cb\r\nSet-Cookie:a=b' },
      { name: 'a null', uri: 'https://app.example.com/cb\0' },
      { name: 'a delete', uri: 'https://app.example.com/cb\x7f' },
      { name: 'a space', uri: 'https://app.example.com/c b' },
      { name: 'a space before', uri: ' https://app.example.com/cb' },
      { name: 'a space after', uri: 'https://app.example.com/cb ' },
      { name: 'a letter beyond ASCII in the path', uri: 'https://app.example.com/caf\u00e9' },
      { name: 'a full-width letter in the host', uri: 'https://\uff41pp.example.com/cb' },
      { name: 'an ideographic full stop', uri: 'https://app.example.com\u3002evil.example/cb' },
      { name: 'a bidirectional override', uri: 'https://app.example.com/\u202ecb' },
      { name: 'one character too many', uri: `${LONGEST}a` },
      { name: 'far too many characters', uri: `https://app.example.com/${'a'.repeat(60_000)}` },
    ])('$name', ({ uri }) => {
      expect(isAcceptableRedirectUri(uri, PUBLIC)).toBe(false);
    });
  });

  describe('because a URL parser would read something else than is written', () => {
    it.each([
      { name: 'an upper-case scheme', uri: 'HTTPS://app.example.com/cb' },
      { name: 'an upper-case scheme on loopback', uri: 'HTTP://localhost/cb' },
      { name: 'an upper-case private-use scheme', uri: 'COM.example.app:/cb' },
      { name: 'an upper-case host', uri: 'https://APP.example.com/cb' },
      { name: 'the default port of https', uri: 'https://app.example.com:443/cb' },
      { name: 'the default port of http', uri: 'http://localhost:80/cb' },
      { name: 'a port with leading zeros', uri: 'https://app.example.com:08443/cb' },
      { name: 'a loopback port with leading zeros', uri: 'http://localhost:08080/cb' },
      { name: 'an empty port', uri: 'https://app.example.com:/cb' },
      { name: 'an empty loopback port', uri: 'http://localhost:/cb' },
      { name: 'a port beyond the last', uri: 'http://localhost:65536/cb' },
      { name: 'the port zero on loopback', uri: 'http://localhost:0/cb' },
      { name: 'no slashes', uri: 'https:app.example.com/cb' },
      { name: 'one slash', uri: 'https:/app.example.com/cb' },
      { name: 'three slashes', uri: 'https:///app.example.com/cb' },
      { name: 'dot segments', uri: 'https://app.example.com/x/../cb' },
      { name: 'encoded dot segments', uri: 'https://app.example.com/x/%2e%2e/cb' },
      { name: 'a single dot', uri: 'https://app.example.com/./cb' },
      { name: 'dot segments on loopback', uri: 'http://localhost/x/../cb' },
      { name: 'a percent-encoded host', uri: 'https://app%2eexample.com/cb' },
      { name: 'the short form of 127.0.0.1', uri: 'http://127.1/cb' },
      { name: 'the short form of 127.0.0.1 over https', uri: 'https://127.1/cb' },
      { name: 'the decimal form of 127.0.0.1', uri: 'https://2130706433/cb' },
      { name: 'the hexadecimal form of 127.0.0.1', uri: 'https://0x7f000001/cb' },
      { name: 'the octal form of 127.0.0.1', uri: 'https://0177.0.0.1/cb' },
      { name: 'the short form of a public address', uri: 'https://8.8.2056/cb' },
      { name: 'an address with a period at the end', uri: 'https://8.8.8.8./cb' },
      { name: 'a long form of [::1]', uri: 'http://[0:0:0:0:0:0:0:1]/cb' },
      { name: 'an IPv6 address in upper case', uri: 'https://[2A00:1450:4001:81B::200E]/cb' },
      { name: 'an IPv4 address in IPv6', uri: 'https://[::ffff:8.8.8.8]/cb' },
      { name: 'an IPv6 zone', uri: 'https://[fe80::1%25eth0]/cb' },
      { name: 'an IPv6 zone on loopback', uri: 'http://[::1%25lo]/cb' },
      { name: 'a quote in the path', uri: 'https://app.example.com/"cb' },
      { name: 'angle brackets in the path', uri: 'https://app.example.com/<cb>' },
      { name: 'angle brackets in the query', uri: 'https://app.example.com/cb?a=<b>' },
    ])('$name', ({ uri }) => {
      expect(isAcceptableRedirectUri(uri, PUBLIC)).toBe(false);
    });
  });

  describe('because it looks like a pattern', () => {
    it.each([
      '*',
      'https://*',
      'https://*.example.com/cb',
      'https://app.example.com/*',
      'https://app.example.com/cb?*',
      'http://127.0.0.1:*/cb',
      'myapp://*',
    ])('%s', (uri) => {
      expect(isAcceptableRedirectUri(uri, PUBLIC)).toBe(false);
    });
  });

  describe('because of what its query already says', () => {
    it.each([
      'https://app.example.com/cb?code=attacker',
      'https://app.example.com/cb?code',
      'https://app.example.com/cb?a=1&state=x',
      'https://app.example.com/cb?iss=https://evil.example',
      'https://app.example.com/cb?error=access_denied',
      'https://app.example.com/cb?error_description=x',
      'https://app.example.com/cb?response=x',
      'https://app.example.com/cb?co%64e=attacker',
      'http://localhost:8080/cb?code=attacker',
      'myapp://cb?state=x',
      'com.example.app:/cb?iss=x',
    ])('%s', (uri) => {
      expect(isAcceptableRedirectUri(uri, PUBLIC)).toBe(false);
    });
  });

  describe('because http is for loopback only', () => {
    it.each([
      'http://app.example.com/cb',
      'http://8.8.8.8/cb',
      'http://192.168.1.10/cb',
      'http://0.0.0.0/cb',
      'http://[::]/cb',
      'http://127.0.0.2/cb',
      'http://localhost.evil.example/cb',
      'http://127.0.0.1.evil.example/cb',
      'http://localhost%2eevil.example/cb',
      'http://localhost%2eevil/cb',
      'http://localhost@evil.example/cb',
      'http://127.0.0.1@evil.example/',
      'http://evil.example@localhost/cb',
      'http://127.0.0.1:80:evil/',
      'http://localhost:8080evil/cb',
      'http://localhost./cb',
      'http://app.localhost/cb',
      'http://notlocalhost/cb',
      'http://xn--lcalhost-1ya/cb',
      'http:localhost/cb',
      'http:/localhost/cb',
      'http:///localhost/cb',
      'http://::1/cb',
      'http://[::1/cb',
      'http://[::ffff:127.0.0.1]/cb',
    ])('%s', (uri) => {
      expect(isAcceptableRedirectUri(uri, PUBLIC)).toBe(false);
    });
  });

  describe('because nobody else could be at that host', () => {
    it.each([
      'https://10.0.0.1/cb',
      'https://172.16.0.1/cb',
      'https://192.168.1.10/cb',
      'https://169.254.169.254/latest',
      'https://100.64.0.1/cb',
      'https://0.0.0.0/cb',
      'https://224.0.0.1/cb',
      'https://255.255.255.255/cb',
      'https://192.0.2.1/cb',
      'https://[fe80::1]/cb',
      'https://[fc00::1]/cb',
      'https://[fd12:3456::1]/cb',
      'https://[::]/cb',
      'https://[ff02::1]/cb',
      'https://[::ffff:7f00:1]/cb',
      'https://[::ffff:a00:1]/cb',
      'https://[2001:db8::1]/cb',
      'https://localhost./cb',
      'https://app.localhost/cb',
      'https://app.localhost./cb',
      'https://app..example.com/cb',
      'https://.example.com/cb',
    ])('%s', (uri) => {
      expect(isAcceptableRedirectUri(uri, PUBLIC)).toBe(false);
    });
  });

  describe('because the browser or the system would act on it itself', () => {
    it.each(
      [
        'about blob data file filesystem javascript livescript vbscript view-source',
        'chrome chrome-extension devtools edge moz-extension resource',
        'ftp ftps gopher ldap sftp smb ssh telnet ws wss',
        'intent jar mailto sip sms tel xmpp facetime market',
        'search shell help res hcp feed urn cid mid onion',
        'ms-word ms-settings ms-appinstaller ms-msdt ms-search search-ms',
        'itms-apps x-apple.systempreferences com.android.settings android-app android.intent',
      ].flatMap((line) => line.split(' ')),
    )('%s', (scheme) => {
      expect(isAcceptableRedirectUri(`${scheme}://x/cb`, PUBLIC)).toBe(false);
      expect(isAcceptableRedirectUri(`${scheme}:x`, PUBLIC)).toBe(false);
    });

    it.each([
      `${SCRIPT}:alert(1)`,
      `${SCRIPT}://app.example.com/%0aalert(1)`,
      `${SCRIPT_IN_CAPITALS}:alert(1)`,
      'data:text/html,hello',
      'vbscript:x',
      'blob:https://app.example.com/7f1b',
      'about:blank',
      'file:///etc/passwd',
      'filesystem:https://app.example.com/temporary/x',
      'view-source:https://app.example.com/',
      'jar:https://app.example.com/x!/y',
      'intent://app.example.com/cb#Intent;scheme=https;end',
      'mailto:a@app.example.com',
      'tel:+123',
      'ws://app.example.com/',
      'wss://app.example.com/',
      'ms-word:ofe|u|https://app.example.com/x',
      'search-ms:query=x',
    ])('%s', (uri) => {
      expect(isAcceptableRedirectUri(uri, PUBLIC)).toBe(false);
    });
  });

  describe("because the scheme is nobody's own", () => {
    it.each([
      'myapp:/cb',
      'myapp:cb',
      'myapp:',
      'cursor:/oauth/callback',
      'urn:ietf:wg:oauth:2.0:oob',
    ])('%s', (uri) => {
      expect(isAcceptableRedirectUri(uri, PUBLIC)).toBe(false);
    });
  });

  describe('because it is an endpoint of this server', () => {
    it.each([
      {
        own: 'https://auth.example.com/oauth/authorize',
        uri: 'https://auth.example.com/oauth/authorize',
      },
      {
        own: 'https://auth.example.com/oauth/consent',
        uri: 'https://auth.example.com/oauth/consent?request=x',
      },
      { own: 'https://auth.example.com/renamed', uri: 'https://auth.example.com/renamed' },
      { own: 'https://a.example/tenant/oauth/token', uri: 'https://a.example/tenant/oauth/token' },
      { own: 'https://a.example:8443/oauth/token', uri: 'https://a.example:8443/oauth/token' },
      { own: 'https://8.8.8.8/oauth/token', uri: 'https://8.8.8.8/oauth/token' },
      { own: 'http://localhost:3000/oauth/consent', uri: 'http://localhost:3000/oauth/consent' },
      { own: 'http://localhost:3000/oauth/consent', uri: 'http://LOCALHOST:3000/oauth/consent' },
    ])('$uri', ({ own, uri }) => {
      const others = 'https://a.example/oauth/register';
      const context = { ownEndpoints: [others, own], confidential: false };
      expect(isAcceptableRedirectUri(uri, context)).toBe(false);
      expect(isAcceptableRedirectUri(uri, { ...context, ownEndpoints: [others] })).toBe(true);
    });

    it('whatever the port on loopback, for a request may name any', () => {
      const context = {
        ownEndpoints: ['http://localhost:3000/oauth/authorize'],
        confidential: false,
      };
      for (const uri of [
        'http://localhost/oauth/authorize',
        'http://localhost:8080/oauth/authorize',
      ]) {
        expect(isAcceptableRedirectUri(uri, context)).toBe(false);
      }
      expect(isAcceptableRedirectUri('http://localhost:3000/callback', context)).toBe(true);
    });
  });

  describe('because a confidential client has https only', () => {
    it.each([
      'http://localhost/cb',
      'http://127.0.0.1:8080/cb',
      'http://[::1]/cb',
      'https://localhost/cb',
      'https://localhost:8443/cb',
      'https://127.0.0.1/cb',
      'https://127.0.0.2/cb',
      'https://[::1]/cb',
      'com.example.app:/cb',
      'cursor://anysphere.cursor-mcp/oauth/callback',
    ])('%s', (uri) => {
      expect(isAcceptableRedirectUri(uri, CONFIDENTIAL)).toBe(false);
    });
  });
});

describe('registering a redirect URI: accepted', () => {
  it.each([
    { name: 'https', uri: 'https://app.example.com/cb' },
    { name: 'https without a path', uri: 'https://app.example.com' },
    { name: 'https with a path of nothing', uri: 'https://app.example.com/' },
    { name: 'https with a port', uri: 'https://app.example.com:8443/cb' },
    { name: 'https with a query', uri: 'https://app.example.com/cb?tenant=1' },
    { name: 'https with an empty query', uri: 'https://app.example.com/cb?' },
    { name: 'https with a URL in the query', uri: 'https://app.example.com/cb?next=https://b/' },
    { name: 'an at sign in the path', uri: 'https://app.example.com/@me/cb' },
    { name: 'an at sign in the query', uri: 'https://app.example.com/cb?me=a@b' },
    { name: 'percent-encoding', uri: 'https://app.example.com/c%62%2F' },
    { name: 'two slashes in the path', uri: 'https://app.example.com//cb' },
    { name: 'a name in punycode', uri: 'https://xn--bcher-kva.example/cb' },
    { name: 'a public IPv4 address', uri: 'https://8.8.8.8/cb' },
    { name: 'a public IPv6 address', uri: 'https://[2a00:1450:4001:81b::200e]/cb' },
    { name: 'a name that begins like loopback', uri: 'https://localhost.evil.example/cb' },
    {
      name: 'parameters that only resemble ours',
      uri: 'https://app.example.com/cb?codes=1&CODE=2',
    },
    { name: 'a path beside our endpoints', uri: 'https://auth.example.com/cb' },
    { name: 'an endpoint of another port', uri: 'https://auth.example.com:8443/oauth/authorize' },
    { name: '2048 characters', uri: LONGEST },
  ])('$name, from any client', ({ uri }) => {
    expect(uri.length).toBeLessThanOrEqual(2048);
    expect(isAcceptableRedirectUri(uri, PUBLIC)).toBe(true);
    expect(isAcceptableRedirectUri(uri, CONFIDENTIAL)).toBe(true);
  });

  it.each([
    'http://localhost/cb',
    'http://localhost',
    'http://localhost:8080',
    'http://localhost:8080/',
    'http://localhost:8080/callback',
    'http://LOCALHOST:8080/callback',
    'http://Localhost/cb',
    'http://localhost:65535/cb',
    'http://localhost:3000/cb?tenant=1',
    'http://localhost:3000?tenant=1',
    'http://127.0.0.1/cb',
    'http://127.0.0.1:33418/',
    'http://[::1]/cb',
    'http://[::1]:51004/cb',
    'https://localhost/cb',
    'https://localhost:8443/cb',
    'https://127.0.0.1/cb',
    'https://[::1]:8443/cb',
  ])('loopback, from a public client: %s', (uri) => {
    expect(isAcceptableRedirectUri(uri, PUBLIC)).toBe(true);
  });

  it.each([
    'cursor://anysphere.cursor-mcp/oauth/callback',
    'vscode://vscode.github-authentication/did-authenticate',
    'com.example.app:/cb',
    'com.example.app:cb',
    'com.example.app:/oauth2redirect/provider',
    'com.example.app://oauth',
    'myapp://cb',
    'myapp://cb/?a=1',
    'claude://cb',
  ])('a private-use scheme, from a public client: %s', (uri) => {
    expect(isAcceptableRedirectUri(uri, PUBLIC)).toBe(true);
  });
});
