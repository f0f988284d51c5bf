import {
  createHmac,
  createPublicKey,
  generateKeyPairSync,
  sign as signBytes,
  type KeyObject,
} from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { decodeJwt, decodeProtectedHeader, exportJWK, SignJWT, type JWTPayload } from 'jose';
import { createTestApp, ISSUER, RESOURCE, type TestApp } from '../support/app.ts';
import { obtainTokens } from '../support/flow.ts';
import { send } from './support/send.ts';

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const signingKeys = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

interface Real {
  readonly header: Record<string, unknown>;
  readonly claims: JWTPayload;
  readonly token: string;
}

async function prepared(): Promise<TestApp & Real> {
  const made = createTestApp({ options: { signingKeys } });
  const { access_token: token } = await obtainTokens(made.app, 'openid');
  return {
    ...made,
    token,
    header: { ...decodeProtectedHeader(token) },
    claims: decodeJwt(token),
  };
}

async function statusOf({ app }: TestApp, token: string): Promise<number> {
  const headers = { Authorization: `Bearer ${token}` };
  return (await send(app, 'GET', '/mcp', { headers })).status;
}

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

function sign(
  { header, claims }: Pick<Real, 'header' | 'claims'>,
  key: KeyObject = privateKey,
): Promise<string> {
  return new SignJWT(claims).setProtectedHeader(header as { alg: string }).sign(key);
}

function hmac(header: object, claims: object, secret: string | Buffer): string {
  const input = `${part(header)}.${part(claims)}`;
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}

describe('requireBearer: forged tokens', () => {
  it('lets the real key sign, so that what follows is refused for its own reason', async () => {
    const made = await prepared();
    expect(await statusOf(made, made.token)).toBe(200);
    expect(await statusOf(made, await sign(made))).toBe(200);
  });

  it.each(['none', 'None', 'NONE', 'nOnE', ''])('refuses the algorithm %j', async (alg) => {
    const made = await prepared();
    const unsigned = `${part({ ...made.header, alg })}.${part(made.claims)}.`;
    expect(await statusOf(made, unsigned)).toBe(401);
    expect(await statusOf(made, `${unsigned}${made.token.split('.')[2] ?? ''}`)).toBe(401);
  });

  it.each(['HS256', 'HS384', 'HS512'])(
    'refuses %s with the public key for a secret',
    async (alg) => {
      const made = await prepared();
      const publicKey = createPublicKey(privateKey);
      const header = { ...made.header, alg };
      for (const secret of [
        publicKey.export({ type: 'spki', format: 'pem' }).toString(),
        publicKey.export({ type: 'spki', format: 'der' }),
        JSON.stringify(await exportJWK(publicKey)),
        '',
      ]) {
        expect(await statusOf(made, hmac(header, made.claims, secret))).toBe(401);
      }
    },
  );

  it('refuses a key that the token brings along', async () => {
    const made = await prepared();
    const own = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const jwk = await exportJWK(own.publicKey);
    for (const header of [
      made.header,
      { ...made.header, jwk },
      { ...made.header, jku: 'https://evil.example/jwks' },
      { ...made.header, x5u: 'https://evil.example/cert' },
      { ...made.header, kid: '../../dev/null' },
      { ...made.header, kid: undefined, jwk },
    ]) {
      expect(
        await statusOf(made, await sign({ header, claims: made.claims }, own.privateKey)),
      ).toBe(401);
    }
  });

  it.each(['JWT', 'jwt', 'id_token+jwt', 'logout+jwt', undefined])(
    'refuses the type %j, though the key is ours (TOKEN-21)',
    async (typ) => {
      const made = await prepared();
      const header = { ...made.header };
      if (typ === undefined) delete header['typ'];
      else header['typ'] = typ;
      expect(await statusOf(made, await sign({ header, claims: made.claims }))).toBe(401);
    },
  );

  it('refuses a critical extension that nobody understands', async () => {
    const made = await prepared();
    const header = { ...made.header, crit: ['https://evil.example'], 'https://evil.example': 1 };
    expect(await statusOf(made, signRaw(header, made.claims))).toBe(401);
  });

  it.each<{ name: string; change: JWTPayload }>([
    { name: 'another issuer', change: { iss: 'https://evil.example' } },
    { name: 'the issuer with a slash', change: { iss: `${ISSUER}/` } },
    { name: 'another audience', change: { aud: 'https://evil.example' } },
    { name: 'the audience with a slash', change: { aud: `${RESOURCE}/` } },
    { name: 'several audiences', change: { aud: [RESOURCE, 'https://evil.example'] } },
    { name: 'many audiences', change: { aud: Array.from({ length: 200 }, () => RESOURCE) } },
    { name: 'an end in the past', change: { exp: 1 } },
    { name: 'an end that is no number', change: { exp: '9999999999' as unknown as number } },
    { name: 'a beginning in the future', change: { nbf: 9_999_999_999 } },
    { name: 'a scope that is a list', change: { scope: ['openid'] } },
    { name: 'a scope that is none', change: { scope: 'openid "' } },
    { name: 'a client that is no text', change: { client_id: 1 } },
  ])('refuses $name, though the key is ours (META-08)', async ({ change }) => {
    const made = await prepared();
    const claims = { ...made.claims, ...change };
    expect(await statusOf(made, signRaw(made.header, made.claims))).toBe(200);
    expect(await statusOf(made, signRaw(made.header, claims))).toBe(401);
  });

  it.each(['iss', 'aud', 'exp', 'iat', 'sub', 'client_id', 'jti', 'scope'])(
    'refuses a token without %s, though the key is ours (META-08)',
    async (name) => {
      const made = await prepared();
      const claims = Object.fromEntries(
        Object.entries(made.claims).filter(([claim]) => claim !== name),
      );
      expect(Object.keys(claims)).toHaveLength(7);
      expect(await statusOf(made, signRaw(made.header, claims))).toBe(401);
    },
  );

  it('refuses a token of which one claim or one byte was changed', async () => {
    const made = await prepared();
    const [header = '', , signature = ''] = made.token.split('.');
    const claims = part({ ...made.claims, scope: 'openid profile', sub: 'bob' });
    expect(await statusOf(made, `${header}.${claims}.${signature}`)).toBe(401);
    const flipped = `${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;
    expect(await statusOf(made, made.token.replace(signature, flipped))).toBe(401);
    expect(await statusOf(made, `${made.token}.x`)).toBe(401);
  });

  it('refuses the token of another server with keys of its own', async () => {
    const made = await prepared();
    const other = createTestApp();
    const { access_token } = await obtainTokens(other.app, 'openid');
    expect(await statusOf(other, access_token)).toBe(200);
    expect(await statusOf(made, access_token)).toBe(401);
  });
});

/** Signs whatever the claims are: jose would look at some of them. */
function signRaw(header: object, claims: object): string {
  const input = `${part(header)}.${part(claims)}`;
  const signature = signBytes('sha256', Buffer.from(input), {
    key: privateKey,
    dsaEncoding: 'ieee-p1363',
  });
  return `${input}.${signature.toString('base64url')}`;
}
