import { describe, expect, it } from '@jest/globals';
import {
  createGrantCredentials,
  parseCode,
  parseRefreshToken,
} from '../../lib/tokens/grant-credentials.ts';
import { createKeyring } from '../../lib/tokens/keyring.ts';

const ID = 'AbCdEfGhIjKlMnOpQrSt_-';
const MAC = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';

describe('taking a code apart', () => {
  it.each([
    { name: 'nothing', value: '' },
    { name: 'a grant id alone', value: ID },
    { name: 'a grant id and a period', value: `${ID}.` },
    { name: 'a MAC alone', value: `.${MAC}` },
    { name: 'a grant id that is too short', value: `${ID.slice(1)}.${MAC}` },
    { name: 'a grant id that is too long', value: `${ID}A.${MAC}` },
    { name: 'a MAC that is too short', value: `${ID}.${MAC.slice(1)}` },
    { name: 'a MAC that is too long', value: `${ID}.${MAC}A` },
    { name: 'padding', value: `${ID}.${MAC}=` },
    { name: 'the base64 alphabet', value: `${ID}.${MAC.replace('-', '+')}` },
    { name: 'a refresh token', value: `${ID}.1.${MAC}` },
    { name: 'a part more', value: `${ID}.${MAC}.${MAC}` },
    { name: 'a space before', value: ` ${ID}.${MAC}` },
    { name: 'a line end after', value: `${ID}.${MAC}\n` },
    { name: 'a null', value: `${ID}.${MAC}\0` },
    { name: 'a brace that would change the slot of a key', value: `{${ID.slice(2)}}.${MAC}` },
    { name: 'a colon', value: `${ID.slice(1)}:.${MAC}` },
    { name: 'a JWT', value: 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.' },
  ])('refuses $name', ({ value }) => {
    expect(parseCode(value)).toBeUndefined();
  });

  it('gives its two parts', () => {
    expect(parseCode(`${ID}.${MAC}`)).toEqual({ grantId: ID, mac: MAC });
  });
});

describe('taking a refresh token apart', () => {
  it.each([
    { name: 'nothing', value: '' },
    { name: 'a code', value: `${ID}.${MAC}` },
    { name: 'no generation', value: `${ID}..${MAC}` },
    { name: 'the generation zero', value: `${ID}.0.${MAC}` },
    { name: 'a generation with a leading zero', value: `${ID}.01.${MAC}` },
    { name: 'a negative generation', value: `${ID}.-1.${MAC}` },
    { name: 'a generation with a sign', value: `${ID}.+1.${MAC}` },
    { name: 'a generation with a fraction', value: `${ID}.1.0.${MAC}` },
    { name: 'a generation with an exponent', value: `${ID}.1e1.${MAC}` },
    { name: 'a hexadecimal generation', value: `${ID}.0x1.${MAC}` },
    { name: 'a generation with a space', value: `${ID}. 1.${MAC}` },
    { name: 'Arabic digits', value: `${ID}.\u0661.${MAC}` },
    { name: 'a generation of ten digits', value: `${ID}.1000000000.${MAC}` },
    { name: 'a grant id that is too short', value: `${ID.slice(1)}.1.${MAC}` },
    { name: 'a MAC that is too short', value: `${ID}.1.${MAC.slice(1)}` },
    { name: 'padding', value: `${ID}.1.${MAC}=` },
    { name: 'a line end after', value: `${ID}.1.${MAC}\n` },
  ])('refuses $name', ({ value }) => {
    expect(parseRefreshToken(value)).toBeUndefined();
  });

  it.each([1, 9, 10, 999_999_999])('gives its three parts: generation %i', (generation) => {
    expect(parseRefreshToken(`${ID}.${generation}.${MAC}`)).toEqual({
      grantId: ID,
      generation,
      mac: MAC,
    });
  });
});

describe('codes and refresh tokens of a grant', () => {
  const keyring = createKeyring(['a secret that is long enough to be one']);
  const credentials = createGrantCredentials(keyring, 'https://auth.example.com');
  const grant = { grant_id: ID, salt: 'the salt of the grant' };
  const code = parseCode(credentials.code(grant))!;
  const token = parseRefreshToken(credentials.refreshToken(grant, 3))!;

  it.each([
    { name: 'another grant', other: { ...grant, grant_id: `${ID.slice(0, -1)}A` } },
    { name: 'another salt', other: { ...grant, salt: 'another salt' } },
  ])('prove nothing for $name', ({ other }) => {
    expect(credentials.isCodeOf(other, code)).toBe(false);
    expect(credentials.isRefreshTokenOf(other, token)).toBe(false);
  });

  it.each([
    'https://other.example.com',
    'https://auth.example.com/tenant',
    'https://AUTH.example.com',
  ])('prove nothing to the issuer %s', (issuer) => {
    const other = createGrantCredentials(keyring, issuer);
    expect(other.isCodeOf(grant, code)).toBe(false);
    expect(other.isRefreshTokenOf(grant, token)).toBe(false);
  });

  it('prove nothing under another secret', () => {
    const other = createGrantCredentials(
      createKeyring(['another secret that is long enough']),
      'https://auth.example.com',
    );
    expect(other.isCodeOf(grant, code)).toBe(false);
    expect(other.isRefreshTokenOf(grant, token)).toBe(false);
  });

  it.each([0, 1, 2, 4, 33])(
    'prove nothing for the generation %i when they are of the third',
    (generation) => {
      expect(credentials.isRefreshTokenOf(grant, { ...token, generation })).toBe(false);
    },
  );

  it('do not stand for each other', () => {
    expect(credentials.isCodeOf(grant, token)).toBe(false);
    expect(credentials.isRefreshTokenOf(grant, { ...code, generation: 1 })).toBe(false);
    expect(credentials.isRefreshTokenOf(grant, { ...code, generation: 0 })).toBe(false);
  });

  it.each(['AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', '', MAC])('refuse the MAC %j', (mac) => {
    expect(credentials.isCodeOf(grant, { ...code, mac })).toBe(false);
    expect(credentials.isRefreshTokenOf(grant, { ...token, mac })).toBe(false);
  });

  it('refuse another spelling of the bits that are left over at the end of a MAC', () => {
    for (const { mac, verify } of [
      {
        mac: code.mac,
        verify: (other: string) => credentials.isCodeOf(grant, { ...code, mac: other }),
      },
      {
        mac: token.mac,
        verify: (other: string) => credentials.isRefreshTokenOf(grant, { ...token, mac: other }),
      },
    ]) {
      const bytes = Buffer.from(mac, 'base64url');
      const spellings = Array.from(
        'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_',
      )
        .map((last) => `${mac.slice(0, -1)}${last}`)
        .filter((spelling) => Buffer.from(spelling, 'base64url').equals(bytes));
      expect(spellings).toHaveLength(4);
      expect(spellings.filter(verify)).toEqual([mac]);
    }
  });

  it('prove what they are', () => {
    expect(credentials.isCodeOf(grant, code)).toBe(true);
    expect(credentials.isRefreshTokenOf(grant, token)).toBe(true);
    expect(token.generation).toBe(3);
    expect([code.grantId, token.grantId]).toEqual([ID, ID]);
  });

  it('are the same each time they are made', () => {
    expect(credentials.code(grant)).toBe(`${ID}.${code.mac}`);
    expect(credentials.refreshToken(grant, 3)).toBe(`${ID}.3.${token.mac}`);
  });
});
