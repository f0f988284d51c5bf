import { generateKeyPairSync, type JsonWebKey, type KeyObject } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { parseClientKeys } from '../../lib/protocol/client-keys.ts';
import { membersOf } from '../../lib/protocol/metadata-members.ts';
import { refusalOf } from './refusal.ts';

const jwk = (key: KeyObject): JsonWebKey => key.export({ format: 'jwk' });
const rsa = (modulusLength: number) => generateKeyPairSync('rsa', { modulusLength });
const ec = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve });

const pairs = { RSA: rsa(2048), EC: ec('P-256'), OKP: generateKeyPairSync('ed25519') };
const RSA = jwk(pairs.RSA.publicKey);
const EC = jwk(pairs.EC.publicKey);
const OKP = jwk(pairs.OKP.publicKey);

const parse = (body: object): object => parseClientKeys(membersOf(body));
const refusal = (body: object): object => refusalOf(() => parse(body));
const refusalOfKeys = (...keys: unknown[]): object => refusal({ jwks: { keys } });
const invalid = (error_description: string): object => ({
  error: 'invalid_client_metadata',
  error_description,
});

const NOT_A_SET = invalid('jwks must be a JWK Set of at most 10 keys');
const NOT_PUBLIC = invalid('jwks must hold public keys only');
const UNUSABLE = invalid('jwks holds a key that is malformed, too weak or too large');
const BAD_URI = invalid('jwks_uri must be an https URL with a public host');
const NO_URL = invalid('jwks_uri must be an http or https URL');

