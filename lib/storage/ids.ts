/**
 * The shapes of the ids that are kept: random, made by us and nobody else, so that no text of a
 * stranger can become part of a key.
 *
 * @module
 */

/** Lower-case version 4 UUID, as `crypto.randomUUID` writes it. */
const CLIENT_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** 16 random bytes in base64url. */
const GRANT_ID = /^[A-Za-z0-9_-]{22}$/;

/** SHA-256 in base64url. */
const DIGEST = /^[A-Za-z0-9_-]{43}$/;

export function isDigest(text: string): boolean {
  return DIGEST.test(text);
}

export function isClientId(id: string): boolean {
  return CLIENT_ID.test(id);
}

export function isGrantId(id: string): boolean {
  return GRANT_ID.test(id);
}

/** @throws {TypeError} For an id that cannot be kept. */
export function requireClientId(id: string): void {
  if (!isClientId(id)) throw new TypeError('client_id must be a random UUID');
}

/** @throws {TypeError} For an id that cannot be kept. */
export function requireGrantId(id: string): void {
  if (!isGrantId(id)) throw new TypeError('grant_id must be 16 random bytes in base64url');
}

/** @throws {TypeError} For a text that is no digest. */
export function requireDigest(text: string): void {
  if (!isDigest(text)) throw new TypeError('an id must be a SHA-256 digest in base64url');
}
