import { describe, expect, it } from '@jest/globals';
import { createKeyring, type MacPurpose } from '../../lib/tokens/keyring.ts';

const OLD = 'the old secret, which is long enough to be one';
const NEW = 'the new secret, which is long enough to be one';
const PARTS = ['https://auth.example.com', 'grant', 1, 'salt'];
const PURPOSES: readonly MacPurpose[] = ['code', 'refresh_token', 'consent'];

describe('a keyring', () => {
  it('is not made without a secret', () => {
    expect(() => createKeyring([])).toThrow(new TypeError('a keyring needs at least one secret'));
  });

  it.each(
    PURPOSES.flatMap((made) =>
      PURPOSES.filter((purpose) => purpose !== made).map((asked) => ({ made, asked })),
    ),
  )('does not take a MAC made for $made as one for $asked', ({ made, asked }) => {
    const keyring = createKeyring([NEW]);
    expect(keyring.verify(asked, PARTS, keyring.mac(made, PARTS))).toBe(false);
  });

  it.each([
    { name: 'another value', parts: ['https://auth.example.com', 'grant', 2, 'salt'] },
    { name: 'another order', parts: ['https://auth.example.com', 1, 'grant', 'salt'] },
    { name: 'a part less', parts: ['https://auth.example.com', 'grant', 1] },
    { name: 'a part more', parts: [...PARTS, ''] },
    { name: 'a text for a number', parts: ['https://auth.example.com', 'grant', '1', 'salt'] },
    { name: 'two parts written as one', parts: ['https://auth.example.com', 'grant,1', 'salt'] },
    { name: 'a quote in a part', parts: ['https://auth.example.com', 'grant","1', 'salt'] },
  ])('tells the parts apart: $name', ({ parts }) => {
    const keyring = createKeyring([NEW]);
    expect(keyring.verify('code', parts, keyring.mac('code', PARTS))).toBe(false);
  });

  it.each([
    { name: 'nothing', spoil: () => '' },
    { name: 'the first character', spoil: (mac: string) => `${flipped(mac[0])}${mac.slice(1)}` },
    {
      name: 'the last character',
      spoil: (mac: string) => `${mac.slice(0, -1)}${flipped(mac.at(-1))}`,
    },
    { name: 'one character less', spoil: (mac: string) => mac.slice(0, -1) },
    { name: 'padding', spoil: (mac: string) => `${mac}=` },
    {
      name: 'the base64 alphabet',
      spoil: (mac: string) => Buffer.from(mac, 'base64url').toString('base64'),
    },
    { name: 'a spelling that decodes to the same bytes', spoil: respelled },
  ])('refuses a MAC that was changed: $name', ({ spoil }) => {
    const keyring = createKeyring([NEW]);
    const mac = keyring.mac('code', PARTS);
    expect(spoil(mac)).not.toBe(mac);
    expect(keyring.verify('code', PARTS, spoil(mac))).toBe(false);
  });

  it('refuses a MAC of another secret', () => {
    const mac = createKeyring([OLD]).mac('code', PARTS);
    expect(createKeyring([NEW]).verify('code', PARTS, mac)).toBe(false);
  });

  it.each(PURPOSES)('verifies what it made for %s', (purpose) => {
    const keyring = createKeyring([NEW]);
    const mac = keyring.mac(purpose, PARTS);
    expect(mac).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(keyring.verify(purpose, PARTS, mac)).toBe(true);
    expect(createKeyring([NEW]).mac(purpose, PARTS)).toBe(mac);
  });

  it('makes other values of each secret and for each purpose', () => {
    const macs = [OLD, NEW].flatMap((secret) =>
      PURPOSES.map((purpose) => createKeyring([secret]).mac(purpose, PARTS)),
    );
    expect(new Set(macs).size).toBe(6);
  });

  it('makes the value that HKDF and HMAC give by other means', () => {
    // RFC 5869 with the info `express-dcr/1/code`, then HMAC over `["a",1]`; computed with Python.
    expect(createKeyring([NEW]).mac('code', ['a', 1])).toBe(
      '93nKMIfv_Ffs8VBe6MpCsYDHkRkqQbQKhU1rDbYL9yw',
    );
  });
});

describe('a keyring of several secrets, in the steps of a rotation', () => {
  const before = createKeyring([OLD]);
  const added = createKeyring([OLD, NEW]);
  const moved = createKeyring([NEW, OLD]);
  const after = createKeyring([NEW]);

  it('writes with the first', () => {
    expect(added.mac('code', PARTS)).toBe(before.mac('code', PARTS));
    expect(moved.mac('code', PARTS)).toBe(after.mac('code', PARTS));
  });

  it('reads with all', () => {
    for (const writing of [before, after]) {
      const mac = writing.mac('refresh_token', PARTS);
      expect(added.verify('refresh_token', PARTS, mac)).toBe(true);
      expect(moved.verify('refresh_token', PARTS, mac)).toBe(true);
    }
  });

  it('no longer reads with one that was taken out', () => {
    expect(after.verify('code', PARTS, before.mac('code', PARTS))).toBe(false);
  });

  it('keeps the purposes apart with each of them', () => {
    expect(added.verify('consent', PARTS, after.mac('code', PARTS))).toBe(false);
  });
});

function flipped(character = ''): string {
  return character === 'A' ? 'B' : 'A';
}

/** 43 characters hold two bits more than 32 bytes have: sets one of them. */
function respelled(mac: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const changed = `${mac.slice(0, -1)}${alphabet[alphabet.indexOf(mac.at(-1) ?? '') ^ 1] ?? ''}`;
  if (!Buffer.from(changed, 'base64url').equals(Buffer.from(mac, 'base64url'))) {
    throw new Error('the two spellings should decode alike');
  }
  return changed;
}
