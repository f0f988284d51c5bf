import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import {
  decodeJwt,
  decodeProtectedHeader,
  SignJWT,
  UnsecuredJWT,
  type JWTHeaderParameters,
} from 'jose';
import { createAccessTokens, type AccessTokenClaims } from '../../lib/tokens/access-token.ts';
import {
  createSigningKeys,
  generateSigningKey,
  parseSigningKeys,
  type SigningKey,
} from '../../lib/tokens/signing-keys.ts';
import { createClock } from '../support/clock.ts';

const issuer = 'https://auth.example.com';
const RESOURCE = 'https://auth.example.com/mcp';
const CLOCK_START = Date.UTC(2026, 10, 23, 12);
const NOW = CLOCK_START / 1000;

const CLAIMS: AccessTokenClaims = {
  subject: 'alice',
  clientId: 'client-1',
  scope: ['openid', 'mcp:tools'],
  resource: RESOURCE,
  grantId: 'AbCdEfGhIjKlMnOpQrSt_-',
  nonce: 'n0nce',
  issuedAt: NOW,
  expiresAt: NOW + 3600,
};

const PAYLOAD = {
  iss: issuer,
  sub: 'alice',
  client_id: 'client-1',
  aud: RESOURCE,
  scope: 'openid mcp:tools',
  jti: 'AbCdEfGhIjKlMnOpQrSt_-.n0nce',
  iat: NOW,
  exp: NOW + 3600,
};

const KEY = generateSigningKey();

function createTokens(keys: readonly SigningKey[] = [KEY], at = createClock(CLOCK_START)) {
  return createAccessTokens({ issuer, keys: createSigningKeys(keys), now: at.now });
}

/** A token signed with our key, whatever is in it. */
async function signed(payload: Record<string, unknown>): Promise<string> {
  const { kid } = KEY;
  return new SignJWT(payload)
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid })
    .sign(KEY.privateKey);
}

it.each([
  { ahead: 60, isGood: true },
  { ahead: 61, isGood: false },
])('a token that was signed $ahead seconds ahead is good: $isGood', async ({ ahead, isGood }) => {
  const token = await signed({ ...PAYLOAD, iat: NOW + ahead, exp: NOW + ahead + 3600 });
  expect((await createTokens().verify(token, [RESOURCE])) !== undefined).toBe(isGood);
});

