import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { createAuthorizationServer } from '../../lib/authorization-server.ts';
import { ConfigurationError } from '../../lib/options/configuration-error.ts';
import { hostLogin } from '../../lib/login/host-login.ts';
import type { SigningKeysInput } from '../../lib/tokens/signing-keys.ts';
import { ISSUER, SECRET } from '../support/app.ts';
import { createLogRecorder } from '../support/log-recorder.ts';
import { configured, jwkOf, makeKey, pemOf, WAYS, type Way } from '../support/signing-keys.ts';

const ec = makeKey('ES256');
const ed = makeKey('EdDSA');
const weakRsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey;
const secp256k1 = generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey;

const NOTHING = 'holds no private key in PEM or JWK Set form';
const ENDLESS = 'holds a key in PEM form that has no end';
const UNREADABLE = 'holds a key that cannot be read as a private key';
const UNSUPPORTED = 'holds a key that is neither EC P-256, Ed25519 nor RSA of at least 2048 bits';
const REPEATED = 'holds the same key twice';
const SAME_NAME = 'holds two keys with the same kid';
const MARKED = 'holds a key that is marked for another use or algorithm';
const BAD_NAME = 'holds a key with a kid that is not 1 to 128 printable ASCII characters';

const HOW =
  "make one with: node -p \"require('node:crypto').generateKeyPairSync('ec',{namedCurve:'P-256'}).privateKey.export({type:'pkcs8',format:'pem'})\"";

const encrypted = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' } as const;
const octets = Buffer.from('a secret that is not a private key').toString('base64url');

const ROWS: readonly { name: string; keys: SigningKeysInput; message: string }[] = [
  { name: 'a PEM that was cut off', keys: pemOf(ec).slice(0, 120), message: ENDLESS },
  {
    name: 'a good PEM before one that was cut off',
    keys: `${pemOf(ed)}${pemOf(ec).slice(0, 120)}`,
    message: ENDLESS,
  },
  {
    name: 'a public key alone',
    keys: createPublicKey(ec).export({ type: 'spki', format: 'pem' }).toString(),
    message: UNREADABLE,
  },
  { name: 'a public JWK alone', keys: { keys: [jwkOf(createPublicKey(ed))] }, message: UNREADABLE },
  { name: 'an encrypted PEM', keys: ec.export(encrypted).toString(), message: UNREADABLE },
  { name: 'RSA of 1024 bits', keys: pemOf(weakRsa), message: UNSUPPORTED },
  { name: 'RSA of 1024 bits in a JWK', keys: { keys: [jwkOf(weakRsa)] }, message: UNSUPPORTED },
  { name: 'EC on P-384', keys: pemOf(p384), message: UNSUPPORTED },
  { name: 'EC on P-384 in a JWK', keys: { keys: [jwkOf(p384)] }, message: UNSUPPORTED },
  { name: 'EC on secp256k1', keys: pemOf(secp256k1), message: UNSUPPORTED },
  {
    name: 'a symmetric JWK',
    keys: { keys: [{ kty: 'oct', k: octets, alg: 'HS256' }] },
    message: UNREADABLE,
  },
  {
    name: 'a JWK whose parts do not fit',
    keys: { keys: [{ ...jwkOf(ec), crv: 'Ed25519' }] },
    message: UNREADABLE,
  },
  { name: 'one key twice', keys: `${pemOf(ec)}${pemOf(ed, ec)}`, message: REPEATED },
  {
    name: 'one key twice under two names',
    keys: { keys: [jwkOf(ec, { kid: 'a' }), jwkOf(ec, { kid: 'b' })] },
    message: REPEATED,
  },
  {
    name: 'two keys under one name',
    keys: {
      keys: [jwkOf(ec, { kid: 'same-name-of-two' }), jwkOf(ed, { kid: 'same-name-of-two' })],
    },
    message: SAME_NAME,
  },
  { name: 'an empty name', keys: { keys: [jwkOf(ec, { kid: '' })] }, message: BAD_NAME },
  {
    name: 'a name too long',
    keys: { keys: [jwkOf(ec, { kid: 'k'.repeat(129) })] },
    message: BAD_NAME,
  },
  ...[{ use: 'enc' }, { alg: 'ES384' }, { alg: 'none' }, { use: 'sig', alg: 'RS256' }].map(
    (marks) => ({
      name: `a key marked ${JSON.stringify(marks)}`,
      keys: { keys: [{ ...jwkOf(ec), ...marks }] },
      message: MARKED,
    }),
  ),
  { name: 'an empty set', keys: { keys: [] }, message: NOTHING },
  {
    name: 'JSON that was cut off',
    keys: JSON.stringify({ keys: [jwkOf(ec)] }).slice(0, -5),
    message: NOTHING,
  },
  { name: 'a JWK that is in no set', keys: JSON.stringify(jwkOf(ec)), message: NOTHING },
];

/** The error of a start, by whichever way the keys come in. */
function refusalOf(way: Way, keys: SigningKeysInput): ConfigurationError {
  try {
    createAuthorizationServer({
      issuer: ISSUER,
      secret: SECRET,
      logger: createLogRecorder().logger,
      login: hostLogin({ user: () => undefined, url: '/login' }),
      ...configured(way, keys),
    });
  } catch (error) {
    if (error instanceof ConfigurationError) return error;
    throw error;
  }
  throw new Error('it started');
}

/** Every run of sixteen characters or more that a key is made of. */
function piecesOf(keys: SigningKeysInput): string[] {
  const text = typeof keys === 'string' ? keys : JSON.stringify(keys);
  const runs = text.replace(/-----[A-Z ]+-----/g, '').match(/[A-Za-z0-9+/_=-]{16,}/g) ?? [];
  return runs.map((run) => run.slice(0, 16));
}

describe.each(WAYS)('signing keys that stop the start, by %s', (way) => {
  it.each(ROWS)('$name: $message', ({ keys, message }) => {
    const error = refusalOf(way, keys);
    expect(error.problems).toEqual([
      {
        option: 'signingKeys',
        variable: 'DCR_SIGNING_KEYS',
        code: 'ERR_DCR_SIGNING_KEYS_INVALID',
        message: `${message}; ${HOW}`,
      },
    ]);
    expect(error.message).toContain(`signingKeys (DCR_SIGNING_KEYS): ${message}; `);
  });

  it.each(ROWS)('$name: no part of it is said again', ({ keys }) => {
    const said = inspect(refusalOf(way, keys), { depth: null, showHidden: true });
    expect(piecesOf(keys).filter((piece) => said.includes(piece))).toEqual([]);
  });
});

it('the pieces that are looked for are those of a key', () => {
  expect(ROWS.filter(({ keys }) => piecesOf(keys).length === 0).map(({ name }) => name)).toEqual([
    'an empty set',
  ]);
});
