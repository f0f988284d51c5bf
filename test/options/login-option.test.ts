import { describe, expect, it } from '@jest/globals';
import { loginProblem } from '../../lib/options/login-check.ts';
import { hostLogin } from '../../lib/login/host-login.ts';
import { oidcLogin } from '../../lib/upstream/oidc-login.ts';

const own = hostLogin({ user: () => undefined, url: '/login' });
const at = (name: string): ReturnType<typeof oidcLogin> =>
  oidcLogin({ issuer: 'https://accounts.example.com', clientId: 'app', name });

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
    ['the own one', own],
    ['one elsewhere', at('one')],
    ['a list of one', [at('one')]],
    ['a list of several', [at('one'), at('two')]],
  ])('is taken: %s', (_name, login) => {
    expect(loginProblem(login)).toBeUndefined();
  });
});
