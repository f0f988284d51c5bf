/**
 * The public keys of a client: kept for it, so that they are there when it authenticates with them
 * one day.
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
/** In bytes: from 2048 bits, up to what can be verified with quickly. */
const RSA_MODULUS = { min: 256, max: 1024 };

/** RFC 7518 §6.2.2, §6.3.2, §6.4.1: a key that has one of these is no secret any more. */
const SECRET_PARAMETERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'];

/** What is kept of every key beside the parameters of its type. */
const COMMON_PARAMETERS = ['kty', 'kid', 'use', 'alg'];
const PRINTABLE = /^[\x20-\x7E]{1,128}$/;

/** Bytes of a coordinate (RFC 7518 §6.2.1.2, RFC 8037 §2). */
const CURVES: Readonly<Record<string, ReadonlyMap<string, number>>> = {
  EC: new Map([
    ['P-256', 32],
    ['P-384', 48],
    ['P-521', 66],
  ]),
  OKP: new Map([
    ['Ed25519', 32],
    ['Ed448', 57],
  ]),
};

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
  const known = keys.map(publicKey).filter((key) => key !== undefined);
  return known.length > 0 ? { keys: known } : undefined;
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
  const length = CURVES[String(kty)]?.get(String(crv));
  if (length === undefined) return undefined;
  const isPoint = bytesOf(x) === length && (kty === 'OKP' || bytesOf(y) === length);
  if (!isPoint) throw malformed();
  return kty === 'OKP' ? ['crv', 'x'] : ['crv', 'x', 'y'];
}

function isModulus(value: unknown): boolean {
  const bytes = bytesOf(value);
  // RFC 7518 §6.3.1.1: no leading zero, which would also make a short one look long.
  const isMinimal = typeof value === 'string' && !value.startsWith('AA');
  return bytes >= RSA_MODULUS.min && bytes <= RSA_MODULUS.max && isMinimal;
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

function malformed(): Error {
  return invalid('jwks holds a key that is malformed, too weak or too large');
}
