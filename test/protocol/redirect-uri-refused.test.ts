import { describe, expect, it } from '@jest/globals';
import { isAcceptableRedirectUri } from '../../lib/protocol/redirect-uri.ts';
import { isRefusedScheme } from '../../lib/protocol/refused-schemes.ts';

const OWN = ['https://auth.example.com/oauth/authorize', 'https://auth.example.com/oauth/token'];

function isAccepted(uri: string, ownEndpoints: readonly string[] = OWN): boolean {
  return isAcceptableRedirectUri(uri, { ownEndpoints, confidential: false });
}

describe('registering a redirect URI: schemes that the browser or the system acts on', () => {
  it.each(
    [
      'brave opera vivaldi wyciwyg mocha',
      'chrome-untrusted chrome-search chrome-error chromes googlechrome googlechromes',
      'googlechrome-x-callback firefox firefox-focus microsoft-edge microsoft-edge-holographic',
      'safari-extension safari-web-extension safari-reader x-safari-https moz-icon moz-page-thumb',
      'imap ldaps news nfs nntp pop rdp rtsp tftp vnc',
      'callto im jnlp mhtml mms sips skype smsto telprompt webcal webcals whatsapp',
      'facetime-audio facetime-group facetime-prompt itms itms-services itms-appss',
      'content magnet afp app-settings prefs shortcuts workflow x-man-page x-apple-reminderkit',
      'applescript ext+foo ext+container',
      'ms-excel ms-cxh ms-gamingoverlay search-ms-x com.android.chrome android.app',
      'web+app web+mcp',
    ].flatMap((line) => line.split(' ')),
  )('%s', (scheme) => {
    expect(isAccepted(`${scheme}://x/cb`)).toBe(false);
    expect(isAccepted(`${scheme}:x`)).toBe(false);
    expect(isAccepted(`${scheme.toUpperCase()}://x/cb`)).toBe(false);
    expect(isRefusedScheme(scheme)).toBe(true);
  });

  it.each([
    ...['cursor', 'vscode', 'vscode-insiders', 'claude', 'zed', 'slack', 'raycast'],
    ...['com.example.android', 'example.chrome', 'ms.example', 'web', 'my-shortcuts', 'popper'],
    ...['newsreader', 'telegram', 'contented', 'image', 'workflows'],
    ...['applescripts', 'extension', 'ext.foo'],
  ])('but not %s, which an app has for itself', (scheme) => {
    expect(isAccepted(`${scheme}://x/cb`)).toBe(true);
  });
});

describe('registering a redirect URI: characters that no URI has (RFC 3986 §2)', () => {
  const places = [
    { where: 'the path', around: (c: string) => `https://app.example.com/a${c}b` },
    { where: 'the query', around: (c: string) => `https://app.example.com/cb?a=${c}b` },
    { where: 'a loopback path', around: (c: string) => `http://localhost:8080/a${c}b` },
    { where: 'a loopback query', around: (c: string) => `http://localhost:8080/cb?a=${c}b` },
    { where: 'the path of an app', around: (c: string) => `myapp://cb/a${c}b` },
    { where: 'the query of an app', around: (c: string) => `myapp://cb?a=${c}b` },
    { where: 'an app without authority', around: (c: string) => `com.example.app:/a${c}b` },
  ];

  it.each(
    places.flatMap((place) =>
      [...Array.from('<>"^{}|`\\ *'), '\u00e9', '\u007f', '\t'].map((character) => ({
        ...place,
        character,
      })),
    ),
  )('$character in $where', ({ character, around }) => {
    expect(isAccepted(around(character))).toBe(false);
    expect(isAccepted(around(encodeURIComponent(character).replace('*', '%2A')))).toBe(true);
  });

  it.each(Array.from('-._~:/@!$&()+,;='))('but not %s', (character) => {
    expect(isAccepted(`https://app.example.com/a${character}b`)).toBe(true);
    expect(isAccepted(`https://app.example.com/cb?a=${character}b`)).toBe(true);
  });

  it("but not ' in a path; in a query a browser would write it as %27", () => {
    expect(isAccepted("https://app.example.com/a'b")).toBe(true);
    expect(isAccepted("https://app.example.com/cb?a='b")).toBe(false);
    expect(isAccepted('https://app.example.com/cb?a=%27b')).toBe(true);
  });
});

