/**
 * Signing JWTs with Node's own primitive: decision 0027 says why not with jose, which reads them.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7515#section-7.1
 * @module
 */
import { sign, type KeyObject } from 'node:crypto';
import type { SigningAlgorithm } from './key-algorithm.ts';
import type { SigningKey } from './signing-keys.ts';

/** RFC 7518 §3.3, §3.4 and RFC 8037 §3.1. */
const SIGNATURE_BY: Record<
  SigningAlgorithm,
  (input: Buffer, key: KeyObject) => Buffer | Promise<Buffer>
> = {
  // Not in DER, which is how OpenSSL has it: the two numbers, one after the other.
  ES256: (input, key) => sign('sha256', input, { key, dsaEncoding: 'ieee-p1363' }),
  EdDSA: (input, key) => sign(null, input, key),
  // Ten times as long as the others, so in the thread pool: nobody else is to wait for it.
  RS256: (input, key) =>
    new Promise((resolve, reject) => {
      sign('sha256', input, key, (error, signature) => {
        if (error) reject(error);
        else resolve(signature);
      });
    }),
};

/** @param typ - What kind of token it is, so that none is taken for another (RFC 8725 §3.11). */
export async function signJwt(
  { alg, kid, privateKey }: SigningKey,
  typ: string,
  claims: Readonly<Record<string, unknown>>,
): Promise<string> {
  const input = `${encoded({ alg, typ, kid })}.${encoded(claims)}`;
  const signature = await SIGNATURE_BY[alg](Buffer.from(input), privateKey);
  return `${input}.${signature.toString('base64url')}`;
}

function encoded(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}
