import { describe, expect, it } from '@jest/globals';
import { oauth2Login } from '../../lib/upstream/oauth2-login.ts';
import { oidcLogin } from '../../lib/upstream/oidc-login.ts';
import type { OAuth2LoginOptions, OidcLoginOptions } from '../../lib/upstream/options.ts';
import { UpstreamOptionsError } from '../../lib/upstream/options-check.ts';
import type { UpstreamLogin } from '../../lib/upstream/port.ts';

const OIDC = { issuer: 'https://accounts.example.com', clientId: 'app', clientSecret: 'hush' };
const OAUTH2 = {
  name: 'github',
  label: 'GitHub',
  authorizationEndpoint: 'https://github.example/authorize',
  tokenEndpoint: 'https://github.example/token',
  userinfoEndpoint: 'https://api.github.example/user',
  clientId: 'app',
};

/** The lines of the refusal, without its head. */
function problemsOf(make: () => UpstreamLogin): string[] {
  try {
    make();
  } catch (error) {
    if (!(error instanceof UpstreamOptionsError)) throw error;
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).not.toContain('hush');
    return error.problems.map(({ option, message }) => `${option}: ${message}`);
  }
  return [];
}

const oidcProblems = (options: object): string[] =>
  problemsOf(() => oidcLogin(options as OidcLoginOptions));
const oauth2Problems = (options: object): string[] =>
  problemsOf(() => oauth2Login(options as OAuth2LoginOptions));

describe('options of a login at an OpenID provider: refused', () => {
  it.each<[string, object, RegExp]>([
    ['an issuer over http', { issuer: 'http://accounts.example.com' }, /^issuer: must be an https/],
    ['an issuer that is no URL', { issuer: 'accounts' }, /^issuer: is not a URL/],
    ['an issuer with a query', { issuer: 'https://a.example/?x=1' }, /^issuer: must have no query/],
    [
      'an issuer with a user',
      { issuer: 'https://hush@a.example' },
      /^issuer: must have no user info/,
    ],
    [
      'the address of the document',
      { issuer: 'https://a.example/.well-known/openid-configuration' },
      /^issuer: is the address of a document/,
    ],
    ['no client', { clientId: undefined }, /^clientId: is required/],
    ['an empty client', { clientId: '' }, /^clientId: is required/],
    ['a secret with a line end', { clientSecret: 'hush\n' }, /^clientSecret: must be printable/],
    ['a secret that is none', { clientSecret: 7 }, /^clientSecret: must be printable/],
    [
      'a method without its secret',
      { clientSecret: undefined, clientAuthentication: 'client_secret_basic' },
      /^clientAuthentication: needs a clientSecret/,
    ],
    [
      'an unknown method',
      { clientAuthentication: 'private_key_jwt' },
      /^clientAuthentication: must be one/,
    ],
    ['a name in capitals', { name: 'Google' }, /^name: must be 1 to 32 lower-case/],
    ['a name with a bar', { name: 'a|b' }, /^name: must be 1 to 32 lower-case/],
    ['an empty label', { label: ' ' }, /^label: must be a text/],
    ['scopes in one text', { scopes: 'openid email' }, /^scopes: must be a list/],
    ['scopes without openid', { scopes: ['email'] }, /^scopes: must contain openid/],
    ['a domain with a scheme', { domains: ['https://example.com'] }, /^domains: must be a list/],
    ['an address as domain', { domains: ['alice@example.com'] }, /^domains: must be a list/],
    ['a hook that is none', { allow: true }, /^allow: must be a function/],
    [
      'an option that nobody knows',
      { clientID: 'app' },
      /^clientID: is none of name, label, issuer/,
    ],
    ['userinfo in words', { userinfo: 'yes' }, /^userinfo: must be true or false/],
    [
      'parameters in a text',
      { authorizationParameters: 'a=b' },
      /^authorizationParameters: must be/,
    ],
    ['an empty parameter', { authorizationParameters: { hd: '' } }, /"hd" must be a text/],
    ['prompt=none always', { authorizationParameters: { prompt: 'none' } }, /"prompt" can be/],
    ['prompt=login always', { authorizationParameters: { prompt: 'login' } }, /"prompt" can be/],
  ])('%s', (_name, change, problem) => {
    expect(oidcProblems({ ...OIDC, ...change })).toEqual([expect.stringMatching(problem)]);
  });

  it.each([
    'client_id',
    'redirect_uri',
    'response_type',
    'response_mode',
    'scope',
    'state',
    'nonce',
    'code_challenge',
    'code_challenge_method',
    'request',
    'request_uri',
    'max_age',
    'login_hint',
    'id_token_hint',
    'ui_locales',
    'Client_ID',
  ])('%s as a parameter, for it is set for each request', (name) => {
    expect(oidcProblems({ ...OIDC, authorizationParameters: { [name]: 'x' } })).toEqual([
      `authorizationParameters: "${name}" is set for each request`,
    ]);
  });

  it('all of them at once', () => {
    expect(oidcProblems({ issuer: 'x', name: 'X', scopes: [] })).toHaveLength(4);
    expect(oidcProblems(undefined as unknown as object)).toHaveLength(2);
  });
});

