/** Redirect URIs to try: what an honest client registers, and what lies right beside it. */
import fc, { type Arbitrary } from 'fast-check';

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];
const HOSTS = ['app.example.com', 'a.example', 'xn--bcher-kva.example', '8.8.8.8', 'app.example.'];
const PRIVATE_USE = ['com.example.app:', 'com.example.app://', 'cursor://', 'vscode://'];
const PATHS = ['', '/', '/cb', '/callback', '/a/b', '/a%2Fb', '/cb/', '/CB', '/~x;y=1', '/a//b'];
const QUERIES = ['', '', '', '?', '?a=1', '?a=1&b=2', '?a=b%20c', '?a', '?x=https://b.example/'];

const port: Arbitrary<string> = fc.oneof(
  fc.constant(''),
  fc.constantFrom('1', '8080', '54321', '65535', '3000').map((number) => `:${number}`),
);
const rest: Arbitrary<string> = fc
  .tuple(fc.constantFrom(...PATHS), fc.constantFrom(...QUERIES))
  .map((parts) => parts.join(''));

const loopbackUri: Arbitrary<string> = fc
  .tuple(fc.constantFrom(...LOOPBACK, 'LOCALHOST', 'LocalHost'), port, rest)
  .map(([host, ...after]) => `http://${host}${after.join('')}`);

const httpsUri: Arbitrary<string> = fc
  .tuple(fc.constantFrom(...HOSTS, ...LOOPBACK), port, rest)
  .map((parts) => `https://${parts.join('')}`);

const privateUseUri: Arbitrary<string> = fc
  .tuple(fc.constantFrom(...PRIVATE_USE), fc.constantFrom('', 'a', 'host.example'), rest)
  .map((parts) => parts.join(''));

/** What an honest client would register; nearly all of it is accepted. */
export const honestUri: Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: loopbackUri },
  { weight: 2, arbitrary: httpsUri },
  privateUseUri,
);

/** Characters that separate, hide, or look like ones that do. */
const CHARACTERS = [
  ...['/', '\\', '?', '#', '@', ':', ';', '&', '=', '%', '.', ',', '-', '_', '*', '[', ']', '+'],
  ...[' ', '\t', '\n', '\r', '\0', '\x7f', '\u00ad', '\u200b', '\u3002', '\uff0e', '\uff0f'],
  ...['a', 'A', 'l', 'L', '0', '1', '\u0131', '\uff41', '\ud800'],
];
const character = fc.constantFrom(...CHARACTERS);

type Change = (uri: string) => string;