describe('registering a redirect URI: a query that says what only an answer says', () => {
  it.each(['access_token', 'id_token', 'code', 'state', 'iss', 'error', 'error_uri', 'response'])(
    '%s',
    (name) => {
      for (const base of ['https://app.example.com/cb', 'http://localhost/cb', 'myapp://cb']) {
        expect(isAccepted(`${base}?${name}=x`)).toBe(false);
        expect(isAccepted(`${base}?a=1&${name}`)).toBe(false);
        expect(isAccepted(`${base}?%${name.charCodeAt(0).toString(16)}${name.slice(1)}=x`)).toBe(
          false,
        );
        expect(isAccepted(`${base}?x_${name}=x`)).toBe(true);
      }
    },
  );

  it.each([
    'https://app.example.com?tenant=1',
    'https://app.example.com:8443?tenant=1',
    'https://app.example.com/?tenant=1',
    'https://app.example.com?tenant=1&next=https://b/',
  ])('but not %s, which has no path', (uri) => {
    expect(isAccepted(uri)).toBe(true);
  });

  it.each(['https://app.example.com?code=1', 'https://APP.example.com?tenant=1'])(
    '%s, for having no path is no way around anything',
    (uri) => {
      expect(isAccepted(uri)).toBe(false);
    },
  );
});

describe('registering a redirect URI: places of this server', () => {
  it.each([
    'https://auth.example.com/.well-known/oauth-authorization-server',
    'https://auth.example.com/.well-known/oauth-protected-resource/mcp',
    'https://auth.example.com/.well-known/anything?x=1',
    'https://auth.example.com/.well-known/',
    'https://auth.example.com/oauth/token?x=1',
    'https://auth.example.com./oauth/token',
    'https://auth.example.com./oauth/authorize?x=1',
    'https://auth.example.com./.well-known/oauth-authorization-server',
    'https://auth.example.com./.well-known/',
  ])('%s', (uri) => {
    expect(isAccepted(uri)).toBe(false);
  });

  it('with a period at the end of its own name or not', () => {
    const own = ['https://auth.example.com./oauth/token'];
    expect(isAccepted('https://auth.example.com/oauth/token', own)).toBe(false);
    expect(isAccepted('https://auth.example.com./oauth/token', own)).toBe(false);
  });

  it.each([
    'https://app.example.com/.well-known/anything',
    'https://app.example.com./.well-known/anything',
    'https://auth.example.com./callback',
    'https://auth.example.com.example/oauth/token',
    'https://auth.example.com.:8443/oauth/token',
    'https://auth.example.com:8443/.well-known/anything',
    'https://auth.example.com/.well-knownish',
    'https://auth.example.com/cb/.well-known/',
    'https://auth.example.com/oauth/token/cb',
  ])('but not %s', (uri) => {
    expect(isAccepted(uri)).toBe(true);
  });

  const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

  it.each(LOOPBACK.flatMap((host) => LOOPBACK.map((name) => ({ host, name }))))(
    'at $name, whatever the port, when the server is at $host (URI-06)',
    ({ host, name }) => {
      const own = [`http://${host}:3000/oauth/authorize`, `http://${host}:3000/oauth/consent`];
      for (const port of ['', ':3000', ':8080', ':65535']) {
        for (const path of ['/oauth/authorize', '/oauth/consent?a=1', '/.well-known/anything']) {
          expect(isAccepted(`http://${name}${port}${path}`, own)).toBe(false);
          expect(isAccepted(`https://${name}${port}${path}`, own)).toBe(false);
        }
        expect(isAccepted(`http://${name}${port}/callback`, own)).toBe(true);
      }
    },
  );

  it('over TLS at any address of the machine, when the server is on loopback', () => {
    const uri = 'https://127.0.0.2:3000/oauth/authorize';
    expect(isAccepted(uri, ['http://localhost:3000/oauth/authorize'])).toBe(false);
    expect(isAccepted(uri)).toBe(true);
  });

  it('but not the same path on the machine of the person, when the server is elsewhere', () => {
    expect(isAccepted('http://localhost:8080/oauth/authorize')).toBe(true);
  });
});