describe('verifying an access token (RFC 9068 §4): refused', () => {
  it.each([
    { name: 'no issuer', payload: { iss: undefined } },
    { name: 'another issuer', payload: { iss: 'https://other.example.com' } },
    { name: 'the issuer with a slash', payload: { iss: `${issuer}/` } },
    { name: 'no audience', payload: { aud: undefined } },
    { name: 'another audience', payload: { aud: 'https://other.example.com' } },
    { name: 'the audience with a slash', payload: { aud: `${RESOURCE}/` } },
    { name: 'several audiences', payload: { aud: [RESOURCE, 'https://other.example.com'] } },
    { name: 'no subject', payload: { sub: undefined } },
    { name: 'no client', payload: { client_id: undefined } },
    { name: 'a client that is no text', payload: { client_id: 1 } },
    { name: 'no scope', payload: { scope: undefined } },
    { name: 'a scope that is a list', payload: { scope: ['openid'] } },
    { name: 'a malformed scope', payload: { scope: 'open"id' } },
    { name: 'no id', payload: { jti: undefined } },
    { name: 'no time of issue', payload: { iat: undefined } },
    { name: 'no end', payload: { exp: undefined } },
    { name: 'an end that is a text', payload: { exp: '9999999999' } },
    { name: 'an end that is now', payload: { exp: NOW } },
    { name: 'an end in the past', payload: { exp: NOW - 1 } },
    { name: 'a beginning in the future', payload: { nbf: NOW + 60 } },
  ])('with $name', async ({ payload }) => {
    const token = await signed({ ...PAYLOAD, ...payload });
    expect(await createTokens().verify(token, [RESOURCE])).toBeUndefined();
  });

  it.each<{ name: string; header: Partial<JWTHeaderParameters> }>([
    { name: 'an empty type', header: { typ: '' } },
    { name: 'the type of an ID token', header: { typ: 'JWT' } },
    { name: 'the type of a logout token', header: { typ: 'logout+jwt' } },
    { name: 'a critical extension', header: { crit: ['x'], x: 1 } },
    {
      name: 'the name of another key',
      header: { kid: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM' },
    },
  ])('with $name', async ({ header }) => {
    const { kid } = KEY;
    const protectedHeader = { alg: 'ES256', typ: 'at+jwt', kid, ...header };
    const token = await new SignJWT(PAYLOAD)
      .setProtectedHeader(protectedHeader)
      .sign(KEY.privateKey, { crit: { x: true } });
    expect(await createTokens().verify(token, [RESOURCE])).toBeUndefined();
  });

  it('without a type', async () => {
    const { kid } = KEY;
    const token = await new SignJWT(PAYLOAD)
      .setProtectedHeader({ alg: 'ES256', kid })
      .sign(KEY.privateKey);
    expect(await createTokens().verify(token, [RESOURCE])).toBeUndefined();
  });

  it('without a signature', async () => {
    const unsecured = new UnsecuredJWT(PAYLOAD).encode();
    const good = await signed(PAYLOAD);
    const stripped = `${good.split('.').slice(0, 2).join('.')}.`;
    for (const token of [unsecured, stripped]) {
      expect(await createTokens().verify(token, [RESOURCE])).toBeUndefined();
    }
  });

  it('with a secret made of our public key', async () => {
    const pem = KEY.publicKey.export({ type: 'spki', format: 'pem' });
    const token = await new SignJWT(PAYLOAD)
      .setProtectedHeader({
        alg: 'HS256',
        typ: 'at+jwt',
        kid: KEY.kid,
      })
      .sign(Buffer.from(pem));
    expect(await createTokens().verify(token, [RESOURCE])).toBeUndefined();
  });

  it('with the key of somebody else, also under the name of ours and enclosed', async () => {
    const other = generateSigningKey();
    const { kid } = KEY;
    for (const header of [{}, { kid }, { kid, jwk: other.publicKey.export({ format: 'jwk' }) }]) {
      const token = await new SignJWT(PAYLOAD)
        .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', ...header })
        .sign(other.privateKey);
      expect(await createTokens().verify(token, [RESOURCE])).toBeUndefined();
    }
  });

  it('with an algorithm that none of our keys has', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const rsa: SigningKey = { kid: 'rsa', alg: 'RS256', privateKey, publicKey };
    const token = await createTokens([rsa]).mint(CLAIMS);
    const pss = await new SignJWT(PAYLOAD)
      .setProtectedHeader({
        alg: 'PS256',
        typ: 'at+jwt',
        kid: rsa.kid,
      })
      .sign(privateKey);
    expect(await createTokens([KEY]).verify(token, [RESOURCE])).toBeUndefined();
    expect(await createTokens([rsa]).verify(pss, [RESOURCE])).toBeUndefined();
    expect(await createTokens([rsa]).verify(token, [RESOURCE])).toBeDefined();
  });

  it.each([
    '',
    'a',
    'a.b',
    'a.b.c',
    '..',
    'eyJhbGciOiJFUzI1NiJ9.e30.AA',
    '\0',
    'a'.repeat(100_000),
  ])('when it is no token', async (token) => {
    expect(await createTokens().verify(token, [RESOURCE])).toBeUndefined();
  });

  it('when anything in it was changed', async () => {
    const [header, , signature] = (await signed(PAYLOAD)).split('.');
    const admin = Buffer.from(JSON.stringify({ ...PAYLOAD, scope: 'admin' })).toString('base64url');
    const token = `${header ?? ''}.${admin}.${signature ?? ''}`;
    expect(await createTokens().verify(token, [RESOURCE])).toBeUndefined();
  });

  it('when no audience will do', async () => {
    const token = await createTokens().mint(CLAIMS);
    expect(await createTokens().verify(token, [])).toBeUndefined();
    expect(await createTokens().verify(token, ['https://other.example.com'])).toBeUndefined();
  });

  it('from the second on in which it ends, by the clock that was passed in', async () => {
    const clock = createClock(CLOCK_START);
    const tokens = createTokens([KEY], clock);
    const token = await tokens.mint(CLAIMS);
    clock.advance(3_599_999);
    expect(await tokens.verify(token, [RESOURCE])).toBeDefined();
    clock.advance(1);
    expect(await tokens.verify(token, [RESOURCE])).toBeUndefined();
  });
});