describe('the keys of a client (RFC 7591 §2): refused', () => {
  it.each([1, true, false, 'text', '{"keys":[]}', [], [EC], {}, { keys: EC }, { keys: 'x' }, EC])(
    'jwks that are no set: %j (REG-20)',
    (jwks) => {
      expect(refusal({ jwks })).toEqual(NOT_A_SET);
    },
  );

  it.each([11, 1000])('%i keys (REG-20)', (length) => {
    expect(refusalOfKeys(...Array.from({ length }, () => EC))).toEqual(NOT_A_SET);
  });

  it.each(Object.entries(pairs))('a private key of type %s (REG-20)', (_type, { privateKey }) => {
    expect(refusalOfKeys(jwk(privateKey))).toEqual(NOT_PUBLIC);
    expect(refusalOfKeys(OKP, EC, jwk(privateKey))).toEqual(NOT_PUBLIC);
  });

  it.each(
    ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'].flatMap((name) =>
      ['AQAB', '', null, 1, []].map((value) => ({ name, value })),
    ),
  )('a key with the private member $name, whatever it holds: $value (REG-20)', (given) => {
    for (const key of [RSA, EC, OKP]) {
      expect(refusalOfKeys({ ...key, [given.name]: given.value })).toEqual(NOT_PUBLIC);
    }
  });

  it('a secret that is called a key (REG-20)', () => {
    expect(refusalOfKeys({ kty: 'oct', k: 'c2VjcmV0' })).toEqual(NOT_PUBLIC);
  });

  it.each([512, 1024, 2047])('an RSA key of %i bits (REG-20)', (bits) => {
    expect(refusalOfKeys(jwk(rsa(bits).publicKey))).toEqual(UNUSABLE);
  });

  it.each([
    { name: 'one', e: 'AQ' },
    { name: 'zero', e: 'AA' },
    { name: 'two', e: 'Ag' },
    { name: '65 536', e: 'AQAA' },
    { name: 'nothing', e: '' },
  ])('an RSA key with an exponent of $name (REG-20)', ({ e }) => {
    expect(refusalOfKeys({ ...RSA, e })).toEqual(UNUSABLE);
  });

  it.each([
    { name: 'with half a point', key: { ...EC, y: undefined } },
    { name: 'with a coordinate too short', key: { ...EC, x: 'AQ' } },
    { name: 'on another curve than its point', key: { ...EC, crv: 'P-384' } },
    { name: 'of another type than its members', key: { ...EC, kty: 'RSA' } },
    { name: 'with half an OKP', key: { ...OKP, x: 'AQ' } },
    { name: 'without a type', key: { ...EC, kty: undefined } },
    { name: 'with a modulus of 4104 bits', key: { ...RSA, n: `_${'A'.repeat(683)}` } },
    { name: 'with a modulus of 8192 bits', key: { ...RSA, n: `_${'A'.repeat(1365)}` } },
    { name: 'with a modulus that zeros make long', key: { ...RSA, n: `AA${RSA.n ?? ''}` } },
    { name: 'without a modulus', key: { ...RSA, n: undefined } },
    { name: 'that is empty', key: {} },
  ])('a key $name', ({ key }) => {
    expect(refusalOfKeys(JSON.parse(JSON.stringify(key)))).toEqual(UNUSABLE);
  });

  it.each([null, undefined, 'key', 1, true, [], [EC], [[]]])(
    'a key that is no object: %j',
    (key) => {
      expect(refusalOfKeys(key)).toEqual(UNUSABLE);
      expect(refusalOfKeys(EC, key)).toEqual(UNUSABLE);
    },
  );

  it.each(
    ['kty', 'kid', 'use', 'alg', 'crv', 'x', 'y'].flatMap((name) =>
      [{ deep: { deeper: 'x' } }, [['x']], ['P-256'], 1, null, true].map((value) => ({
        name,
        value,
      })),
    ),
  )('a key whose $name is no text: $value', ({ name, value }) => {
    expect(refusalOfKeys({ ...EC, [name]: value })).toEqual(UNUSABLE);
  });

  it('jwks and jwks_uri both (RFC 7591 §2)', () => {
    expect(
      refusal({ jwks: { keys: [EC] }, jwks_uri: 'https://app.example.com/jwks.json' }),
    ).toEqual(invalid('jwks and jwks_uri exclude each other'));
  });

  it.each([
    'http://127.0.0.1:8080/',
    'http://[::1]:8080/',
    'http://169.254.169.254/latest/meta-data/',
    'http://metadata.google.internal/',
    'http://app.example.com/jwks.json',
    'https://127.0.0.1/',
    'https://127.1/',
    'https://2130706433/',
    'https://0x7f.0.0.1/',
    'https://0.0.0.0/',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[fe80::1]/',
    'https://[fd00:ec2::254]/',
    'https://169.254.169.254/latest/meta-data/',
    'https://10.0.0.1/',
    'https://172.16.0.1/',
    'https://192.168.1.1/',
    'https://100.64.0.1/',
    'https://localhost/',
    'https://intranet/jwks.json',
    'https://localhost./',
    'https://a.localhost/',
    'https://user@app.example.com/jwks.json',
    'https://user:pw@app.example.com/jwks.json',
    'https://:pw@app.example.com/jwks.json',
    'https://app.example.com/jwks.json#',
    'https://app.example.com/jwks.json#key',
  ])('the jwks_uri %s (REG-21)', (jwks_uri) => {
    expect(refusal({ jwks_uri })).toEqual(BAD_URI);
  });

  it.each([
    'file:///etc/passwd',
    'gopher://127.0.0.1:6379/_FLUSHALL',
    'ftp://app.example.com/jwks.json',
    'data:application/json,{}',
    'redis://localhost:6379',
    '//app.example.com/jwks.json',
    'app.example.com',
    'https:app.example.com',
    'https:\\\\app.example.com',
    ' https://app.example.com/',
    'https://app.example.com/\n',
    `https://app.example.com/${'a'.repeat(2025)}`,
  ])('the jwks_uri %s, which is no web address (REG-21)', (jwks_uri) => {
    expect(refusal({ jwks_uri })).toEqual(NO_URL);
  });

  it.each([1, true, {}, [], ['https://app.example.com/jwks.json']])(
    'a jwks_uri that is no text: %j',
    (jwks_uri) => {
      expect(refusal({ jwks_uri })).toEqual(invalid('jwks_uri must be a string'));
    },
  );

  it('without a word of what was sent', () => {
    for (const body of [
      { jwks: { keys: [{ ...EC, kid: 'stranger', x: 'stranger' }] } },
      { jwks: { keys: [{ ...RSA, n: 'stranger' }] } },
      { jwks: { keys: [{ ...EC, d: 'stranger' }] } },
      { jwks_uri: 'stranger' },
      { jwks_uri: 'https://stranger@app.example.com/' },
    ]) {
      expect(JSON.stringify(refusal(body))).not.toContain('stranger');
    }
  });
});

