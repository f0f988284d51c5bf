/**
 * What goes wrong with requests on their way, by mistake or on purpose.
 *
 * @module
 */
import type { Random } from '../../faults/support/random.ts';
import { MARK, type Parts } from './parts.ts';

type Spoil = (parts: Parts, random: Random) => Parts;

const withHeaders = (parts: Parts, ...more: (readonly [string, string])[]): Parts => ({
  ...parts,
  headers: [...parts.headers, ...more],
});
const without = (parts: Parts, name: string): Parts => ({
  ...parts,
  headers: parts.headers.filter(([one]) => one.toLowerCase() !== name),
});
const lengthOf = (body: string): string => String(Buffer.byteLength(body));
const withBody = (parts: Parts, body: string): Parts => ({
  ...without(parts, 'content-length'),
  headers: [...without(parts, 'content-length').headers, ['Content-Length', lengthOf(body)]],
  body,
});

const VALUES = [
  '__proto__',
  'constructor',
  '1e400',
  '-0',
  '9'.repeat(400),
  '\u0000',
  '\ud83d\ude00',
];
const DEEP = 10_000;

export const SPOILS: readonly Spoil[] = [
  function inChunks(parts, random) {
    const size = random.pick([
      Buffer.byteLength(parts.body).toString(16),
      ...['-1', 'ffffffffffffffff', '0x5', 'zz', '', '5;ext=1', ' 5', `${'0'.repeat(100)}5`],
    ]);
    const end = random.pick([
      '0\r\n\r\n',
      '0\r\nX-Trailer: 1\r\n\r\n',
      '0\r\n',
      '',
      '1\r\n\r\n0\r\n\r\n',
    ]);
    const body = `${size}\r\n${parts.body}\r\n${end}`;
    const more = [['Transfer-Encoding', random.pick(['chunked', 'Chunked', 'gzip, chunked', 'x'])]];
    return {
      ...withHeaders(without(parts, 'content-length'), ...(more as [string, string][])),
      body,
    };
  },
  function chunkedAndLong(parts) {
    return {
      ...withHeaders(parts, ['Transfer-Encoding', 'chunked']),
      body: `0\r\n\r\n${parts.body}`,
    };
  },
  (parts, random) =>
    withHeaders(parts, [
      'Content-Length',
      random.pick(['0', '1', '99999', '-1', '1e3', '+5', MARK]),
    ]),
  (parts, random) =>
    withHeaders(without(parts, 'content-length'), [
      'Content-Length',
      random.pick(['0', '1', '70000', '9'.repeat(30), '0x10', ' ', '5, 5']),
    ]),
  (parts) => withHeaders(parts, ['Host', `${MARK}.example`]),
  (parts) => without(parts, 'host'),
  (parts, random) =>
    withHeaders(
      parts,
      random.pick([
        ['Authorization', `Bearer ${MARK}`],
        ['Authorization', 'Basic Og=='],
        ['Cookie', `person=bob; ${MARK}=1`],
        ['Content-Type', 'text/plain'],
        ['Content-Encoding', 'gzip'],
        ['Expect', '100-continue'],
        ['Expect', MARK],
        ['Connection', 'Upgrade'],
        ['Upgrade', 'websocket'],
        ['X-Forwarded-For', '1.2.3.4, ::8.8.8.8'],
        ['Accept-Language', `${'a-'.repeat(400)}a`],
        ['X-HTTP-Method-Override', 'DELETE'],
      ]),
    ),
  function manyHeaders(parts, random) {
    const count = random.pick([10, 100, 2_100]);
    const names = Array.from({ length: count }, (_, n): [string, string] => [`X-${n}`, MARK]);
    return withHeaders(parts, ...names);
  },
  (parts, random) =>
    withHeaders(parts, ['X-Long', 'a'.repeat(random.pick([1_000, 15_000, 70_000]))]),
  (parts, random) =>
    withHeaders(parts, [random.pick(['X A', 'X\u0000', '', 'X\t', ':', '__proto__']), MARK]),
  (parts, random) =>
    withHeaders(parts, [
      'X',
      random.pick(['a\r\n b', 'a\nX-B: c', 'a\rb', 'a\u0000b', '\u00e9\u4e2d']),
    ]),
  (parts, random) => ({
    ...parts,
    target: random.pick([
      `http://${MARK}.example${parts.target}`,
      `//${MARK}.example${parts.target}`,
      '*',
      `${MARK}:443`,
      parts.target.replace('/oauth', '/oauth/..//oauth'),
      `${parts.target}%ff%00%zz`,
      `${parts.target}/${MARK}/%2e%2e`,
      parts.target.toUpperCase(),
      `${parts.target}#${MARK}`,
      `${parts.target}?${'a=1&'.repeat(1_100)}`,
      `${parts.target}&scope[]=a&scope[__proto__]=b&state=1&state=2`,
      '',
    ]),
  }),
  (parts, random) => ({
    ...parts,
    method: random.pick(['GET', 'PUT', 'TRACE', 'CONNECT', 'PRI', 'get', MARK, 'PATCH', 'HEAD']),
  }),
  (parts, random) => ({
    ...parts,
    version: random.pick(['HTTP/1.0', 'HTTP/0.9', 'HTTP/2.0', 'HTTP/1.1 ', 'HTTP', '']),
  }),
  function deepBody(parts, random) {
    const [open, close] = random.pick([
      ['[', ']'],
      ['{"a":', '}'],
    ] as const);
    const deep = `${open.repeat(DEEP)}1${close.repeat(DEEP)}`.slice(0, 65_000);
    return withBody(parts, random.pick([deep, `{"redirect_uris":${deep},"scope":${deep}}`]));
  },
  function oddMembers(parts, random) {
    const value = JSON.stringify(random.pick(VALUES));
    const name = random.pick([
      'redirect_uris',
      '__proto__',
      'scope',
      'jwks',
      'client_name',
      'then',
    ]);
    return withBody(
      parts,
      `{"redirect_uris":["https://a.example/cb"],"${name}":${random.pick([value, '1e999', '[[]]', '{"__proto__":{"a":1}}', 'null'])}}`,
    );
  },
  (parts, random) =>
    withBody(
      parts,
      `${parts.body}&${random.pick(VALUES)}=${random.pick(VALUES)}&client_id=${MARK}`,
    ),
  (parts, random) => withBody(parts, 'x'.repeat(random.pick([1, 65_536, 65_537, 200_000]))),
  (parts) => withBody(parts, ''),
];

/** Bytes that belong nowhere, in bytes that are nearly right. */
const BYTES = [
  '\u0000',
  '\n',
  '\r',
  '\xff',
  '\xc0\xaf',
  '\xed\xa0\x80',
  '\x80',
  ' ',
  ':',
  '\t',
  '\x7f',
];

export function spoiledBytes(text: string, random: Random): string {
  const at = random.between(0, text.length);
  switch (random.between(0, 4)) {
    case 0:
      return text.slice(0, at) + random.pick(BYTES) + text.slice(at);
    case 1:
      return text.slice(0, at) + random.pick(BYTES) + text.slice(at + 1);
    case 2:
      return text.slice(0, at) + text.slice(at + random.between(1, 10));
    case 3:
      return text.replaceAll('\r\n', '\n');
    default:
      return text.slice(0, at);
  }
}
