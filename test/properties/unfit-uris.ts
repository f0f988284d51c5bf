/** Redirect URIs that not every client may register, and what lies right beside them. */
import fc, { type Arbitrary } from 'fast-check';
import { segment } from './characters.ts';
import { honestUri } from './redirect-uris.ts';
import { TAKEN_BEGINNINGS, TAKEN_SCHEMES } from './scheme-oracle.ts';

const PATHS = ['oauth/register', 'oauth/authorize', 'oauth/consent', 'oauth/token', 'oauth/jwks'];

const endpointsOf = (issuer: string): string[] => PATHS.map((path) => `${issuer}/${path}`);

/** The endpoints of a server on the internet, and of one on the developer's own machine. */
export const SERVERS = ['https://auth.example.com', 'http://localhost:3000'].map(endpointsOf);

const wordsOf = (...lines: readonly string[]): string[] => lines.flatMap((line) => line.split(' '));

const NETWORK_HOSTS = wordsOf(
  '10.0.0.1 172.16.0.1 172.31.255.255 192.168.0.1 169.254.169.254 100.64.0.1 0.0.0.0',
  '255.255.255.255 224.0.0.1 192.0.2.1 198.51.100.7 203.0.113.9 198.18.0.1 240.0.0.1 [::]',
  '[fd00::1] [fe80::1] [ff02::1] [64:ff9b::a00:1] [2001:db8::1] [2002:a00:1::] [2001::1]',
  '[::ffff:a00:1] [::ffff:7f00:1] intranet router. localhost. app.localhost a..example .example',
  'example..',
  // And beside them some that are public.
  '172.15.0.1 172.32.0.1 11.0.0.1 100.128.0.1 192.169.0.1 169.253.0.1 1.1.1.1 [2606:4700::1111]',
  '[2a00:1450:4001::1] [::ffff:808:808] localhost.example a.b.',
);

const LOOPBACK_HOSTS = wordsOf(
  'localhost 127.0.0.1 [::1] 127.0.0.2 127.1.2.3 127.255.255.255 127.0.0.256 LOCALHOST',
  'localhost. 128.0.0.1 [::2] [::7f00:1]',
);

const port = fc.constantFrom('', ':1', ':3000', ':8080', ':443', ':80', ':65535');
const rest = fc.constantFrom('', '/', '/cb', '/cb?a=1', '?a=1', '?');
const web = fc.constantFrom('https', 'http');

const at = (hosts: readonly string[]): Arbitrary<string> =>
  fc
    .tuple(web, fc.constantFrom(...hosts), port, rest)
    .map(([scheme, host, ...more]) => `${scheme}://${host}${more.join('')}`);

/** A scheme of the browser or the system. */
export const takenScheme: Arbitrary<string> = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...TAKEN_SCHEMES) },
  fc
    .tuple(fc.constantFrom(...TAKEN_BEGINNINGS), fc.constantFrom('', 'x', 's', 'x.y'))
    .map((parts) => parts.join('')),
);

/** Of such a scheme, of nearly one or of an app's; with an authority or bare. */
const ofScheme = fc
  .tuple(
    fc.oneof(
      { weight: 3, arbitrary: takenScheme },
      fc.constantFrom('myapp', 'cursor', 'com.example.app', 'a.b', 'x', 'org.example', 'a+b'),
    ),
    fc.constantFrom('', '', '', 'x', '.x', '-x', 's', '.'),
    fc.constantFrom('://x/cb', '://', '://x', ':x', ':/x', ':', ':x?a=1', '://x?code=1', ':x//y@z'),
  )
  .map((parts) => parts.join(''));

/** Our endpoints and documents, under the names and ports by which the same server may be reached. */
const ours = fc
  .tuple(
    web,
    fc.oneof(
      fc.constantFrom('auth.example.com', 'auth.example.com.', 'a.example'),
      fc.constantFrom(...LOOPBACK_HOSTS),
    ),
    fc.oneof(fc.constant(''), port),
    fc.oneof(
      { weight: 2, arbitrary: fc.constantFrom(...PATHS) },
      fc.constantFrom('.well-known/x', '.well-known', '.well-known/', '.well-knownx/a', 'oauth'),
      segment.map((text) => `.well-known/${text}`),
    ),
    fc.constantFrom('', '', '?', '?a=1', '/', 'x'),
  )
  .map(([scheme, host, number, path, query]) => `${scheme}://${host}${number}/${path}${query}`);

const long = fc
  .tuple(honestUri, fc.integer({ min: 1990, max: 2060 }))
  .map(([uri, length]) => `${uri}${uri.includes('?') ? '' : '/'}`.padEnd(length, 'a'));

export const unfitUri: Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: ofScheme },
  { weight: 3, arbitrary: ours },
  { weight: 4, arbitrary: at(NETWORK_HOSTS) },
  { weight: 2, arbitrary: at(LOOPBACK_HOSTS) },
  long,
);