const at = (uri: string, place: number): number => place % (uri.length + 1);
const constant = (...changes: Change[]): Arbitrary<Change> => fc.constantFrom(...changes);
const authorityEnd = /^([a-z]+:\/\/[^/?#]*)/i;
const afterAuthority =
  (text: string): Change =>
  (uri) =>
    uri.replace(authorityEnd, (authority) => `${authority}${text}`);

const oneCharacter: Arbitrary<Change> = fc.oneof(
  fc.tuple(fc.nat(60), character).map(
    ([place, c]): Change =>
      (uri) =>
        uri.slice(0, at(uri, place)) + c + uri.slice(at(uri, place)),
  ),
  fc.tuple(fc.nat(60), character).map(
    ([place, c]): Change =>
      (uri) =>
        uri.slice(0, at(uri, place)) + c + uri.slice(at(uri, place) + 1),
  ),
  fc.nat(60).map(
    (place): Change =>
      (uri) =>
        uri.slice(0, at(uri, place)) + uri.slice(at(uri, place) + 1),
  ),
);

const otherCase: Arbitrary<Change> = fc.oneof(
  constant(
    (uri) => uri.toUpperCase(),
    (uri) => uri.toLowerCase(),
    (uri) => uri.replace(/\/\/[^/?#]*/, (authority) => authority.toUpperCase()),
  ),
  fc.nat(60).map((place): Change => (uri) => {
    const c = uri.charAt(place % Math.max(1, uri.length));
    const swapped = c === c.toLowerCase() ? c.toUpperCase() : c.toLowerCase();
    return uri.replace(c, () => swapped);
  }),
);

const otherPort: Arbitrary<Change> = fc
  .oneof(
    fc.integer({ min: 1, max: 65535 }).map(String),
    fc.constantFrom('', '80', '443', '0', '080', '054321', '65536', '99999999', '-1', '1e3', ' 80'),
    fc.constantFrom('80:80', '80@evil.example', '80\\@evil.example', '\uff18\uff10', '*'),
  )
  .map((number): Change => (uri) => {
    const withPort = /^([a-z]+:\/\/(?:\[[^\]]*\]|[^:/?#]*))(?::\d+)?/i;
    return uri.replace(withPort, (_all, before: string) => `${before}:${number}`);
  });

const otherHost: Arbitrary<Change> = fc
  .constantFrom(
    ...[...LOOPBACK, 'LOCALHOST', '127.1', '0177.0.0.1', '2130706433', '0x7f000001', '127.0.0.2'],
    ...['[0:0:0:0:0:0:0:1]', '[::ffff:127.0.0.1]', '::1', '0.0.0.0', '[::]', 'localhost.', ''],
    ...['localhost.evil.example', 'evil.example', 'evil.localhost', '127.0.0.1.evil.example'],
    ...['local%68ost', 'app.example.com', 'app.example.com.', 'APP.example.com', '*.example.com'],
  )
  .map(
    (host): Change =>
      (uri) =>
        uri.replace(/\/\/(?:\[[^\]]*\]|[^:/?#]*)/, () => `//${host}`),
  );

const percentEncoded: Arbitrary<Change> = fc
  .tuple(fc.nat(60), fc.boolean())
  .map(([place, lower]): Change => (uri) => {
    const index = place % Math.max(1, uri.length);
    const code = (uri.charCodeAt(index) & 0xff).toString(16).padStart(2, '0');
    const encoded = `%${lower ? code : code.toUpperCase()}`;
    return uri.slice(0, index) + encoded + uri.slice(index + 1);
  });

const named: Arbitrary<Change> = constant(
  (uri) => uri,
  (uri) => `${uri}/`,
  (uri) => uri.replace(/\/$/, ''),
  afterAuthority('/'),
  afterAuthority('//'),
  afterAuthority('/x/..'),
  afterAuthority('/.'),
  (uri) => `${uri}?`,
  (uri) => `${uri}${uri.includes('?') ? '&' : '?'}x=1`,
  (uri) => `${uri}#`,
  (uri) => `${uri}#code`,
  (uri) => uri.replace('//', '//user@'),
  (uri) => uri.replace('//', '//user:word@'),
  (uri) => uri.replace('//', '//@'),
  (uri) => uri.replace('//', '//evil.example@'),
  (uri) => uri.replace(authorityEnd, 'https://evil.example'),
  (uri) => uri.replace(/^[a-z]+:/i, 'http:'),
  (uri) => uri.replace(/^[a-z]+:/i, 'https:'),
  (uri) => uri.replace(/^[a-z]+:/i, (scheme) => scheme.toUpperCase()),
  (uri) => uri.replace('//', '/'),
  (uri) => uri.replace('//', '///'),
  (uri) => uri.replace('//', ''),
  (uri) => uri.replace('//', '\\\\'),
  (uri) => ` ${uri}`,
  (uri) => `${uri}\n`,
  (uri) => `${uri} ${uri}`,
  (uri) => decodeURIComponent(uri),
  (uri) => encodeURI(uri),
);

const change: Arbitrary<Change> = fc.oneof(
  oneCharacter,
  otherCase,
  { weight: 2, arbitrary: otherPort },
  otherHost,
  percentEncoded,
  { weight: 2, arbitrary: named },
);

/** A change of any kind; what it cannot be made to stays as it is. */
function changed(uri: string, by: Change): string {
  try {
    return by(uri);
  } catch {
    return uri;
  }
}

/** A URI and what becomes of it by up to three small changes. */
export function nearMissOf(uri: Arbitrary<string>): Arbitrary<string> {
  return fc
    .tuple(uri, fc.array(change, { minLength: 1, maxLength: 3 }))
    .map(([start, changes]) => changes.reduce(changed, start));
}
