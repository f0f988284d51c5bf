import { describe, expect, it } from '@jest/globals';
import { claimNames, claimsWithin, standardClaims } from '../../lib/protocol/standard-claims.ts';

const ALL = ['openid', 'profile', 'email', 'phone', 'address'];

describe('the standard claims among others (OpenID Connect Core §5.1)', () => {
  it.each([
    { name: 'nothing', claims: undefined },
    { name: 'null', claims: null },
    { name: 'a text', claims: 'name' },
    { name: 'a list', claims: ['name'] },
    { name: 'inherited members', claims: Object.create({ name: 'Inherited' }) as object },
    { name: 'texts that are empty', claims: { name: '', email: '' } },
    { name: 'values of other types', claims: { name: 1, email: ['a@b.c'], updated_at: '2024' } },
    { name: 'an e-mail address that is no text', claims: { email: 1, email_verified: true } },
    { name: 'what is verified, without it', claims: { email_verified: true } },
    { name: 'a number that is none', claims: { updated_at: NaN } },
    { name: 'an address that says nothing', claims: { address: { planet: 'Mars', country: 4 } } },
    { name: 'an address as a text', claims: { address: 'Main Street 1' } },
    { name: 'those that are ours to say', claims: { sub: 'x', iss: 'x', aud: 'x', nonce: 'x' } },
    { name: 'those of a host', claims: { admin: true, 'https://example.com/tenant': 'x' } },
  ])('are none in $name', ({ claims }) => {
    expect(standardClaims(claims, ALL)).toEqual({});
  });

  const PERSON = {
    name: 'Alice',
    updated_at: 1_700_000_000,
    email: 'alice@example.com',
    email_verified: false,
    phone_number: '+1 555',
    phone_number_verified: true,
    address: { country: 'CH', locality: 'Bern', planet: 'Earth' },
    role: 'admin',
  };

  it.each([
    { scopes: ['openid'], want: {} },
    { scopes: ['openid', 'mcp:read'], want: {} },
    { scopes: ['profile'], want: { name: 'Alice', updated_at: 1_700_000_000 } },
    { scopes: ['email'], want: { email: 'alice@example.com', email_verified: false } },
    { scopes: ['phone'], want: { phone_number: '+1 555', phone_number_verified: true } },
    { scopes: ['address'], want: { address: { country: 'CH', locality: 'Bern' } } },
  ])('are those that $scopes asks for (OpenID Connect Core §5.4)', ({ scopes, want }) => {
    expect(standardClaims(PERSON, scopes)).toEqual(want);
  });

  it('are named for the metadata', () => {
    expect(claimNames(['openid', 'email', 'address', 'mcp:read'])).toEqual([
      'email',
      'email_verified',
      'address',
    ]);
  });
});

describe('as many claims as there is room for', () => {
  const claims = {
    email: `${'a'.repeat(60)}@b.c`,
    email_verified: true,
    name: 'N'.repeat(50),
    nickname: 'n',
  };
  const bytes = (value: object): number => Buffer.byteLength(JSON.stringify(value));

  it.each([
    { name: 'all', maxBytes: bytes(claims), left: [] },
    { name: 'all but the last', maxBytes: bytes(claims) - 1, left: ['nickname'] },
    {
      name: 'no address, and not that it was verified',
      maxBytes: 40,
      left: ['email', 'email_verified', 'name'],
    },
    { name: 'none', maxBytes: 2, left: Object.keys(claims) },
  ])('$name, in $maxBytes bytes', ({ maxBytes, left }) => {
    const fitting = claimsWithin(claims, maxBytes);
    expect(fitting.left).toEqual(left);
    expect(bytes(fitting.claims)).toBeLessThanOrEqual(maxBytes);
    expect([...Object.keys(fitting.claims), ...left].sort()).toEqual(Object.keys(claims).sort());
  });
});
