/**
 * Commands that make what an operator is missing, for the messages that say so.
 *
 * @module
 */

/** 32 random bytes, in base64url. */
export const MAKE_SECRET =
  "node -p \"require('node:crypto').randomBytes(32).toString('base64url')\"";

/** An ES256 key, in PEM. */
export const MAKE_SIGNING_KEY =
  "node -p \"require('node:crypto').generateKeyPairSync('ec',{namedCurve:'P-256'}).privateKey.export({type:'pkcs8',format:'pem'})\"";
