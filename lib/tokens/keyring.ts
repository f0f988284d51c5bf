/**
 * Message authentication under keys derived from the server's secret.
 *
 * The secret itself touches nothing: each purpose has a key of its own (HKDF), so that a value made
 * for one purpose proves nothing for another. The first secret writes, all of them read.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5869
 * @module
 */
import { createHmac, hkdfSync } from 'node:crypto';
import { isSameText } from './digest.ts';

/** What a MAC can be for. */
export type MacPurpose =
  | 'code'
  | 'refresh_token'
  | 'consent'
  | 'rate_limit'
  | 'registration_access_token'
  | 'client_secret';

export interface Keyring {
  /** Base64url of HMAC-SHA256 over the parts; 43 characters. The same parts give the same value. */
  mac(purpose: MacPurpose, parts: readonly (string | number)[]): string;
  /** What each of the secrets makes of the same parts, the one that writes first. */
  macs(purpose: MacPurpose, parts: readonly (string | number)[]): readonly string[];
  /** Whether a MAC was made by any of the secrets. Compared in constant time. */
  verify(purpose: MacPurpose, parts: readonly (string | number)[], mac: string): boolean;
}

/** @param secrets - At least one, newest first; each at least 32 bytes, which the options check. */
export function createKeyring(secrets: readonly string[]): Keyring {
  const keys = secrets.map((secret) => derivedKeys(secret));
  const [writing] = keys;
  if (!writing) throw new TypeError('a keyring needs at least one secret');
  return {
    mac: (purpose, parts) => hmac(writing[purpose], parts),
    macs: (purpose, parts) => keys.map((key) => hmac(key[purpose], parts)),
    verify(purpose, parts, mac) {
      // No early return: how many secrets there are is nobody's business either.
      return keys.map((key) => isSameText(hmac(key[purpose], parts), mac)).includes(true);
    },
  };
}

function derivedKeys(secret: string): Record<MacPurpose, Buffer> {
  const derive = (purpose: MacPurpose): Buffer =>
    Buffer.from(hkdfSync('sha256', secret, '', `express-dcr/1/${purpose}`, 32));
  return {
    code: derive('code'),
    refresh_token: derive('refresh_token'),
    consent: derive('consent'),
    rate_limit: derive('rate_limit'),
    registration_access_token: derive('registration_access_token'),
    client_secret: derive('client_secret'),
  };
}

/** JSON keeps the parts apart, whatever characters are in them. */
function hmac(key: Buffer, parts: readonly (string | number)[]): string {
  return createHmac('sha256', key).update(JSON.stringify(parts)).digest('base64url');
}
