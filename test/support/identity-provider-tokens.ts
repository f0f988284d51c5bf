/** ID tokens as a provider signs them, and as nobody should. */
import { createHmac, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';

interface SigningKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** An ID token before it is signed: all of it can be changed. */
export interface IdTokenPlan {
  header: Record<string, unknown>;
  claims: Record<string, unknown>;
  /** `secret`: an HMAC keyed with the public key, which everybody knows. */
  signedWith: 'own key' | 'another key' | 'public key as secret' | 'nothing';
}

/** The keys of a provider; the newest signs. */
export interface ProviderKeys {
  readonly jwks: () => { keys: object[] };
  /** Puts a new key in the place of the old one. */
  rotate(): void;
  sign(plan: IdTokenPlan): string;
  /** An ID token with these claims, as it should be. */
  plan(claims: Record<string, unknown>): IdTokenPlan;
}

export function createProviderKeys(): ProviderKeys {
  let current = FIRST_KEY;
  return {
    jwks: () => ({ keys: [jwkOf(current)] }),
    rotate: () => {
      current = generateKey();
    },
    plan: (claims) => ({
      header: { alg: 'RS256', kid: current.kid },
      claims,
      signedWith: 'own key',
    }),
    sign: ({ header, claims, signedWith }) => {
      const signed = `${encode(header)}.${encode(claims)}`;
      switch (signedWith) {
        case 'own key':
          return `${signed}.${rs256(signed, current)}`;
        case 'another key':
          return `${signed}.${rs256(signed, ANOTHER_KEY)}`;
        case 'public key as secret':
          return `${signed}.${hs256(signed, current)}`;
        case 'nothing':
          return `${signed}.`;
      }
    },
  };
}

function generateKey(): SigningKey {
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { kid: randomBytes(8).toString('hex'), ...pair };
}

/** Making one takes a while: every provider of a test file begins with this. */
const FIRST_KEY = generateKey();

/** A key that no provider publishes. */
const ANOTHER_KEY = generateKey();

/** That key as a stranger would put it into a header. */
export const ANOTHER_JWK = jwkOf(ANOTHER_KEY);

function jwkOf({ kid, publicKey }: SigningKey): object {
  return { ...publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' };
}

function rs256(text: string, { privateKey }: SigningKey): string {
  return sign('sha256', Buffer.from(text), privateKey).toString('base64url');
}

function hs256(text: string, { publicKey }: SigningKey): string {
  const secret = publicKey.export({ type: 'spki', format: 'pem' });
  return createHmac('sha256', secret).update(text).digest('base64url');
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
