import { createHash, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { calculateJwkThumbprint } from 'jose';
import {
  createSigningKeys,
  generateSigningKey,
  parseSigningKeys,
  type SigningKeysInput,
} from '../../lib/tokens/signing-keys.ts';

const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const ed = generateKeyPairSync('ed25519').privateKey;
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;

const pem = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString();
const jwk = (key: KeyObject): Record<string, unknown> => ({ ...key.export({ format: 'jwk' }) });

const NOTHING = 'holds no private key in PEM or JWK Set form';
const ENDLESS = 'holds a key in PEM form that has no end';
const REPEATED = 'holds the same key twice';
const UNREADABLE = 'holds a key that cannot be read as a private key';
const UNSUPPORTED = 'holds a key that is neither EC P-256, Ed25519 nor RSA of at least 2048 bits';

describe('reading signing keys: refused', () => {
  const weakRsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
  const otherCurve = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey;
  const exchange = generateKeyPairSync('x25519').privateKey;
  const pss = generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).privateKey;

  it.each<{ name: string; input: SigningKeysInput; want: string }>([
    { name: 'nothing', input: '', want: NOTHING },
    { name: 'a word', input: 'stranger', want: NOTHING },
    { name: 'a PEM that is cut off', input: pem(ec).slice(0, 100), want: ENDLESS },
    {
      name: 'a good key and then one that is cut off',
      input: `${pem(ec)}${pem(ed).slice(0, 60)}`,
      want: ENDLESS,
    },
    { name: 'the same key twice', input: `${pem(ec)}${pem(ed)}${pem(ec)}`, want: REPEATED },
    {
      name: 'an object without keys',
      input: {} as { keys: [] },
      want: NOTHING,
    },
    {
      name: 'a PEM of nothing',
      input: '-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----',
      want: UNREADABLE,
    },
    {
      name: 'a PEM of something else',
      input: `-----BEGIN PRIVATE KEY-----\n${Buffer.from('stranger').toString('base64')}\n-----END PRIVATE KEY-----`,
      want: UNREADABLE,
    },
    {
      name: 'a public key',
      input: createPublicKey(ec).export({ type: 'spki', format: 'pem' }).toString(),
      want: UNREADABLE,
    },
    {
      name: 'an encrypted key',
      input: ec
        .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' })
        .toString(),
      want: UNREADABLE,
    },
    {
      name: 'a good key and then a bad one',
      input: `${pem(ec)}${pem(ed).replace(/\n(?=-)/, 'A\n')}`,
      want: UNREADABLE,
    },
    { name: 'RSA of 1024 bits', input: pem(weakRsa), want: UNSUPPORTED },
    { name: 'RSA-PSS', input: pem(pss), want: UNSUPPORTED },
    { name: 'another curve', input: pem(otherCurve), want: UNSUPPORTED },
    { name: 'a key for key exchange', input: pem(exchange), want: UNSUPPORTED },
    {
      name: 'a good key and then a weak one',
      input: `${pem(ec)}${pem(weakRsa)}`,
      want: UNSUPPORTED,
    },
    { name: 'JSON that is cut off', input: '{"keys":[{"kty":"stranger"', want: NOTHING },
    { name: 'JSON without keys', input: '{"stranger":[]}', want: NOTHING },
    { name: 'keys that are no list', input: '{"keys":"stranger"}', want: NOTHING },
    { name: 'an empty JWK Set', input: '{"keys":[]}', want: NOTHING },
    { name: 'an empty JWK Set as an object', input: { keys: [] }, want: NOTHING },
    { name: 'a JWK of nothing', input: { keys: [{}] }, want: UNREADABLE },
    { name: 'null for a JWK', input: '{"keys":[null]}', want: UNREADABLE },
    { name: 'a text for a JWK', input: '{"keys":["stranger"]}', want: UNREADABLE },
    { name: 'a public JWK', input: { keys: [jwk(createPublicKey(ec))] }, want: UNREADABLE },
    {
      name: 'a symmetric JWK',
      input: { keys: [{ kty: 'oct', k: 'c3RyYW5nZXI' }] },
      want: UNREADABLE,
    },
    { name: 'a JWK of another curve', input: { keys: [jwk(otherCurve)] }, want: UNSUPPORTED },
    {
      name: 'a JWK of weak RSA beside a good one, as text',
      input: JSON.stringify({ keys: [jwk(ec), jwk(weakRsa)] }),
      want: UNSUPPORTED,
    },
  ])('$name', ({ input, want }) => {
    expect(() => parseSigningKeys(input)).toThrow(new TypeError(want));
  });

  it('without a word of what was read, in the message or in a cause', () => {
    for (const input of ['{"keys":[{"kty":"stranger"}]}', '{"keys": stranger}', 'stranger']) {
      let thrown: unknown;
      try {
        parseSigningKeys(input);
      } catch (error) {
        thrown = error;
      }
      expect(thrown).toBeInstanceOf(TypeError);
      expect((thrown as Error).stack).not.toContain('stranger');
      expect((thrown as Error).cause).toBeUndefined();
    }
  });
});

