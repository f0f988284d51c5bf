/**
 * The public keys of a client: kept as it sent them, so that they are there when it authenticates
 * with them one day.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7517#section-4
 * @module
 */
import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { isPublicHost } from './host.ts';
import { invalid, present, webUri, type Member } from './metadata-members.ts';

/** A JWK Set of public keys. */
export interface JsonWebKeySet {
  readonly keys: readonly JsonWebKey[];
}

const MAX_KEYS = 10;
const MIN_RSA_BITS = 2048;
/** Larger ones, or larger exponents, would make checking a signature slow for us alone. */
const MAX_RSA_BITS = 8192;
const MAX_RSA_EXPONENT = 0xff_ff_ff_ffn;

/** RFC 7518 §6.2.2, §6.3.2, §6.4.1: a key that has one of these is no secret any more. */
const SECRET_PARAMETERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

/** What is kept of a key: what it is, and what it is for. */
const KEPT_PARAMETERS = ['kty', 'kid', 'use', 'alg', 'crv', 'x', 'y', 'n', 'e'];

/** @throws {OAuthError} `invalid_client_metadata`; also for both at once (RFC 7591 §2). */
export function parseClientKeys(member: Member): {
  readonly jwks?: JsonWebKeySet;
  readonly jwks_uri?: string;
} {
  const jwks = keySet(member('jwks'));
  const jwks_uri = keySetUri(member);
  if (jwks && jwks_uri !== undefined) throw invalid('jwks and jwks_uri exclude each other');
  return { ...present('jwks', jwks), ...present('jwks_uri', jwks_uri) };
}

function keySet(value: unknown): JsonWebKeySet | undefined {
  if (value === undefined) return undefined;
  const { keys } = Object(value) as { keys?: unknown };
  if (!Array.isArray(keys) || keys.length > MAX_KEYS) {
    throw invalid(`jwks must be a JWK Set of at most ${String(MAX_KEYS)} keys`);
  }
  return keys.length > 0 ? { keys: keys.map(publicKey) } : undefined;
}

function publicKey(value: unknown): JsonWebKey {
  const members = Object(value) as Record<string, unknown>;
  if (SECRET_PARAMETERS.some((name) => Object.hasOwn(members, name))) {
    throw invalid('jwks must hold public keys only');
  }
  const kept = KEPT_PARAMETERS.filter((name) => Object.hasOwn(members, name));
  const key = Object.fromEntries(kept.map((name) => [name, members[name]]));
  if (!Object.values(key).every((item) => typeof item === 'string')) throw unusable();
  if (!isUsable(imported(key))) throw unusable();
  return key;
}

function imported(key: JsonWebKey): KeyObject {
  try {
    return createPublicKey({ key, format: 'jwk' });
  } catch {
    // OpenSSL's words may quote the key.
    throw unusable();
  }
}

function isUsable({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): boolean {
  if (asymmetricKeyType !== 'rsa') return true;
  const { modulusLength = 0, publicExponent = 0n } = asymmetricKeyDetails ?? {};
  const isStrong = modulusLength >= MIN_RSA_BITS && publicExponent >= 3n;
  const isQuick = modulusLength <= MAX_RSA_BITS && publicExponent <= MAX_RSA_EXPONENT;
  return isStrong && isQuick && publicExponent % 2n === 1n;
}

/** Like every address that a server might one day fetch: https, and out on the internet. */
function keySetUri(member: Member): string | undefined {
  const value = webUri(member, 'jwks_uri');
  if (value === undefined) return undefined;
  const { protocol, hostname, username, password } = new URL(value);
  const isFetchable = protocol === 'https:' && isPublicHost(hostname) && !value.includes('#');
  if (!isFetchable || username !== '' || password !== '') {
    throw invalid('jwks_uri must be an https URL with a public host');
  }
  return value;
}

function unusable(): Error {
  return invalid('jwks holds a key that is malformed, too weak or too large');
}
