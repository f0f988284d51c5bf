import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  createGrantCredentials,
  parseCode,
  parseRefreshToken,
  type GrantCredentials,
} from '../../lib/tokens/grant-credentials.ts';
import { createKeyring } from '../../lib/tokens/keyring.ts';
import { anyText, BASE64URL } from './characters.ts';
import { runs } from './runs.ts';

const ISSUER = 'https://auth.example.com';
const [SECRET, OLDER] = ['a'.repeat(32), 'b'.repeat(32)];

const id = fc.string({ unit: fc.constantFrom(...BASE64URL), minLength: 22, maxLength: 22 });
const grant = fc.record({ grant_id: id, salt: id });
const generation = fc.oneof(
  fc.integer({ min: 1, max: 999_999_999 }),
  fc.constantFrom(1, 2, 9, 10, 999_999_999),
);
const character = fc.constantFrom(...BASE64URL, '.', '=', '+', '/', ' ', '\n', '\0', '\u00c5');

const credentialsOf = (secrets: readonly string[], issuer = ISSUER): GrantCredentials =>
  createGrantCredentials(createKeyring(secrets), issuer);

const ours = credentialsOf([SECRET]);

/** Whether a value is taken for a credential of the grant. */
function isTaken(value: string, of: { grant_id: string; salt: string }, by = ours): boolean {
  const code = parseCode(value);
  if (code) return code.grantId === of.grant_id && by.isCodeOf(of, code);
  const token = parseRefreshToken(value);
  return token !== undefined && token.grantId === of.grant_id && by.isRefreshTokenOf(of, token);
}

const credential = fc
  .record({ grant, generation: fc.option(generation, { nil: 0 }) })
  .map(({ grant: of, generation: number }) => ({
    of,
    number,
    value: number === 0 ? ours.code(of) : ours.refreshToken(of, number),
  }));

describe('the code and the refresh tokens of any grant', () => {
  it('are taken apart into what they were made of', () => {
    fc.assert(
      fc.property(grant, generation, (of, number) => {
        const code = ours.code(of);
        expect(parseCode(code)).toEqual({ grantId: of.grant_id, mac: code.slice(-43) });
        expect(parseRefreshToken(code)).toBeUndefined();
        const token = ours.refreshToken(of, number);
        expect(parseRefreshToken(token)).toEqual({
          grantId: of.grant_id,
          generation: number,
          mac: token.slice(-43),
        });
        expect(parseCode(token)).toBeUndefined();
        expect([code, token].map((value) => isTaken(value, of))).toEqual([true, true]);
      }),
      runs(150),
    );
  });

  it('are the same each time, also after the secret was changed with the old one kept', () => {
    const rotated = credentialsOf([OLDER, SECRET]);
    fc.assert(
      fc.property(credential, ({ of, number, value }) => {
        expect(number === 0 ? ours.code(of) : ours.refreshToken(of, number)).toBe(value);
        expect(isTaken(value, of, rotated)).toBe(true);
        const next = number === 0 ? rotated.code(of) : rotated.refreshToken(of, number);
        expect(next).not.toBe(value);
        expect(isTaken(next, of, rotated)).toBe(true);
        expect(isTaken(next, of)).toBe(false);
      }),
      runs(100),
    );
  });

  it('are not taken with one character changed, added or left out', () => {
    fc.assert(
      fc.property(
        credential,
        fc.nat(80),
        character,
        fc.constantFrom(0, 1, 2),
        ({ of, value }, place, c, kind) => {
          const index = place % value.length;
          const rest = kind === 1 ? value.slice(index) : value.slice(index + 1);
          const changed = value.slice(0, index) + (kind === 2 ? '' : c) + rest;
          expect(isTaken(changed, of)).toBe(changed === value);
        },
      ),
      runs(500),
    );
  });

  it('are not taken by another grant, salt, generation, issuer, secret or as the other kind', () => {
    const others = [credentialsOf([OLDER]), credentialsOf([SECRET], `${ISSUER}/a`)];
    fc.assert(
      fc.property(credential, generation, grant, ({ of, number, value }, another, other) => {
        fc.pre(number !== another && of.salt !== other.salt && of.grant_id !== other.grant_id);
        const mac = value.slice(-43);
        expect(isTaken(value, { ...of, salt: other.salt })).toBe(false);
        expect(isTaken(`${other.grant_id}.${value.slice(23)}`, other)).toBe(false);
        expect(isTaken(`${of.grant_id}.${String(another)}.${mac}`, of)).toBe(false);
        if (number !== 0) expect(isTaken(`${of.grant_id}.${mac}`, of)).toBe(false);
        for (const by of others) expect(isTaken(value, of, by)).toBe(false);
      }),
      runs(150),
    );
  });

  it('are nothing that any other text is', () => {
    fc.assert(
      fc.property(fc.oneof(anyText(), fc.base64String()), grant, (text, of) => {
        expect(isTaken(text, of)).toBe(false);
      }),
      runs(200),
    );
  });
});
