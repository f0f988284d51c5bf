import { createPublicKey, type KeyObject } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import {
  calculateJwkThumbprint,
  createLocalJWKSet,
  decodeProtectedHeader,
  jwtVerify,
  type JSONWebKeySet,
  type JWTVerifyOptions,
} from 'jose';
import { createTestApp, ISSUER, RESOURCE, type TestApp } from '../support/app.ts';
import { obtainTokens } from '../support/flow.ts';
import { ALGORITHMS, configured, jwkOf, makeKey, pemOf, WAYS } from '../support/signing-keys.ts';
import { send } from './support/send.ts';

const KEYS = Object.fromEntries(ALGORITHMS.map((alg) => [alg, makeKey(alg)])) as Record<
  (typeof ALGORITHMS)[number],
  KeyObject
>;

/** The members of a public key, by algorithm (RFC 7518 §6, RFC 8037 §2). */
const MEMBERS = {
  RS256: ['kty', 'n', 'e'],
  ES256: ['kty', 'crv', 'x', 'y'],
  EdDSA: ['kty', 'crv', 'x'],
} as const;

async function jwksOf({ app }: TestApp): Promise<JSONWebKeySet> {
  return (await send(app, 'GET', '/oauth/jwks')).body as JSONWebKeySet;
}

/** What an API in another process would do with nothing but the published keys. */
async function verifiedElsewhere(made: TestApp, token: string, more: JWTVerifyOptions = {}) {
  const { payload } = await jwtVerify(token, createLocalJWKSet(await jwksOf(made)), {
    issuer: ISSUER,
    audience: RESOURCE,
    typ: 'at+jwt',
    currentDate: new Date(made.clock.now()),
    ...more,
  });
  return payload;
}

async function callStatus({ app }: TestApp, token: string): Promise<number> {
  const headers = { Authorization: `Bearer ${token}` };
  return (await send(app, 'GET', '/mcp', { headers })).status;
}

const FORMS = [
  { form: 'PEM', write: pemOf },
  { form: 'a JWK Set', write: (key: KeyObject) => ({ keys: [jwkOf(key)] }) },
  {
    form: 'a JWK Set with names',
    write: (key: KeyObject) => ({ keys: [jwkOf(key, { kid: 'from-before', use: 'sig' })] }),
  },
] as const;

const ROWS = ALGORITHMS.flatMap((alg) =>
  FORMS.flatMap(({ form, write }) => WAYS.map((way) => ({ alg, form, way, write }))),
);

describe.each(ROWS)('a key for $alg, in $form, by $way', ({ alg, form, way, write }) => {
  const key = KEYS[alg];
  const start = (): TestApp => createTestApp({ options: configured(way, write(key)) });

  it('signs tokens that the route and a verifier elsewhere accept (RFC 9068 §4)', async () => {
    const made = start();
    const { access_token } = await obtainTokens(made.app, 'openid');
    expect(decodeProtectedHeader(access_token)).toEqual({
      alg,
      typ: 'at+jwt',
      kid: (await jwksOf(made)).keys[0]?.kid,
    });
    expect(await verifiedElsewhere(made, access_token)).toMatchObject({
      iss: ISSUER,
      aud: RESOURCE,
      sub: 'alice',
    });
    expect(await callStatus(made, access_token)).toBe(200);
  });

  it('is published with its name, use and algorithm, and without a private member (META-05)', async () => {
    const { keys } = await jwksOf(start());
    const own = jwkOf(createPublicKey(key));
    expect(keys).toEqual([
      {
        ...Object.fromEntries(MEMBERS[alg].map((member) => [member, own[member]])),
        kid: form.endsWith('names') ? 'from-before' : await calculateJwkThumbprint({ ...own }),
        use: 'sig',
        alg,
      },
    ]);
  });
});

describe('the tokens of every key', () => {
  it.each(ALGORITHMS)('of %s are refused for another issuer, audience or type', async (alg) => {
    const made = createTestApp({ options: { signingKeys: pemOf(KEYS[alg]) } });
    const { access_token } = await obtainTokens(made.app, 'openid');
    await expect(verifiedElsewhere(made, access_token)).resolves.toBeDefined();
    for (const [more, claim] of [
      [{ issuer: `${ISSUER}/` }, 'iss'],
      [{ audience: ISSUER }, 'aud'],
      [{ typ: 'JWT' }, 'typ'],
    ] as const) {
      const refused = verifiedElsewhere(made, access_token, more);
      await expect(refused).rejects.toMatchObject({ claim });
    }
  });

  it('are refused by a server with another key of the same algorithm', async () => {
    for (const alg of ALGORITHMS) {
      const made = createTestApp({ options: { signingKeys: pemOf(KEYS[alg]) } });
      const other = createTestApp({ options: { signingKeys: pemOf(makeKey(alg)) } });
      const { access_token } = await obtainTokens(made.app, 'openid');
      expect(await callStatus(made, access_token)).toBe(200);
      expect(await callStatus(other, access_token)).toBe(401);
    }
  });
});

describe('keys of several algorithms in one set', () => {
  it.each(ALGORITHMS)('sign with the first, %s, and publish all (META-05)', async (first) => {
    const order = [first, ...ALGORITHMS.filter((alg) => alg !== first)];
    const options = { signingKeys: pemOf(...order.map((alg) => KEYS[alg])) };
    const made = createTestApp({ options });
    const { access_token } = await obtainTokens(made.app, 'openid');
    expect(decodeProtectedHeader(access_token).alg).toBe(first);
    await expect(verifiedElsewhere(made, access_token)).resolves.toBeDefined();
    expect(await callStatus(made, access_token)).toBe(200);

    const { keys } = await jwksOf(made);
    expect(keys.map(({ alg }) => alg)).toEqual(order);
    expect(new Set(keys.map(({ kid }) => kid)).size).toBe(3);
    const { n = '' } = keys.find(({ kty }) => kty === 'RSA') ?? {};
    expect(Buffer.from(n, 'base64url').length * 8).toBe(2048);
  });

  it('may have names of their own and thumbprints side by side', async () => {
    const { RS256, ES256 } = KEYS;
    const signingKeys = { keys: [jwkOf(RS256, { kid: '2019' }), jwkOf(ES256)] };
    const made = createTestApp({ options: { signingKeys } });
    const { access_token } = await obtainTokens(made.app, 'openid');
    expect(decodeProtectedHeader(access_token)).toMatchObject({ alg: 'RS256', kid: '2019' });
    expect((await jwksOf(made)).keys.map(({ kid }) => kid)).toEqual([
      '2019',
      await calculateJwkThumbprint({ ...jwkOf(ES256) }),
    ]);
    expect(await callStatus(made, access_token)).toBe(200);
  });
});
