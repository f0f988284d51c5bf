import { describe, expect, it } from '@jest/globals';
import type { Request } from 'express';
import { hostLogin, type HostLoginOptions } from '../../lib/login/host-login.ts';
import type { LoginPort, Person } from '../../lib/login/port.ts';

const REQUEST = { headers: { cookie: 'person=alice' } } as Request;
const GRANT = {
  grantId: 'g',
  clientId: 'c',
  sub: 'alice',
  scopes: ['openid'],
  resource: 'https://a.example/mcp',
};
const BAD_URL = new TypeError('hostLogin: url must be a path on this origin, such as /login');
const BAD_SUB = new TypeError(
  'hostLogin: user must return a sub that is a string of 1 to 255 characters',
);

const login = (more: Partial<HostLoginOptions> = {}): LoginPort =>
  hostLogin({ user: () => undefined, url: '/login', ...more });

const NO_PATHS = [
  '',
  'login',
  './login',
  '//evil.example/login',
  '//evil.example',
  '/\\evil.example',
  '\\\\evil.example',
  '/\t/evil.example',
  '/\n/evil.example',
  'https://evil.example/login',
  'https:/login',
  ' /login',
  '/log in',
  '/login\r\nSet-Cookie: a=b',
  '/login\0',
  '/caf\u00e9',
  '?a=1',
  '#a',
];

describe('the address of a login', () => {
  it.each(NO_PATHS)('cannot be %j', (url) => {
    expect(() => login({ url })).toThrow(BAD_URL);
  });

  it.each(NO_PATHS)('cannot be chosen to be %j', (url) => {
    const port = login({ url: () => url });
    expect(() => port.loginUrl({ return_to: '/back' })).toThrow(BAD_URL);
  });

  it.each([undefined, null, 1, {}, true])('cannot be %j, which is no text', (url) => {
    const port = login({ url: (() => url) as unknown as () => string });
    expect(() => port.loginUrl({ return_to: '/back' })).toThrow(BAD_URL);
  });

  it.each([
    { url: '/login', want: '/login?return_to=%2Fback%3Fa%3D1%26b%3D2' },
    { url: '/', want: '/?return_to=%2Fback%3Fa%3D1%26b%3D2' },
    { url: '/a/b.html', want: '/a/b.html?return_to=%2Fback%3Fa%3D1%26b%3D2' },
    { url: '/login?tenant=1', want: '/login?tenant=1&return_to=%2Fback%3Fa%3D1%26b%3D2' },
    { url: '/login#form', want: '/login?return_to=%2Fback%3Fa%3D1%26b%3D2#form' },
    { url: '/login?a=1#form', want: '/login?a=1&return_to=%2Fback%3Fa%3D1%26b%3D2#form' },
    { url: '/login#?a', want: '/login?return_to=%2Fback%3Fa%3D1%26b%3D2#?a' },
  ])('$url says where to return to', ({ url, want }) => {
    const request = { return_to: '/back?a=1&b=2' };
    expect(login({ url }).loginUrl(request)).toBe(want);
    expect(login({ url: () => url }).loginUrl(request)).toBe(want);
  });

  it('says what the client asked for, and nothing more', () => {
    const url = login().loginUrl({
      return_to: '/back',
      prompt: 'login',
      max_age: 0,
      login_hint: 'alice&prompt=none #',
    });
    const { pathname, searchParams, hash } = new URL(url, 'https://a.example');
    expect({ pathname, hash }).toEqual({ pathname: '/login', hash: '' });
    expect(Object.fromEntries(searchParams)).toEqual({
      return_to: '/back',
      prompt: 'login',
      max_age: '0',
      login_hint: 'alice&prompt=none #',
    });
    expect([...searchParams]).toHaveLength(4);
  });

  it('calls the way back what the host calls it', () => {
    expect(login({ returnToParameter: 'next' }).loginUrl({ return_to: '/back' })).toBe(
      '/login?next=%2Fback',
    );
  });

  it('has its name for itself, whatever else is asked for', () => {
    const port = login({ returnToParameter: 'prompt' });
    expect(port.loginUrl({ return_to: '/back', prompt: 'login', max_age: 60 })).toBe(
      '/login?prompt=%2Fback&max_age=60',
    );
  });

  it('is an address whatever a parser of the host has made of a hint', () => {
    const url = login({}).loginUrl({ return_to: '/back', login_hint: 'a\uD800 b\u{1F600}' });
    expect(url).toBe('/login?return_to=%2Fback&login_hint=a%EF%BF%BD%20b%F0%9F%98%80');
  });

  it('can be chosen by what is asked for', () => {
    const port = login({ url: ({ prompt }) => (prompt === 'login' ? '/again' : '/login') });
    expect(port.loginUrl({ return_to: '/b', prompt: 'login' })).toBe(
      '/again?return_to=%2Fb&prompt=login',
    );
    expect(port.loginUrl({ return_to: '/b' })).toBe('/login?return_to=%2Fb');
  });
});

