/**
 * What a client makes up for one authorization request (RFC 7636 §4, RFC 6749 §10.12).
 *
 * @module
 */
import { createHash, randomBytes } from 'node:crypto';
import { noteSecret } from './secrets.ts';

export interface Pkce {
  readonly code_verifier: string;
  readonly code_challenge: string;
}

export function createPkce(): Pkce {
  const code_verifier = randomBytes(32).toString('base64url');
  noteSecret(code_verifier, 'a code verifier');
  return {
    code_verifier,
    code_challenge: createHash('sha256').update(code_verifier).digest('base64url'),
  };
}

export function createState(): string {
  return randomBytes(16).toString('base64url');
}
