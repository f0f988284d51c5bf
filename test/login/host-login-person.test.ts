import { describe, expect, it } from '@jest/globals';
import type { Request } from 'express';
import { hostLogin } from '../../lib/login/host-login.ts';
import type { Person } from '../../lib/login/port.ts';

const REQUEST = { headers: {} } as Request;

/** What becomes of a person as a host in plain JavaScript may hand it on. */
function personOf(given: object): Promise<Person | undefined> {
  const login = hostLogin({ user: () => given as Person, url: '/login' });
  return login.person(REQUEST);
}

const BAD_TIME = new TypeError('hostLogin: user must return auth_time in seconds since the epoch');
const BAD_SCOPES = new TypeError('hostLogin: user must return scopes as a list');

describe('the time of a login', () => {
  it.each([
    { name: 'the milliseconds of today', auth_time: Date.UTC(2026, 10, 23, 12) },
    { name: 'milliseconds of long ago', auth_time: Date.UTC(1974, 0, 1) },
    { name: 'a second after the last', auth_time: 100_000_000_001 },
    { name: 'a time before the epoch', auth_time: -0.5 },
    { name: 'a text', auth_time: '1795435200' },
    { name: 'an empty text', auth_time: '' },
    { name: 'a date', auth_time: new Date(0) },
    { name: 'a big integer', auth_time: 1_795_435_200n },
    { name: 'false', auth_time: false },
    { name: 'true', auth_time: true },
    { name: 'a list', auth_time: [1_795_435_200] },
  ])('is refused as the mistake of the host when it is $name', async ({ auth_time }) => {
    await expect(personOf({ sub: 'alice', auth_time })).rejects.toThrow(BAD_TIME);
  });

  it.each([
    { auth_time: 100_000_000_000, want: 100_000_000_000 },
    { auth_time: 1_795_435_200.001, want: 1_795_435_200 },
    { auth_time: 1_795_435_200.999, want: 1_795_435_200 },
    { auth_time: 0.9, want: 0 },
  ])('is the whole second that it was in: $auth_time', async ({ auth_time, want }) => {
    expect(await personOf({ sub: 'alice', auth_time })).toEqual({ sub: 'alice', auth_time: want });
  });

  it.each([null, undefined])('is not known when it is %s, and everything else is', async (none) => {
    const alice = {
      sub: 'alice',
      name: 'Alice',
      email: 'alice@example.com',
      amr: ['pwd'],
      claims: { 'urn:a': 1 },
      scopes: ['openid'],
    };
    const person = await personOf({ ...alice, auth_time: none });
    expect(person).toEqual(alice);
    expect(person).not.toHaveProperty('auth_time');
  });
});

describe('the sub of a person', () => {
  it.each([
    { name: 'a high surrogate alone', sub: '\uD83D' },
    { name: 'a low surrogate alone', sub: '\uDE00' },
    { name: 'a high surrogate at the end', sub: 'alice\uD800' },
    { name: 'a low surrogate at the start', sub: '\uDFFFalice' },
    { name: 'a pair the wrong way round', sub: 'a\uDE00\uD83Db' },
    { name: 'a lone one beside a pair', sub: '\u{1f600}\uD83D' },
  ])('is refused with $name, for two people could become one', async ({ sub }) => {
    await expect(personOf({ sub })).rejects.toThrow(
      /a sub that is a string of 1 to 255 characters/,
    );
  });

  it.each(['\u{1f600}', 'Jos\u00e9', '\u7530\u4e2d', 'auth0|42', 'a b', '\uFFFD'])(
    'may be %s',
    async (sub) => {
      expect(await personOf({ sub })).toEqual({ sub });
    },
  );
});

describe('the scopes of a person', () => {
  it.each([
    { name: 'a text', scopes: 'openid profile' },
    { name: 'an empty text', scopes: '' },
    { name: 'null', scopes: null },
    { name: 'a set', scopes: new Set(['openid']) },
    { name: 'an object', scopes: { openid: true } },
    { name: 'what looks like a list', scopes: { 0: 'openid', length: 1 } },
    { name: 'true', scopes: true },
  ])('are refused as the mistake of the host when they are $name', async ({ scopes }) => {
    await expect(personOf({ sub: 'alice', scopes })).rejects.toThrow(BAD_SCOPES);
  });

  it.each([[[]], [['openid', 'profile']]])('may be the list %j', async (scopes) => {
    expect(await personOf({ sub: 'alice', scopes })).toEqual({ sub: 'alice', scopes });
  });
});