describe('reading signing keys: accepted', () => {
  it.each<{ name: string; input: SigningKeysInput; want: string[] }>([
    { name: 'EC P-256 in PEM', input: pem(ec), want: ['ES256'] },
    { name: 'Ed25519 in PEM', input: pem(ed), want: ['EdDSA'] },
    { name: 'RSA of 2048 bits in PEM', input: pem(rsa), want: ['RS256'] },
    {
      name: 'the older PEM forms',
      input: `${ec.export({ type: 'sec1', format: 'pem' }).toString()}${rsa.export({ type: 'pkcs1', format: 'pem' }).toString()}`,
      want: ['ES256', 'RS256'],
    },
    {
      name: 'several PEM, in their order',
      input: `${pem(ed)}${pem(rsa)}${pem(ec)}`,
      want: ['EdDSA', 'RS256', 'ES256'],
    },
    {
      name: 'several PEM with text between',
      input: `# new\n${pem(ec)}\n\n# old\n${pem(ed)}`,
      want: ['ES256', 'EdDSA'],
    },
    {
      name: 'a JWK Set as text',
      input: ` ${JSON.stringify({ keys: [jwk(rsa), jwk(ec)] })}\n`,
      want: ['RS256', 'ES256'],
    },
    {
      name: 'a JWK Set as an object',
      input: { keys: [jwk(ec), jwk(ed)] },
      want: ['ES256', 'EdDSA'],
    },
  ])('$name', ({ input, want }) => {
    expect(parseSigningKeys(input).map(({ alg }) => alg)).toEqual(want);
  });

  it('each with the public key that belongs to it', () => {
    const [key] = parseSigningKeys(pem(ec));
    expect(key?.privateKey.equals(ec)).toBe(true);
    expect(key?.publicKey.equals(createPublicKey(ec))).toBe(true);
  });
});

describe('signing keys', () => {
  it('are not made of nothing', () => {
    expect(() => createSigningKeys([])).toThrow(TypeError);
  });

  it.each([
    { key: ec, members: ['crv', 'kty', 'x', 'y'] },
    { key: ed, members: ['crv', 'kty', 'x'] },
    { key: rsa, members: ['e', 'kty', 'n'] },
  ])('are named by their thumbprint: $members (RFC 7638 §3)', async ({ key, members }) => {
    const [parsed] = parseSigningKeys(pem(key));
    const own = jwk(key);
    const canonical = `{${members.map((name) => `"${name}":"${String(own[name])}"`).join(',')}}`;
    const digest = createHash('sha256').update(canonical).digest('base64url');
    expect(parsed?.kid).toBe(digest);
    expect(parsed?.kid).toBe(await calculateJwkThumbprint(own));
  });

  it('publish all of them, and nothing private', async () => {
    const { keys } = await createSigningKeys(
      parseSigningKeys(`${pem(ec)}${pem(ed)}${pem(rsa)}`),
    ).jwks();
    const common = { kid: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/), use: 'sig' };
    const { x, y } = jwk(ec);
    expect(keys).toEqual([
      { ...common, kty: 'EC', crv: 'P-256', x, y, alg: 'ES256' },
      { ...common, kty: 'OKP', crv: 'Ed25519', x: jwk(ed)['x'], alg: 'EdDSA' },
      { ...common, kty: 'RSA', n: jwk(rsa)['n'], e: 'AQAB', alg: 'RS256' },
    ]);
    expect(new Set(keys.map(({ kid }) => kid)).size).toBe(3);
  });

  it('sign with the first', async () => {
    const keys = createSigningKeys(parseSigningKeys(`${pem(ed)}${pem(ec)}`));
    const { keys: published } = await keys.jwks();
    const { alg, kid } = await keys.current();
    expect(alg).toBe('EdDSA');
    expect(kid).toBe(published[0]?.kid);
  });

  it('can be made, for ES256, another one each time', () => {
    const [first, second] = [generateSigningKey(), generateSigningKey()];
    expect(first.alg).toBe('ES256');
    expect(first.publicKey.equals(second.publicKey)).toBe(false);
  });
});
