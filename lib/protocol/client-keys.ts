/**
 * The public keys of a client: those that it registers with, and those that it publishes.
 *
 * They are checked by their form alone. To import them would cost a stranger nothing and this server
 * milliseconds for each, as long as a point has to be found on its curve.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7517#section-4
 * @see https://www.rfc-editor.org/rfc/rfc7518#section-6
 * @module
 */
import { isPublicHost } from './host.ts';
import { invalid, present, webUri, type Member } from './metadata-members.ts';

/** A public key, reduced to what it is and what it is for: texts only. */
export type PublicJsonWebKey = Readonly<Record<string, string>>;

/** A JWK Set of public keys. */
export interface JsonWebKeySet {
  readonly keys: readonly PublicJsonWebKey[];
}

const MAX_KEYS = 10;
const MAX_PUBLISHED_KEYS = 100;
/** Weaker ones are broken; larger ones take five times as long to verify with, and nobody makes them. */
const RSA_BITS = { min: 2048, max: 4096 };

/** RFC 7518 §6.2.2, §6.3.2, §6.4.1: a key that has one of these is no secret any more. */
const SECRET_PARAMETERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'];

/** What is kept of every key beside the parameters of its type. */
const COMMON_PARAMETERS = ['kty', 'kid', 'use', 'alg'];
const PRINTABLE = /^[\x20-\x7E]{1,128}$/;

/** The curves by `kty` and `crv`, and the bytes of a coordinate (RFC 7518 §6.2.1.2, RFC 8037 §2). */
const CURVES: ReadonlyMap<string, number> = new Map([
  ['EC P-256', 32],
  ['EC P-384', 48],
  ['EC P-521', 66],
  ['OKP Ed25519', 32],
  ['OKP Ed448', 57],
]);

/** @throws {OAuthError} `invalid_client_metadata`; also for both at once (RFC 7591 §2). */
export function parseClientKeys(member: Member): {
  readonly jwks?: JsonWebKeySet;
  readonly jwks_uri?: string;
} {
  const jwks = keySet(member('jwks'));
  const jwks_uri = keySetUri(member);
  if (jwks && jwks_uri !== undefined) throw invalid('jwks and jwks_uri exclude each other');
  return present({ jwks, jwks_uri });
}

function keySet(value: unknown): JsonWebKeySet | undefined {
  if (value === undefined) return undefined;
  const { keys } = Object(value) as { keys?: unknown };
  if (!Array.isArray(keys) || keys.length > MAX_KEYS) {
    throw invalid(`jwks must be a JWK Set of at most ${String(MAX_KEYS)} keys`);
  }
  const known = keys.map(publicKey).filter((key) => key !== undefined);
  return known.length > 0 ? { keys: known } : undefined;
}

/**
 * The keys of a set that was fetched from a `jwks_uri`. What cannot be used is left out, for others may
 * have a use for it (RFC 7517 §5); so is a private key, which is nobody's alone any more.
 */
export function usableKeys(value: unknown): readonly PublicJsonWebKey[] {
  const { keys } = Object(value) as { keys?: unknown };
  if (!Array.isArray(keys)) return [];
  return keys.slice(0, MAX_PUBLISHED_KEYS).flatMap((one): PublicJsonWebKey[] => {
    try {
      const key = publicKey(one);
      return key ? [key] : [];
    } catch {
      return [];
    }
  });
}

/** @returns `undefined` for a kind of key that nobody here knows: it is to be ignored (RFC 7517 §5). */
function publicKey(value: unknown): PublicJsonWebKey | undefined {
  const members = Object(value) as Record<string, unknown>;
  const has = (name: string): boolean => Object.hasOwn(members, name);
  if (typeof members['kty'] !== 'string') throw malformed();
  if (SECRET_PARAMETERS.some(has)) throw invalid('jwks must hold public keys only');
  const own = parametersOf(members);
  if (own === undefined) return undefined;
  const kept = [...COMMON_PARAMETERS, ...own].filter(has).map((name) => [name, members[name]]);
  const key = Object.fromEntries(kept) as Record<string, unknown>;
  const isSound = COMMON_PARAMETERS.filter(has).every((name) => isPrintable(key[name]));
  if (!isSound) throw malformed();
  return key as PublicJsonWebKey;
}

/** The names of the parameters that make the key, each checked. */
function parametersOf(key: Readonly<Record<string, unknown>>): readonly string[] | undefined {
  const { kty, crv, n, e, x, y } = key;
  if (kty === 'RSA') {
    if (!isModulus(n) || !isExponent(e)) throw malformed();
    return ['n', 'e'];
  }
  if (kty !== 'EC' && kty !== 'OKP') return undefined;
  if (typeof crv !== 'string') throw malformed();
  const length = CURVES.get(`${kty} ${crv}`);
  if (length === undefined) return undefined;
  const isPoint = bytesOf(x) === length && (kty === 'OKP' || bytesOf(y) === length);
  if (!isPoint) throw malformed();
  return kty === 'OKP' ? ['crv', 'x'] : ['crv', 'x', 'y'];
}

function isModulus(value: unknown): boolean {
  const bytes = bytesOf(value);
  if (bytes === 0) return false;
  // RFC 7518 §6.3.1.1 has no leading zeros; they would make a short modulus look long.
  const [first = 0] = Buffer.from((value as string).slice(0, 4), 'base64url');
  const bits = (bytes - 1) * 8 + (32 - Math.clz32(first));
  return first > 0 && bits >= RSA_BITS.min && bits <= RSA_BITS.max;
}

/** Odd, above one, and small enough to verify with quickly. */
function isExponent(value: unknown): boolean {
  const bytes = bytesOf(value);
  if (bytes < 1 || bytes > 4) return false;
  const exponent = Buffer.from(value as string, 'base64url').readUIntBE(0, bytes);
  return exponent >= 3 && exponent % 2 === 1;
}

/** How many bytes a base64url text stands for; 0 when it is none (RFC 7515 §2). */
function bytesOf(value: unknown): number {
  const isText = typeof value === 'string' && /^[A-Za-z0-9_-]+$/.test(value);
  return isText && value.length % 4 !== 1 ? Math.floor((value.length * 3) / 4) : 0;
}

function isPrintable(value: unknown): boolean {
  return typeof value === 'string' && PRINTABLE.test(value);
}

/** Like every address that this server fetches: https, and out on the internet. */
function keySetUri(member: Member): string | undefined {
  const value = webUri(member, 'jwks_uri');
  if (value === undefined) return undefined;
  const { protocol, hostname, username, password } = new URL(value);
  const isFetchable =
    protocol === 'https:' &&
    isPublicHost(hostname) &&
    // The same host in other letters would be asked twice as often.
    !hostname.endsWith('.') &&
    !value.includes('#');
  if (!isFetchable || username !== '' || password !== '') {
    throw invalid('jwks_uri must be an https URL with a public host');
  }
  return value;
}

function malformed(): Error {
  return invalid('jwks holds a key that is malformed, too weak or too large');
}
