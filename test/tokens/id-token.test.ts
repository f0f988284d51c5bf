import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { jwtVerify } from 'jose';
import { createIdTokens } from '../../lib/tokens/id-token.ts';
import { createSigningKeys, parseSigningKeys } from '../../lib/tokens/signing-keys.ts';

const ISSUER = 'https://auth.example.com';
const ACCESS_TOKEN = 'header.payload.signature';
const CLAIMS = {
  subject: 'alice',
  clientId: 'client-1',
  accessToken: ACCESS_TOKEN,
  issuedAt: 1_700_000_000,
  expiresAt: 1_700_003_600,
};

const KEYS: readonly { alg: string; hash: string; make: () => KeyObject }[] = [
  {
    alg: 'ES256',
    hash: 'sha256',
    make: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
  },
  {
    alg: 'RS256',
    hash: 'sha256',
    make: () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
  },
  { alg: 'EdDSA', hash: 'sha512', make: () => generateKeyPairSync('ed25519').privateKey },
];

async function minted(make: () => KeyObject, more: object = {}) {
  const keys = parseSigningKeys(make().export({ type: 'pkcs8', format: 'pem' }).toString());
  const idTokens = createIdTokens({ issuer: ISSUER, keys: createSigningKeys(keys) });
  const token = await idTokens.mint({ ...CLAIMS, ...more });
  const { publicKey, kid } = keys[0]!;
  const currentDate = new Date(CLAIMS.issuedAt * 1000);
  return { kid, ...(await jwtVerify(token, publicKey, { currentDate })) };
}

describe('ID tokens (OpenID Connect Core §2)', () => {
  it.each(KEYS)('say who logged in, for one client, signed with $alg', async (given) => {
    const { payload, protectedHeader, kid } = await minted(given.make);
    const half = createHash(given.hash).update(ACCESS_TOKEN).digest();
    expect(protectedHeader).toEqual({ alg: given.alg, typ: 'JWT', kid });
    expect(payload).toEqual({
      iss: ISSUER,
      sub: 'alice',
      aud: 'client-1',
      iat: CLAIMS.issuedAt,
      exp: CLAIMS.expiresAt,
      at_hash: half.subarray(0, half.length / 2).toString('base64url'),
    });
  });

  it('repeat the nonce, and say when and how somebody logged in, where that is known', async () => {
    const login = { nonce: 'n-0S6_WzA2Mj', authTime: 1_699_999_000, amr: ['pwd', 'otp'] };
    const { payload } = await minted(KEYS[0]!.make, login);
    expect(payload).toMatchObject({
      nonce: 'n-0S6_WzA2Mj',
      auth_time: 1_699_999_000,
      amr: ['pwd', 'otp'],
    });
  });
});