describe('an access token (RFC 9068 §2)', () => {
  it('says for whom, for what, by whom and how long', async () => {
    const token = await createTokens().mint(CLAIMS);
    expect(decodeProtectedHeader(token)).toEqual({
      alg: 'ES256',
      typ: 'at+jwt',
      kid: KEY.kid,
    });
    expect(decodeJwt(token)).toEqual(PAYLOAD);
  });

  it('says when the person logged in, if that is known', async () => {
    const token = await createTokens().mint({ ...CLAIMS, authTime: NOW - 60 });
    expect(decodeJwt(token)).toEqual({ ...PAYLOAD, auth_time: NOW - 60 });
  });

  it('is verified, for one of the audiences', async () => {
    const tokens = createTokens();
    const token = await tokens.mint(CLAIMS);
    expect(await tokens.verify(token, ['https://other.example.com', RESOURCE])).toEqual({
      subject: 'alice',
      clientId: 'client-1',
      scope: ['openid', 'mcp:tools'],
      resource: RESOURCE,
      grantId: 'AbCdEfGhIjKlMnOpQrSt_-',
      issuedAt: NOW,
      expiresAt: NOW + 3600,
      claims: PAYLOAD,
    });
  });

  it.each(['ES256', 'EdDSA', 'RS256'] as const)('can be signed with %s', async (alg) => {
    const pairs = {
      ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
      EdDSA: () => generateKeyPairSync('ed25519'),
      RS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
    };
    const pem = pairs[alg]().privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const tokens = createTokens(parseSigningKeys(pem));
    const token = await tokens.mint(CLAIMS);
    expect(decodeProtectedHeader(token).alg).toBe(alg);
    expect(await tokens.verify(token, [RESOURCE])).toMatchObject({ subject: 'alice' });
  });

  it('is good while its key is among ours, in the steps of a rotation', async () => {
    const next = generateSigningKey();
    const old = await createTokens([KEY]).mint(CLAIMS);
    const rotated = createTokens([next, KEY]);
    expect(await rotated.verify(old, [RESOURCE])).toBeDefined();
    expect(decodeProtectedHeader(await rotated.mint(CLAIMS)).kid).toBe(next.kid);
    expect(await createTokens([next]).verify(old, [RESOURCE])).toBeUndefined();
  });
});

describe('claims of the host in an access token', () => {
  it.each(['nbf', 'sub', 'aud', 'cnf', 'act', 'email', 'roles', '', '__proto__', 'constructor'])(
    'cannot be called %j',
    async (name) => {
      const extra: Record<string, unknown> = Object.fromEntries([[name, 'x']]);
      await expect(createTokens().mint({ ...CLAIMS, extra })).rejects.toThrow(
        new TypeError(
          `accessTokenClaims returned the claim ${JSON.stringify(name)}: its name must be namespaced, such as https://example.com/${name}`,
        ),
      );
    },
  );

  it.each(['https://example.com/roles', 'urn:example:roles', 'example.com/roles'])(
    'can be called %s',
    async (name) => {
      const token = await createTokens().mint({ ...CLAIMS, extra: { [name]: ['admin'] } });
      expect(decodeJwt(token)).toEqual({ ...PAYLOAD, [name]: ['admin'] });
    },
  );
});
