import { describe, expect, it } from '@jest/globals';
import { loginProblem } from '../../lib/options/login-check.ts';
import { hostLogin } from '../../lib/login/host-login.ts';
import { oauth2Login } from '../../lib/upstream/oauth2-login.ts';
import { oidcLogin } from '../../lib/upstream/oidc-login.ts';

const ISSUER = 'https://accounts.example.com';
const own = hostLogin({ user: () => undefined, url: '/login' });
const at = (name: string, issuer = ISSUER): ReturnType<typeof oidcLogin> =>
  oidcLogin({ issuer, clientId: 'app', name });

/** At a provider whose endpoints are told, and perhaps what it calls itself. */
const told = (name: string, host: string, issuer?: string): ReturnType<typeof oauth2Login> =>
  oauth2Login({
    name,
    label: name,
    authorizationEndpoint: `${host}/authorize`,
    tokenEndpoint: `${host}/token`,
    userinfoEndpoint: `${host}/user`,
    clientId: 'app',
    ...(issuer !== undefined && { issuer }),
  });

describe('the login', () => {
  it.each<[string, unknown, RegExp]>([
    ['nothing', undefined, /^is required/],
    ['an empty list', [], /^is required/],
    ['options in the place of a login', { issuer: 'https://a.example' }, /^is required/],
    ['the own one in a list', [own], /^must be either/],
    ['the own one and one elsewhere', [at('one'), own], /^must be either/],
    ['a list with something else in it', [at('one'), {}], /^must be a list of what/],
    ['two of one name', [at('one'), at('two'), at('one')], /"one" is there twice$/],
    ['one whose name cannot begin a subject', [{ ...at('one'), name: 'a|b' }], /^must be a list/],
  ])('is refused: %s', (_name, login, problem) => {
    expect(loginProblem(login)?.message).toMatch(problem);
  });

  it.each<[string, unknown]>([
    [
      'both told',
      [told('one', 'https://a.example', ISSUER), told('two', 'https://b.example', ISSUER)],
    ],
    ['one told, after one that is asked', [at('one'), told('two', 'https://b.example', ISSUER)]],
    ['one told, before one that is asked', [told('one', 'https://b.example', ISSUER), at('two')]],
    [
      'with another between them',
      [at('one'), at('three', 'https://c.example'), told('two', 'https://b.example', ISSUER)],
    ],
  ])('is refused when two servers call themselves the same: %s (RFC 9207 §4)', (_name, login) => {
    expect(loginProblem(login)?.message).toBe(
      'must have another issuer for each authorization server: "one" and "two" have the same',
    );
  });

  it.each<[string, unknown]>([
    ['the own one', own],
    ['one elsewhere', at('one')],
    ['a list of one', [at('one')]],
    ['two clients of one server', [at('one'), at('two')]],
    [
      'two clients of one server that is told',
      [told('one', 'https://a.example', ISSUER), told('two', 'https://a.example', ISSUER)],
    ],
    ['two servers', [at('one'), at('two', 'https://b.example')]],
    [
      'two that never said what they call themselves',
      [told('one', 'https://a.example'), told('two', 'https://b.example')],
    ],
  ])('is taken: %s', (_name, login) => {
    expect(loginProblem(login)).toBeUndefined();
  });
});