describe('the person at the browser', () => {
  it.each([
    { name: 'no sub', person: {} },
    { name: 'an empty sub', person: { sub: '' } },
    { name: 'a number for a sub', person: { sub: 42 } },
    { name: 'the number zero for a sub', person: { sub: 0 } },
    { name: 'null for a sub', person: { sub: null } },
    { name: 'an object for a sub', person: { sub: { toString: () => 'alice' } } },
    { name: 'a list for a sub', person: { sub: ['alice'] } },
    { name: 'a sub of 256 characters', person: { sub: 'a'.repeat(256) } },
    { name: 'true', person: true },
    { name: 'a text', person: 'alice' },
  ])('is refused as the mistake of the host with $name', async ({ person }) => {
    const port = login({ user: () => person as unknown as Person });
    await expect(port.person(REQUEST)).rejects.toThrow(BAD_SUB);
  });

  it.each([
    { name: 'milliseconds', auth_time: 1_795_435_200_000 },
    { name: 'a time before the epoch', auth_time: -1 },
    { name: 'no number', auth_time: Number.NaN },
    { name: 'a time without end', auth_time: Infinity },
  ])('is refused with $name for the time of the login', async ({ auth_time }) => {
    const port = login({ user: () => ({ sub: 'alice', auth_time }) });
    await expect(port.person(REQUEST)).rejects.toThrow(
      new TypeError('hostLogin: user must return auth_time in seconds since the epoch'),
    );
  });

  it('is refused with scopes that are no list', async () => {
    const scopes = 'openid profile' as unknown as string[];
    await expect(login({ user: () => ({ sub: 'alice', scopes }) }).person(REQUEST)).rejects.toThrow(
      new TypeError('hostLogin: user must return scopes as a list'),
    );
  });

  it.each([
    { auth_time: 0, want: 0 },
    { auth_time: 1_795_435_200, want: 1_795_435_200 },
    { auth_time: 1_795_435_200.9, want: 1_795_435_200 },
  ])('logged in at a whole second: $auth_time', async ({ auth_time, want }) => {
    const port = login({ user: () => ({ sub: 'alice', auth_time }) });
    expect(await port.person(REQUEST)).toEqual({ sub: 'alice', auth_time: want });
  });

  it('is refused without a user function, before any request', () => {
    expect(() => login({ user: undefined as unknown as () => undefined })).toThrow(
      new TypeError('hostLogin: user must be a function'),
    );
  });

  it.each([undefined, null, false as const, '' as const, 0 as const])(
    'is nobody when the host says %j',
    async (nobody) => {
      expect(await login({ user: () => nobody }).person(REQUEST)).toBeUndefined();
      expect(await login({ user: async () => nobody }).person(REQUEST)).toBeUndefined();
    },
  );

  it('is who the host says, with everything the host says', async () => {
    const alice = {
      sub: 'a'.repeat(255),
      name: 'Alice',
      email: 'alice@example.com',
      auth_time: 1,
      amr: ['pwd'],
      claims: { a: 1 },
      scopes: ['openid'],
    };
    expect(await login({ user: () => alice }).person(REQUEST)).toEqual(alice);
    expect(await login({ user: async () => alice }).person(REQUEST)).toEqual(alice);
  });

  it('is looked for in the request of the moment', async () => {
    const seen: unknown[] = [];
    const port = hostLogin<{ session: string }>({
      user: (req) => {
        seen.push(req);
        return undefined;
      },
      url: '/login',
    });
    await port.person(REQUEST);
    expect(seen).toEqual([REQUEST]);
    expect(seen[0]).toBe(REQUEST);
  });

  it.each([
    {
      name: 'throws',
      user: () => {
        throw new Error('session store away');
      },
    },
    { name: 'rejects', user: () => Promise.reject(new Error('session store away')) },
  ])('is not nobody when the host $name', async ({ user }) => {
    await expect(login({ user }).person(REQUEST)).rejects.toThrow('session store away');
  });
});

describe('what else a host can say', () => {
  it('is left out when it is not given', () => {
    expect(login()).not.toHaveProperty('isActive');
    expect(login()).not.toHaveProperty('accessTokenClaims');
  });

  it.each([true, false])('is whether a person is active: %s', async (active) => {
    const asked: string[] = [];
    const sync = login({
      active: (sub) => {
        asked.push(sub);
        return active;
      },
    });
    const later = login({ active: async () => active });
    expect(await sync.isActive?.('alice')).toBe(active);
    expect(await later.isActive?.('alice')).toBe(active);
    expect(asked).toEqual(['alice']);
  });

  it('rejects when the host throws, also at once', async () => {
    const port = login({
      active: () => {
        throw new Error('away');
      },
      accessTokenClaims: () => {
        throw new Error('away');
      },
    });
    await expect(port.isActive?.('alice')).rejects.toThrow('away');
    await expect(port.accessTokenClaims?.(GRANT)).rejects.toThrow('away');
  });

  it('is claims for the access token of a grant', async () => {
    const claims = (grant: { sub: string }): Record<string, unknown> => ({ 'urn:who': grant.sub });
    const sync = login({ accessTokenClaims: claims });
    const later = login({ accessTokenClaims: async (grant) => claims(grant) });
    expect(await sync.accessTokenClaims?.(GRANT)).toEqual({ 'urn:who': 'alice' });
    expect(await later.accessTokenClaims?.(GRANT)).toEqual({ 'urn:who': 'alice' });
  });
});
