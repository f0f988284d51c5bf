/**
 * A client that authenticates with a key of its own, and what it signs.
 */
import { randomUUID } from 'node:crypto';
import type { Express } from 'express';
import { exportJWK, generateKeyPair, SignJWT, type JWK, type JWTPayload } from 'jose';
import { WEB_REDIRECT_URI } from './confidential.ts';
import { registeredClientId, type Form } from './flow.ts';

export const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

export interface ClientKey {
  readonly alg: string;
  readonly privateKey: CryptoKey;
  readonly publicJwk: JWK;
}

type CryptoKey = Awaited<ReturnType<typeof generateKeyPair>>['privateKey'];

export async function newClientKey(alg = 'ES256', kid?: string): Promise<ClientKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  const publicJwk = { ...(await exportJWK(publicKey)), ...(kid !== undefined && { kid }) };
  return { alg, privateKey, publicJwk };
}

/** What a test wants to be different; `undefined` leaves a claim out. */
export interface Different {
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly header?: Readonly<Record<string, unknown>>;
}

/** A good assertion, but for what is different. */
export async function assertionOf(
  { alg, privateKey }: Pick<ClientKey, 'alg' | 'privateKey'>,
  client_id: string,
  { aud, now }: { readonly aud: string; readonly now: () => number },
  { claims = {}, header = {} }: Different = {},
): Promise<string> {
  const iat = Math.floor(now() / 1000);
  const good = { iss: client_id, sub: client_id, aud, iat, exp: iat + 60, jti: randomUUID() };
  const payload: JWTPayload = Object.fromEntries(
    Object.entries<unknown>({ ...good, ...claims }).filter(([, value]) => value !== undefined),
  );
  return new SignJWT(payload).setProtectedHeader({ alg, ...header }).sign(privateKey);
}

export function asserted(client_assertion: string, more: Form = {}): Form {
  return { client_assertion_type: ASSERTION_TYPE, client_assertion, ...more };
}

export async function registeredWithKeys(
  app: Express,
  keys: readonly JWK[] | string,
  more: object = {},
): Promise<string> {
  return registeredClientId(app, {
    redirect_uris: [WEB_REDIRECT_URI],
    token_endpoint_auth_method: 'private_key_jwt',
    ...(typeof keys === 'string' ? { jwks_uri: keys } : { jwks: { keys } }),
    ...more,
  });
}
