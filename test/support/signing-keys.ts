/**
 * Keys of every kind that signs, in every form and by every way that an operator can give them.
 */
import { generateKeyPairSync, type JsonWebKey, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { optionsFromEnv } from '../../lib/env.ts';
import type { AuthorizationServerOptions } from '../../lib/options/options.ts';
import type { SigningAlgorithm, SigningKeysInput } from '../../lib/tokens/signing-keys.ts';
import { ISSUER } from './app.ts';

const MAKERS: Readonly<Record<SigningAlgorithm, () => KeyObject>> = {
  RS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
  EdDSA: () => generateKeyPairSync('ed25519').privateKey,
};

export const ALGORITHMS: readonly SigningAlgorithm[] = ['RS256', 'ES256', 'EdDSA'];

export function makeKey(alg: SigningAlgorithm): KeyObject {
  return MAKERS[alg]();
}

export function pemOf(...keys: readonly KeyObject[]): string {
  return keys.map((key) => key.export({ type: 'pkcs8', format: 'pem' }).toString()).join('');
}

export function jwkOf(key: KeyObject, more: JsonWebKey = {}): JsonWebKey {
  return { ...key.export({ format: 'jwk' }), ...more };
}

export type Way = 'option' | 'DCR_SIGNING_KEYS' | 'DCR_SIGNING_KEYS_FILE';

export const WAYS: readonly Way[] = ['option', 'DCR_SIGNING_KEYS', 'DCR_SIGNING_KEYS_FILE'];

/** @throws {ConfigurationError} From the environment; the option is looked at by the server. */
export function configured(way: Way, keys: SigningKeysInput): Partial<AuthorizationServerOptions> {
  if (way === 'option') return { signingKeys: keys };
  const text = typeof keys === 'string' ? keys : JSON.stringify(keys);
  if (way === 'DCR_SIGNING_KEYS') return optionsFromEnv({ DCR_ISSUER: ISSUER, [way]: text });
  const directory = mkdtempSync(join(tmpdir(), 'dcr-keys-'));
  try {
    const file = join(directory, 'keys');
    writeFileSync(file, `${text}\n`, { mode: 0o600 });
    return optionsFromEnv({ DCR_ISSUER: ISSUER, [way]: file });
  } finally {
    rmSync(directory, { recursive: true });
  }
}
