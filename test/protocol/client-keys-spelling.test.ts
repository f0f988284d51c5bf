import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { parseClientKeys } from '../../lib/protocol/client-keys.ts';
import { membersOf } from '../../lib/protocol/metadata-members.ts';
import { refusalOf } from './refusal.ts';

const EC = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });
const RSA = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' });
const [x = '', n = ''] = [EC.x, RSA.n];

const UNUSABLE = {
  error: 'invalid_client_metadata',
  error_description: 'jwks holds a key that is malformed, too weak or too large',
};
const refusalOfKey = (key: object): object =>
  refusalOf(() => parseClientKeys(membersOf({ jwks: { keys: [key] } })));

describe('the numbers of a key, which are base64url (RFC 7518 §6): refused', () => {
  it.each([
    { name: 'markup in it', key: { ...RSA, n: `${n.slice(0, 8)}<<<<>>>>${n.slice(8)}` } },
    { name: 'hidden text in it', key: { ...RSA, n: `\u202e\u200b${n}` } },
    { name: 'a line end in it', key: { ...RSA, n: `${n.slice(0, 64)}\n${n.slice(64)}` } },
    { name: 'characters before it', key: { ...EC, x: `!!${x}` } },
    { name: 'padding', key: { ...EC, x: `${x}=` } },
    { name: 'the other alphabet', key: { ...RSA, n: n.replace(/^../, '+/') } },
  ])('one with $name (REG-20)', ({ key }) => {
    expect(refusalOfKey(key)).toEqual(UNUSABLE);
  });
});

describe('the exponent of an RSA key, which is a small number: refused', () => {
  it.each([
    { name: 'of more than 64 bits', length: 12 },
    { name: 'that is larger than the modulus', length: 400 },
    { name: 'of 360 000 bits, which takes a third of a second to look at', length: 60_000 },
  ])('one $name (REG-20)', ({ length }) => {
    expect(refusalOfKey({ ...RSA, e: '_'.repeat(length) })).toEqual(UNUSABLE);
  });
});
