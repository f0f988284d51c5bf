/**
 * Initial access tokens that are minted: what they look like, and what they are known by.
 *
 * The prefix is for those who look for leaked secrets in code and logs, and tells them from every other
 * bearer token that a client may send along.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7591#section-1.2
 * @module
 */
import { sha256 } from './digest.ts';

const PREFIX = 'dcr_iat_';

/** 32 random bytes in base64url. */
const RANDOM_BYTES = 32;
const RANDOM_PART = /^[A-Za-z0-9_-]{43}$/;

/** A new token: whoever has it can register, and it is kept nowhere. */
export function newInitialAccessToken(randomBytes: (size: number) => Buffer): string {
  return `${PREFIX}${randomBytes(RANDOM_BYTES).toString('base64url')}`;
}

/** Whether a text can only be meant as a minted token, well-formed or not. */
export function hasMintedPrefix(text: string): boolean {
  return text.startsWith(PREFIX);
}

/** What a minted token is kept under; `undefined` for what cannot be one. */
export function mintedTokenDigest(text: string): string | undefined {
  const isMinted = hasMintedPrefix(text) && RANDOM_PART.test(text.slice(PREFIX.length));
  return isMinted ? sha256(text) : undefined;
}

/** What people and logs call a token: nobody can register with it. 64 bits of the digest, in hex. */
export function initialAccessTokenId(digest: string): string {
  return Buffer.from(digest, 'base64url').toString('hex').slice(0, 16);
}