describe('the keys of a client (RFC 7591 §2): kept', () => {
  const made = { alg: 'ES256', use: 'sig', kid: 'key 1' };

  it.each([
    { name: 'RSA 2048', key: RSA },
    { name: 'RSA 4096', key: jwk(rsa(4096).publicKey) },
    { name: 'RSA with the exponent 3', key: { ...RSA, e: 'Aw' } },
    { name: 'P-256', key: EC },
    { name: 'P-384', key: jwk(ec('P-384').publicKey) },
    { name: 'P-521', key: jwk(ec('P-521').publicKey) },
    { name: 'Ed25519', key: OKP },
    { name: 'Ed448', key: jwk(generateKeyPairSync('ed448').publicKey) },
    { name: 'P-256 with what it is for', key: { ...EC, ...made } },
  ])('a key of $name as it was sent', ({ key }) => {
    expect(parse({ jwks: { keys: [key] } })).toEqual({ jwks: { keys: [key] } });
  });

  it('ten keys in their order', () => {
    const keys = Array.from({ length: 10 }, (_, i) => ({ ...EC, kid: String(i) }));
    expect(parse({ jwks: { keys } })).toEqual({ jwks: { keys } });
  });

  it.each([
    { name: 'of a curve that nobody knows', key: { ...EC, crv: 'P-257' } },
    { name: 'of the curve of another type', key: { ...EC, crv: 'Ed25519' } },
    { name: 'of a type in other case', key: { ...EC, kty: 'ec' } },
    { name: 'of a type that is inherited by all', key: { ...EC, kty: '__proto__' } },
    { name: 'of a curve that is inherited by all', key: { ...EC, crv: 'constructor' } },
    { name: 'of a type to come', key: { kty: 'AKP', alg: 'ML-DSA-44', pub: 'AQAB' } },
    { name: 'that is symmetric and brings no secret', key: { kty: 'oct' } },
  ])('nothing of a key $name, and the others (RFC 7517 §5)', ({ key }) => {
    expect(parse({ jwks: { keys: [key, EC] } })).toEqual({ jwks: { keys: [EC] } });
    expect(parse({ jwks: { keys: [key] } })).toEqual({});
  });

  it('ten keys of the most expensive kind without looking for their points', () => {
    const off = { kty: 'EC', crv: 'P-521', x: 'A'.repeat(88), y: 'B'.repeat(88) };
    const keys = Array.from({ length: 10 }, () => off);
    expect(parse({ jwks: { keys } })).toEqual({ jwks: { keys } });
  });

  it('none of what a key has beside itself', () => {
    const more = {
      x5c: ['MIIB'],
      x5u: 'https://app.example.com/x5u',
      x5t: 'AQAB',
      key_ops: ['verify'],
      ext: true,
      blob: 'A'.repeat(9000),
      deep: { deeper: {} },
      constructor: 'x',
    };
    expect(parse({ jwks: { keys: [{ ...EC, ...made, ...more }], blob: 'A' } })).toEqual({
      jwks: { keys: [{ ...EC, ...made }] },
    });
  });

  it('no member of a prototype', () => {
    const text = JSON.stringify({ keys: [EC] }).replace('{"', '{"__proto__":{"d":"AQAB"},"');
    const jwks: unknown = JSON.parse(text.replace('[{"', '[{"__proto__":{"d":"AQAB"},"'));
    const { keys } = (parse({ jwks }) as { jwks: { keys: object[] } }).jwks;
    expect(keys).toEqual([EC]);
    expect(Object.getPrototypeOf(keys[0])).toBe(Object.prototype);
  });

  it.each([undefined, null, '', { keys: [] }])('nothing of jwks that are empty: %j', (jwks) => {
    expect(parse({ jwks })).toEqual({});
  });

  it.each([undefined, null, ''])('nothing of a jwks_uri that is empty: %j', (jwks_uri) => {
    expect(parse({ jwks_uri, jwks: { keys: [EC] } })).toEqual({ jwks: { keys: [EC] } });
  });

  it.each([
    'https://app.example.com/jwks.json',
    'https://app.example.com:8443/jwks?tenant=1',
    'HTTPS://APP.example.com/jwks',
    'https://93.184.216.34/jwks',
    'https://[2606:4700::6810:84e5]/jwks',
  ])('the jwks_uri %s as it was sent, beside an empty set', (jwks_uri) => {
    expect(parse({ jwks_uri, jwks: { keys: [] } })).toEqual({ jwks_uri });
  });
});
