/**
 * The shapes of the ids that are kept. Looking up anything else finds nothing anyway; keeping it
 * would be a mistake that only a shared store would notice.
 *
 * @module
 */

/** Lower-case version 4 UUID, as `crypto.randomUUID` writes it. */
const CLIENT_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** 16 random bytes in base64url. */
const GRANT_ID = /^[A-Za-z0-9_-]{22}$/;

/** @throws {TypeError} */
export function requireClientId(clientId: string): void {
  if (!CLIENT_ID.test(clientId)) throw new TypeError('client_id must be a random UUID');
}

/** @throws {TypeError} */
export function requireGrantId(grantId: string): void {
  if (!GRANT_ID.test(grantId)) {
    throw new TypeError('grant_id must be 16 random bytes in base64url');
  }
}
