/**
 * The keys that sign access tokens and ID tokens.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7517
 * @see https://www.rfc-editor.org/rfc/rfc7638
 * @module
 */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';
import type { JWK, JSONWebKeySet } from 'jose';
import {
  isOfAlgorithm,
  signingAlgorithm,
  UnsupportedKeyError,
  type SigningAlgorithm,
} from './key-algorithm.ts';
import type { PrivateJsonWebKey } from './private-jwk.ts';

export type { SigningAlgorithm };

/**
 * Private keys, newest first: PEM (PKCS #8), one after the other, or a JWK Set. A `kid` that a JWK
 * has is kept, so that a key goes on under the name that others know it by.
 */
export type SigningKeysInput = string | { readonly keys: readonly PrivateJsonWebKey[] };

/** That of the keys that this server makes for itself. */
export const GENERATED_ALGORITHM: SigningAlgorithm = 'ES256';

/** A key that can sign. */
export interface SigningKey {
  /** Its name in tokens and in what is published: the one it came with, else its thumbprint. */
  readonly kid: string;
  readonly alg: SigningAlgorithm;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/**
 * The keys in use: one signs, all of them are published.
 *
 * Keys that are given are there at once. Keys that are kept in the store may have to be fetched first:
 * each of these fails with the store's error as long as they are not known.
 */
export interface SigningKeys {
  /** The key that signs. */
  current(): Promise<SigningKey>;
  /** The key of that name, whether it signs or is only good for what it signed before. */
  find(kid: string): Promise<SigningKey | undefined>;
  /** Public keys only. */
  jwks(): Promise<JSONWebKeySet>;
}

/** It stands in the header of every token. */
const KID = /^[\x20-\x7E]{1,128}$/;
const PEM = /-----BEGIN [A-Z ]+-----[\s\S]+?-----END [A-Z ]+-----/g;

/** Makes a new ES256 key. */
export function generateSigningKey(): SigningKey {
  return signingKey(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);
}

/**
 * Reads keys as the operator gives them.
 *
 * @throws {TypeError} When one cannot be read or is of a kind that is not supported. The message
 * says nothing of what was read.
 */
export function parseSigningKeys(input: SigningKeysInput): SigningKey[] {
  const keys = (typeof input === 'string' ? fromText(input) : fromSet(input)).map(readKey);
  if (keys.length === 0) throw new TypeError('holds no private key in PEM or JWK Set form');
  // Two entries with one `kid` would leave verifiers without a choice. Compared as bytes: `equals`
  // on keys of different kinds leaves an error behind that the next reading of a key trips over.
  const bytes = keys.map(({ publicKey }) =>
    publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
  );
  const isRepeated = new Set(bytes).size < bytes.length;
  if (isRepeated) throw new TypeError('holds the same key twice');
  if (new Set(keys.map(({ kid }) => kid)).size < keys.length) {
    throw new TypeError('holds two keys with the same kid');
  }
  return keys;
}

/** Keys that were given: the first signs. */
export function createSigningKeys(keys: readonly SigningKey[]): SigningKeys {
  const [current] = keys;
  if (!current) throw new TypeError('at least one signing key is needed');
  const published = keys.map(publicJwk);
  const byKid = new Map(keys.map((key) => [key.kid, key]));
  return {
    current: async () => current,
    find: async (kid) => byKid.get(kid),
    jwks: async () => ({ keys: published }),
  };
}

/** The private key, for {@link parseSigningKeys} to read again. */
export function privateJwk({ privateKey }: SigningKey): PrivateJsonWebKey {
  return privateKey.export({ format: 'jwk' });
}

/** Made from the public key alone, so that no private member can be among its members. */
export function publicJwk({ publicKey, kid, alg }: SigningKey): JWK {
  return { ...(publicKey.export({ format: 'jwk' }) as JWK), kid, use: 'sig', alg };
}

function fromText(text: string): readonly (string | PrivateJsonWebKey)[] {
  if (!text.trimStart().startsWith('{')) return fromPem(text);
  try {
    return fromSet(JSON.parse(text));
  } catch {
    return [];
  }
}

function fromPem(text: string): readonly string[] {
  const blocks = text.match(PEM) ?? [];
  // A key that was cut off must not go missing without a word.
  if (blocks.length === text.split('-----BEGIN ').length - 1) return blocks;
  throw new TypeError('holds a key in PEM form that has no end');
}

/** Looks again at what the types say, for hosts in JavaScript. */
function fromSet(set: unknown): readonly PrivateJsonWebKey[] {
  const { keys } = Object(set) as { keys?: unknown };
  return Array.isArray(keys) ? (keys as PrivateJsonWebKey[]) : [];
}

function readKey(key: string | PrivateJsonWebKey): SigningKey {
  try {
    return typeof key === 'string' ? signingKey(createPrivateKey(key)) : fromJwk(key);
  } catch (error) {
    // OpenSSL's words may quote the input.
    if (error instanceof UnsupportedKeyError) throw error;
    throw new TypeError('holds a key that cannot be read as a private key');
  }
}

/** A key that says what it is for is not used for something else (RFC 7517 §4.2, §4.4). */
function fromJwk(jwk: PrivateJsonWebKey): SigningKey {
  const key = signingKey(createPrivateKey({ key: { ...jwk }, format: 'jwk' }), jwk.kid);
  const { use = 'sig', alg = key.alg } = jwk;
  if (use === 'sig' && isOfAlgorithm(alg, key)) return key;
  throw new UnsupportedKeyError('holds a key that is marked for another use or algorithm');
}

function signingKey(privateKey: KeyObject, kid?: unknown): SigningKey {
  const alg = signingAlgorithm(privateKey);
  const publicKey = createPublicKey(privateKey);
  return {
    kid: kid === undefined ? thumbprint(publicKey) : checkedKid(kid),
    alg,
    privateKey,
    publicKey,
  };
}

function checkedKid(kid: unknown): string {
  if (typeof kid === 'string' && KID.test(kid)) return kid;
  throw new UnsupportedKeyError(
    'holds a key with a kid that is not 1 to 128 printable ASCII characters',
  );
}

/** RFC 7638 §3: the members that make the key what it is, in the order of their names. */
function thumbprint(publicKey: KeyObject): string {
  const { crv, e, kty, n, x, y } = publicKey.export({ format: 'jwk' });
  return createHash('sha256').update(JSON.stringify({ crv, e, kty, n, x, y })).digest('base64url');
}
