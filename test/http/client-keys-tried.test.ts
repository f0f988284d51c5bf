import { describe, expect, it } from '@jest/globals';
import { createTestApp, ISSUER, type TestApp } from '../support/app.ts';
import { INVALID_CLIENT } from '../support/confidential.ts';
import { tokenRequest } from '../support/flow.ts';
import {
  asserted,
  assertionOf,
  newClientKey,
  registeredWithKeys,
  type ClientKey,
} from '../support/key-client.ts';
import { documentHost } from './support/document-app.ts';

const newKeys = (count: number, alg?: string): Promise<ClientKey[]> =>
  Promise.all(Array.from({ length: count }, () => newClientKey(alg)));

const [FIRST, LAST, MORE, FOREIGN, RSA, LARGER] = await Promise.all([
  newClientKey(),
  newClientKey(),
  newKeys(3),
  newKeys(4),
  newClientKey('RS256'),
  newKeys(4, 'ES384'),
]);
const FOUR = [...MORE, LAST];
const FIVE = [FIRST, ...FOUR];
const host = documentHost();

type Members = Readonly<Record<string, string>>;

const jwks = (keys: readonly ClientKey[], members: Members = {}): object[] =>
  keys.map(({ publicJwk }) => ({ ...publicJwk, ...members }));

/** What a client with these keys gets when it signs with that one; proven, its token is not known. */
async function answerTo(
  made: TestApp,
  keys: readonly object[] | string,
  key: ClientKey,
  header: Members = {},
): Promise<unknown> {
  const client_id = await registeredWithKeys(made.app, keys);
  const given = { aud: ISSUER, now: made.clock.now };
  const assertion = await assertionOf(key, client_id, given, { header });
  const guess = { grant_type: 'refresh_token', refresh_token: 'guessed' };
  const { status, body } = await tokenRequest(made.app, asserted(assertion, guess));
  return status === 401 ? body : (body as { error: unknown }).error;
}

const PROVEN = 'invalid_grant';

describe('an assertion that leaves open which key of its client signed it', () => {
  it.each([
    { name: 'none of them with a name', keys: jwks(FIVE) },
    { name: 'each with one, and none in the assertion', keys: named(FIVE) },
    { name: 'all with the same', keys: jwks(FIVE, { kid: 'one' }), header: { kid: 'one' } },
    { name: 'all for its algorithm', keys: jwks(FIVE, { alg: 'ES256', use: 'sig' }) },
    { name: 'among others that do not fit', keys: [...jwks(LARGER), ...jwks(FIVE)] },
  ])('is refused when five fit, whichever it was: $name', async ({ keys, header }) => {
    for (const key of [FIRST, LAST]) {
      expect(await answerTo(createTestApp(), keys, key, header)).toEqual(INVALID_CLIENT);
    }
  });

  it('is refused as well when the keys are published, and the hundredth would be tried', async () => {
    const many = Array.from({ length: 25 }, () => jwks(FOREIGN, { kid: 'one' })).flat();
    host().json('/many', { keys: [...jwks([FIRST], { kid: 'one' }), ...many] });
    const made = createTestApp({ outside: host().outside });
    expect(await answerTo(made, host().url('/many'), FIRST, { kid: 'one' })).toEqual(
      INVALID_CLIENT,
    );
  });

  it.each([
    { name: 'four without a name', keys: jwks(FOUR) },
    { name: 'four with the same', keys: jwks(FOUR, { kid: 'a' }), header: { kid: 'a' } },
    { name: 'five, each with its own', keys: named(FIVE), header: { kid: 'key 4' } },
    {
      name: 'four beside those of another curve',
      keys: [...jwks(LARGER), ...jwks(FOUR)],
    },
    {
      name: 'four beside those of another type',
      keys: [...jwks([RSA, RSA]), ...jwks(FOUR)],
    },
    {
      name: 'four beside those for another algorithm',
      keys: [...jwks(FOREIGN, { alg: 'ES384' }), ...jwks(FOUR)],
    },
    {
      name: 'four beside those that encrypt',
      keys: [...jwks(FOREIGN, { use: 'enc' }), ...jwks(FOUR)],
    },
    {
      name: 'four beside those with another name',
      keys: [...jwks(FOREIGN, { kid: 'b' }), ...jwks(FOUR, { kid: 'a' })],
      header: { kid: 'a' },
    },
  ])('is taken when up to four fit, also by the last: $name', async ({ keys, header }) => {
    expect(await answerTo(createTestApp(), keys, LAST, header)).toBe(PROVEN);
  });

  it('is taken of a client with keys of every kind', async () => {
    const others = await Promise.all(['Ed25519', 'PS256', 'ES512'].map((alg) => newClientKey(alg)));
    const keys = [...LARGER.slice(2), ...others, RSA, ...MORE];
    for (const key of keys) {
      expect(await answerTo(createTestApp(), jwks(keys), key)).toBe(PROVEN);
    }
  });
});

function named(keys: readonly ClientKey[]): object[] {
  return keys.map(({ publicJwk }, index) => ({ ...publicJwk, kid: `key ${String(index)}` }));
}
