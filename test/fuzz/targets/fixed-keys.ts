/**
 * Keys that are the same in every run, so that what was found is found again, and JWTs of any two texts
 * that are signed with them.
 *
 * @module
 */
import { createECDH, createPrivateKey, createPublicKey, sign, type KeyObject } from 'node:crypto';
import { signingAlgorithm } from '../../../lib/tokens/key-algorithm.ts';
import type { SigningKey } from '../../../lib/tokens/signing-keys.ts';

/** What stands before the 32 bytes of a key for Ed25519 (RFC 8410 §7). */
const ED25519_IN_PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

/** Signs the same text with the same bytes. */
export function ed25519Key(kid: string, byte: number): SigningKey {
  const key = Buffer.concat([ED25519_IN_PKCS8, Buffer.alloc(32, byte)]);
  return signingKey(kid, createPrivateKey({ key, format: 'der', type: 'pkcs8' }));
}

export function p256Key(kid: string, byte: number): SigningKey {
  const secret = Buffer.alloc(32, byte);
  const curve = createECDH('prime256v1');
  curve.setPrivateKey(secret);
  const point = curve.getPublicKey();
  const [x, y] = [point.subarray(1, 33), point.subarray(33)];
  const members = { d: secret, x, y };
  const key = Object.fromEntries(
    Object.entries(members).map(([name, bytes]) => [name, bytes.toString('base64url')]),
  );
  return signingKey(
    kid,
    createPrivateKey({ key: { kty: 'EC', crv: 'P-256', ...key }, format: 'jwk' }),
  );
}

function signingKey(kid: string, privateKey: KeyObject): SigningKey {
  const alg = signingAlgorithm(privateKey);
  return { kid, alg, privateKey, publicKey: createPublicKey(privateKey) };
}

export const base64url = (text: string): string => Buffer.from(text).toString('base64url');

/** By the algorithm of the key, whatever the header says of it. */
export function signedJwt(
  header: string,
  payload: string,
  { alg, privateKey }: SigningKey,
): string {
  const content = `${base64url(header)}.${base64url(payload)}`;
  const signature =
    alg === 'EdDSA'
      ? sign(null, Buffer.from(content), privateKey)
      : sign('sha256', Buffer.from(content), { key: privateKey, dsaEncoding: 'ieee-p1363' });
  return `${content}.${signature.toString('base64url')}`;
}
