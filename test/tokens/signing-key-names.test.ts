import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { decodeProtectedHeader, SignJWT } from 'jose';
import { createAccessTokens } from '../../lib/tokens/access-token.ts';
import { createSigningKeys, parseSigningKeys } from '../../lib/tokens/signing-keys.ts';

const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const ed = generateKeyPairSync('ed25519').privateKey;

const jwk = (key: KeyObject): Record<string, unknown> => ({ ...key.export({ format: 'jwk' }) });
const pem = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString();
const thumbprintOf = (key: KeyObject): string => parseSigningKeys(pem(key))[0]?.kid ?? '';

const BAD_NAME = 'holds a key with a kid that is not 1 to 128 printable ASCII characters';
const SAME_NAME = 'holds two keys with the same kid';

describe('the kid that a JWK brings along (RFC 7517 §4.5): refused', () => {
  it.each<{ name: string; kid: unknown }>([
    { name: 'an empty one', kid: '' },
    { name: 'one of 129 characters', kid: 'a'.repeat(129) },
    { name: 'one with a line break', kid: 'stranger\n' },
    { name: 'one with a tab', kid: 'stranger\tkey' },
    { name: 'one with DEL', kid: 'stranger\x7F' },
    { name: 'one with a letter beyond ASCII', kid: 'schl\u00FCssel' },
    { name: 'a number', kid: 1 },
    { name: 'null', kid: null },
    { name: 'a list', kid: ['stranger'] },
    { name: 'an object', kid: {} },
  ])('$name', ({ kid }) => {
    const keys = [jwk(ed), { ...jwk(ec), kid }];
    expect(() => parseSigningKeys(JSON.stringify({ keys }))).toThrow(new TypeError(BAD_NAME));
    expect(() => parseSigningKeys({ keys })).toThrow(new TypeError(BAD_NAME));
  });

  it('one that two keys have', () => {
    const keys = [ec, ed].map((key) => ({ ...jwk(key), kid: 'stranger' }));
    expect(() => parseSigningKeys({ keys })).toThrow(new TypeError(SAME_NAME));
  });

  it('one that is the thumbprint of another key', () => {
    const keys = [{ ...jwk(ec), kid: thumbprintOf(ed) }, jwk(ed)];
    expect(() => parseSigningKeys({ keys })).toThrow(new TypeError(SAME_NAME));
  });

  it('two for one key', () => {
    const keys = ['a', 'b'].map((kid) => ({ ...jwk(ec), kid }));
    expect(() => parseSigningKeys({ keys })).toThrow(new TypeError('holds the same key twice'));
  });
});

describe('the kid that a JWK brings along (RFC 7517 §4.5): kept', () => {
  it.each(['1', '2024-06', 'a b', '"', 'x'.repeat(128), '~ !', '__proto__', 'constructor'])(
    '%j',
    async (kid) => {
      const text = JSON.stringify({ keys: [{ ...jwk(ec), kid }] });
      const keys = createSigningKeys(parseSigningKeys(text));
      expect((await keys.current()).kid).toBe(kid);
      expect((await keys.jwks()).keys.map((key) => key.kid)).toEqual([kid]);
      expect(await keys.find(kid)).toBe(await keys.current());
    },
  );

  it('for the keys that have one; the others have their thumbprint', () => {
    const keys = parseSigningKeys({ keys: [{ ...jwk(ec), kid: 'from before' }, jwk(ed)] });
    expect(keys.map(({ kid }) => kid)).toEqual(['from before', thumbprintOf(ed)]);
  });

  it.each(['__proto__', 'constructor', 'toString', ''])(
    'and %j finds nothing where no key has that name',
    async (kid) => {
      const keys = createSigningKeys(parseSigningKeys(pem(ec)));
      expect(await keys.find(kid)).toBeUndefined();
    },
  );
});

describe('the key that a token names', () => {
  const NOW = Date.UTC(2026, 10, 23, 12) / 1000;
  const issuer = 'https://auth.example.com';
  const RESOURCE = `${issuer}/mcp`;
  const parsed = parseSigningKeys({
    keys: [
      { ...jwk(ec), kid: 'the ec one' },
      { ...jwk(ed), kid: 'the ed one' },
    ],
  });
  const tokens = createAccessTokens({
    issuer,
    keys: createSigningKeys(parsed),
    now: () => NOW * 1000,
  });

  function signed(key: KeyObject, header: { alg: string; kid?: string }): Promise<string> {
    const claims = {
      iss: issuer,
      sub: 'alice',
      client_id: 'client-1',
      aud: RESOURCE,
      scope: 'openid',
      jti: 'AbCdEfGhIjKlMnOpQrSt_-.n0nce',
      iat: NOW,
      exp: NOW + 3600,
    };
    return new SignJWT(claims).setProtectedHeader({ typ: 'at+jwt', ...header }).sign(key);
  }

  it.each([
    { name: 'no key at all', key: ec, header: { alg: 'ES256' } },
    { name: 'the other one of our keys', key: ec, header: { alg: 'ES256', kid: 'the ed one' } },
    { name: 'the other one, the other way', key: ed, header: { alg: 'EdDSA', kid: 'the ec one' } },
    { name: 'its thumbprint', key: ec, header: { alg: 'ES256', kid: thumbprintOf(ec) } },
    { name: 'a key in other letters', key: ec, header: { alg: 'ES256', kid: 'The EC One' } },
    {
      name: 'an algorithm under another name',
      key: ed,
      header: { alg: 'Ed25519', kid: 'the ed one' },
    },
  ])('is the only one that is tried: refused with $name', async ({ key, header }) => {
    expect(await tokens.verify(await signed(key, header), [RESOURCE])).toBeUndefined();
  });

  it.each([
    { key: ec, header: { alg: 'ES256', kid: 'the ec one' } },
    { key: ed, header: { alg: 'EdDSA', kid: 'the ed one' } },
  ])('is ours, and the algorithm is its own: $header', async ({ key, header }) => {
    expect(await tokens.verify(await signed(key, header), [RESOURCE])).toMatchObject({
      subject: 'alice',
    });
  });

  it('is the first of ours in what we sign, under the name that it came with', async () => {
    const token = await tokens.mint({
      subject: 'alice',
      clientId: 'client-1',
      scope: ['openid'],
      resource: RESOURCE,
      grantId: 'AbCdEfGhIjKlMnOpQrSt_-',
      nonce: 'n0nce',
      issuedAt: NOW,
      expiresAt: NOW + 3600,
    });
    expect(decodeProtectedHeader(token)).toEqual({
      alg: 'ES256',
      typ: 'at+jwt',
      kid: 'the ec one',
    });
  });
});
