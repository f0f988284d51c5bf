/**
 * The shapes of the ids that are kept: random, made by us and nobody else, so that no text of a
 * stranger can become part of a key. Clients that were imported keep the ids that they have, and are
 * kept under a digest.
 *
 * @module
 */
import { hash } from 'node:crypto';
import { ArgumentError } from '../diagnostics/argument-error.ts';

/** Lower-case version 4 UUID, as `crypto.randomUUID` writes it. */
const CLIENT_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/**
 * What a client can be called that another server has registered: characters that mean the same in a
 * path, a form and a header (RFC 3986 §2.3), and one at least that a path does not take for itself.
 */
const IMPORTED_CLIENT_ID = /^(?=.*[A-Za-z0-9])[A-Za-z0-9._~-]{1,128}$/;

/** Of a place: a UUID of version 4, which is an id, or of version 8, which is a digest of one. */
const CLIENT_PLACE = /^[0-9a-f]{8}-[0-9a-f]{4}-[48][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** 16 random bytes in base64url. */
const RANDOM_ID = /^[A-Za-z0-9_-]{22}$/;

/** SHA-256 in base64url. */
const DIGEST = /^[A-Za-z0-9_-]{43}$/;

export function isDigest(text: string): boolean {
  return DIGEST.test(text);
}

export function isClientId(id: string): boolean {
  return CLIENT_ID.test(id);
}

export function isGrantId(id: string): boolean {
  return RANDOM_ID.test(id);
}

/** Whether a client can be kept under this id, one of ours or one that another server gave it. */
export function isKeptClientId(id: string): boolean {
  return isClientId(id) || IMPORTED_CLIENT_ID.test(id);
}

/**
 * Where a client is kept: in the place of an id of ours stands the id itself, for any other a UUID of
 * its digest, of the version for such (RFC 9562 §5.8), which is the place of no other id.
 *
 * @returns `undefined` for an id that no client can have.
 */
export function clientPlaceOf(id: string): string | undefined {
  if (isClientId(id)) return id;
  if (!IMPORTED_CLIENT_ID.test(id)) return undefined;
  const bytes = hash('sha256', id, 'buffer').subarray(0, 16);
  bytes[6] = (bytes.readUInt8(6) & 0x0f) | 0x80;
  bytes[8] = (bytes.readUInt8(8) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

export function isClientPlace(text: string): boolean {
  return CLIENT_PLACE.test(text);
}

/** @throws {TypeError} For an id that cannot be kept. */
export function requireClientPlace(id: string): string {
  const place = clientPlaceOf(id);
  if (place !== undefined) return place;
  throw new ArgumentError('client_id must be a UUID, or 1 to 128 letters, digits, or ._~-');
}

/** Of a pushed request. */
export function isRequestId(id: string): boolean {
  return RANDOM_ID.test(id);
}

/** @throws {TypeError} For an id that cannot be kept. */
export function requireRequestId(id: string): void {
  if (!isRequestId(id)) throw new ArgumentError('request_id must be 16 random bytes in base64url');
}

/** @throws {TypeError} For an id that cannot be kept. */
export function requireGrantId(id: string): void {
  if (!isGrantId(id)) throw new ArgumentError('grant_id must be 16 random bytes in base64url');
}

/** @throws {TypeError} For a text that is no digest. */
export function requireDigest(text: string): void {
  if (!isDigest(text)) throw new ArgumentError('an id must be a SHA-256 digest in base64url');
}
