/** Who a client says it is: an `Authorization` header in the first line, a form in those after it. */
import assert from 'node:assert/strict';
import {
  parseClientCredentials,
  type ClientCredentials,
} from '../../../lib/protocol/client-authentication.ts';
import { Parameters } from '../../../lib/protocol/parameters.ts';
import type { Target } from '../engine/target.ts';
import { firstLine, orRefusal } from './refusal.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const encoded = (value: string): string => new URLSearchParams([['', value]]).toString().slice(1);
const payload = Buffer.from('{"sub":"c"}').toString('base64url');
const TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** What the header holds, told a second time: its bytes as text. */
function pairIn(header: string): string | undefined {
  const [scheme = '', value = '', ...more] = header.trim().split(/ +/);
  if (scheme.toLowerCase() !== 'basic' || more.length > 0) return undefined;
  const bytes = Buffer.from(value, 'base64');
  const text = bytes.toString('utf8');
  return Buffer.from(text).equals(bytes) ? text : undefined;
}

function requireInHeader(header: string, { client_id, secrets }: ClientCredentials): void {
  const pair = pairIn(header) ?? assert.fail('a header that holds no text');
  const colon = pair.indexOf(':');
  assert.ok(colon > 0, 'a client without an id');
  const [id, secret] = [pair.slice(0, colon), pair.slice(colon + 1)];
  const readings = (text: string): string[] => [
    text,
    ...(orUndefined(() => decodeURIComponent(text.replaceAll('+', ' '))) ?? []),
  ];
  assert.ok(readings(id).includes(client_id), 'another id');
  for (const one of secrets)
    assert.ok(one !== '' && readings(secret).includes(one), 'another secret');
}

function orUndefined(decode: () => string): [string] | undefined {
  try {
    return [decode()];
  } catch {
    return undefined;
  }
}

export const clientCredentials: Target = {
  name: 'client-credentials',
  seeds: [
    `Basic ${base64('id:secret')}`,
    `basic   ${base64('a%3Ab:s%2B+%20e')} `,
    `Basic ${base64('id:')}\nclient_id=id`,
    `Basic ${base64('id:%zz')}\nclient_id=other`,
    `Basic ${Buffer.from([0x61, 0x3a, 0xff]).toString('base64')}`,
    'Bearer abc\nclient_id=c&client_secret=s',
    '\nclient_id=c&client_secret=s',
    `\nclient_assertion_type=${TYPE}&client_assertion=a.${payload}.c`,
    `Basic ${base64(':x')}\nclient_assertion=a.${payload}.c`,
  ],
  run(input) {
    const [line, form] = firstLine(input);
    const header = line === '' ? undefined : line;
    const parameters = orRefusal(() => Parameters.fromEncoded(form));
    if (!parameters) return;
    const credentials = orRefusal(() => parseClientCredentials(header, parameters));
    if (!credentials) return;
    const { client_id, secrets, assertion } = credentials;
    assert.notEqual(client_id, '');
    assert.equal(new Set(secrets).size, secrets.length);
    const named = parameters.get('client_id');
    if (named !== undefined) assert.equal(client_id, named);
    // One way of authenticating, and no more.
    const ways = [header, parameters.get('client_secret'), assertion].filter((way) => way);
    assert.ok(ways.length <= 1, 'two ways at once');
    if (header === undefined) return;
    requireInHeader(header, credentials);
    // Written as RFC 6749 has it, they come back.
    for (const secret of secrets) {
      const again = `Basic ${base64(`${encoded(client_id)}:${encoded(secret)}`)}`;
      const read = parseClientCredentials(again, Parameters.fromEncoded(''));
      assert.equal(read.client_id, client_id);
      assert.ok(read.secrets.includes(secret));
    }
  },
};