describe('options of a login at an OpenID provider: taken', () => {
  it.each<[string, object]>([
    ['the least', {}],
    ['an issuer with a slash at the end', { issuer: 'https://tenant.example.com/' }],
    ['an issuer on loopback', { issuer: 'http://localhost:8080/realms/main' }],
    ['a public client', { clientSecret: undefined, clientAuthentication: 'none' }],
    [
      'what Google needs for a refresh token',
      { authorizationParameters: { access_type: 'offline', prompt: 'consent', hd: 'example.com' } },
    ],
    ['domains', { domains: ['Example.com', 'xn--bcher-kva.example'] }],
  ])('%s', (_name, change) => {
    expect(oidcProblems({ ...OIDC, ...change })).toEqual([]);
  });

  it('are copied: what the host does to them later changes nothing', async () => {
    const domains = ['Example.com'];
    const login = oidcLogin({ ...OIDC, name: 'corp', label: 'Corp', domains });
    domains.push('example.net');
    expect(login).toMatchObject({ name: 'corp', label: 'Corp', domains: ['example.com'] });
  });
});

describe('options of a login without OpenID Connect: refused', () => {
  it.each<[string, object, RegExp]>([
    ['no name', { name: undefined }, /^name: is required/],
    ['no label', { label: undefined }, /^label: is required/],
    [
      'an endpoint over http',
      { tokenEndpoint: 'http://github.example/t' },
      /^tokenEndpoint: must be an https/,
    ],
    ['an endpoint with a fragment', { userinfoEndpoint: 'https://a.example/#x' }, /no fragment/],
    ['no field for sub', { claims: { sub: [] } }, /^claims: must have lists/],
    ['a field that is no list', { claims: { sub: 'id' } }, /^claims: must have lists/],
    ['a field for something else', { claims: { sub: ['id'], phone: ['p'] } }, /^claims: must have/],
    [
      'a token of its own',
      { userinfoHeaders: { Authorization: 'x' } },
      /^userinfoHeaders: must be/,
    ],
    ['a header of two lines', { userinfoHeaders: { a: 'x\r\ny: z' } }, /^userinfoHeaders: must be/],
    ['a nonce', { authorizationParameters: { nonce: 'x' } }, /"nonce" is set/],
  ])('%s', (_name, change, problem) => {
    expect(oauth2Problems({ ...OAUTH2, ...change })).toEqual([expect.stringMatching(problem)]);
  });
});

describe('what the host decides', () => {
  const person = { sub: 'alice', claims: {} };

  it('is asked as it was told', async () => {
    const login = oidcLogin({
      ...OIDC,
      allow: ({ sub }) => sub === 'alice',
      scopesOf: () => null,
      active: async () => false,
    });
    expect(await login.allow?.(person)).toBe(true);
    expect(await login.scopes?.(person)).toBeUndefined();
    expect(await login.isActive?.('alice')).toBe(false);
  });

  it('is not there where nothing was told', () => {
    expect(oidcLogin(OIDC)).not.toHaveProperty('allow');
    expect(oauth2Login(OAUTH2)).not.toHaveProperty('scopes');
  });

  it('lets nobody in by a forgotten return', async () => {
    const nothing = (): never => undefined as never;
    const login = oidcLogin({
      ...OIDC,
      allow: nothing,
      active: nothing,
      scopesOf: () => 'a' as never,
    });
    await expect(login.allow?.(person)).rejects.toThrow('allow must return true or false');
    await expect(login.isActive?.('alice')).rejects.toThrow('active must return true or false');
    await expect(login.scopes?.(person)).rejects.toThrow('scopesOf must return a list');
  });
});
