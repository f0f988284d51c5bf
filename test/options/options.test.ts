import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import supertest from 'supertest';
import {
  createAuthorizationServer,
  type AuthorizationServer,
} from '../../lib/authorization-server.ts';
import { ConfigurationError } from '../../lib/options/configuration-error.ts';
import { hostLogin } from '../../lib/login/host-login.ts';
import { VARIABLES } from '../../lib/options/option-variables.ts';
import { DEFAULTS, type AuthorizationServerOptions } from '../../lib/options/options.ts';
import { MemoryStore } from '../../lib/storage/memory/memory-store.ts';
import type { Store } from '../../lib/storage/store.ts';
import { createTestApp } from '../support/app.ts';
import { createClock } from '../support/clock.ts';
import { register } from '../support/flow.ts';
import { createLogRecorder } from '../support/log-recorder.ts';
import { sentencesOf } from './support.ts';

const issuer = 'https://auth.example.com';
const login = hostLogin({ user: () => undefined, url: '/login' });

function start(options: object = {}): AuthorizationServer {
  const { logger } = createLogRecorder();
  return createAuthorizationServer({ issuer, login, logger, ...options });
}

/** Option and message of each problem. */
function problemsOf(options: object): string[] {
  try {
    start(options);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.problems.map(({ option, message }) => `${option}: ${message}`);
  }
  return [];
}

function sharedStore(): Store {
  const store: Store = new MemoryStore({ now: createClock().now });
  return Object.assign(store, { shared: true });
}

const PEM = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString();

const MAKE_SECRET =
  "make one with: node -p \"require('node:crypto').randomBytes(32).toString('base64url')\"";

describe('options: refused', () => {
  it.each<{ name: string; options: object; want: string[] }>([
    {
      name: 'no issuer',
      options: { issuer: undefined },
      want: [
        'issuer: is required: the public address of this server, such as https://auth.example.com',
      ],
    },
    {
      name: 'an issuer with a slash at the end',
      options: { issuer: 'https://auth.example.com/' },
      want: ['issuer: "https://auth.example.com/" must not end with a slash'],
    },
    {
      name: 'no login',
      options: { login: undefined },
      want: [
        'login: is required: pass hostLogin({ user, url }), which asks your own session, or oidcLogin({ issuer, clientId, clientSecret })',
      ],
    },
    {
      name: 'a login that is none',
      options: { login: { user: () => undefined, url: '/login' } },
      want: [
        'login: is required: pass hostLogin({ user, url }), which asks your own session, or oidcLogin({ issuer, clientId, clientSecret })',
      ],
    },
    {
      name: 'A17: a baseline scope that is not supported',
      options: { scopesSupported: ['openid'], baselineClientScopes: ['offline_access'] },
      want: [
        'baselineClientScopes: baseline_client_scopes contains "offline_access" which is not in scopes_supported',
      ],
    },
    {
      name: 'A16: all baseline scopes that are not supported',
      options: { baselineClientScopes: ['one', 'two'] },
      want: [
        'baselineClientScopes: baseline_client_scopes contains "one", "two" which are not in scopes_supported',
      ],
    },
    {
      name: 'a restricted scope among the defaults',
      options: { defaultClientScopes: ['email'], restrictedScopes: ['email'] },
      want: ['defaultClientScopes: default_client_scopes contains "email" which is restricted'],
    },
    {
      name: 'a resource that is none',
      options: { resources: ['https://api.example.com/#x'] },
      want: [
        'resources: the resource "https://api.example.com/#x" is neither a path nor an absolute http(s) URL, without user info and fragment and written in its normal form',
      ],
    },
    ...[
      'accessTokenTtlSeconds',
      'refreshTokenTtlSeconds',
      'clientUnusedTtlSeconds',
      'codeTtlSeconds',
    ].flatMap((option) =>
      [0, -1, 1.5, '60'].map((value) => ({
        name: `${option} of ${JSON.stringify(value)}`,
        options: { [option]: value },
        want: [`${option}: ${JSON.stringify(value)} is not a positive number of whole seconds`],
      })),
    ),
    {
      name: 'a lifetime without end',
      options: { accessTokenTtlSeconds: Infinity },
      want: ['accessTokenTtlSeconds: null is not a positive number of whole seconds'],
    },
    {
      name: 'a code that lives longer than ten minutes',
      options: { codeTtlSeconds: 601 },
      want: ['codeTtlSeconds: must not be longer than 600 seconds'],
    },
    {
      name: 'a client that lives shorter than its grants by default',
      options: { clientIdleTtlSeconds: 7_775_999 },
      want: [
        'clientIdleTtlSeconds: 7775999 s is shorter than grantMaxTtlSeconds (7776000 s): a client must outlive its grants',
      ],
    },
    {
      name: 'a grant that outlives its client',
      options: { grantMaxTtlSeconds: 15_552_001 },
      want: [
        'clientIdleTtlSeconds: 15552000 s is shorter than grantMaxTtlSeconds (15552001 s): a client must outlive its grants',
      ],
    },
    {
      name: 'names that are no options',
      options: { restrictedScope: ['admin'], Secret: 'x', wholly: 'unknown' },
      want: [
        'restrictedScope: is no option; did you mean restrictedScopes?',
        'Secret: is no option; did you mean secret?',
        'wholly: is no option',
      ],
    },
    {
      name: 'paths of endpoints that there are not',
      options: { paths: { tokens: '/token', elsewhere: '/x' } },
      want: [
        'paths: has no endpoint named "tokens"; did you mean token?',
        'paths: has no endpoint named "elsewhere"',
      ],
    },
    {
      name: 'a path with a fragment',
      options: { paths: { authorize: '/authorize#x', token: '/token#' } },
      want: [
        'paths: "/authorize#x" is not a path such as /oauth/token',
        'paths: "/token#" is not a path such as /oauth/token',
      ],
    },
    {
      name: 'paths that are none, or twice the same',
      options: { paths: { token: 'token', register: '/oauth/jwks', consent: '/a?b' } },
      want: [
        'paths: "/a?b" is not a path such as /oauth/token',
        'paths: "token" is not a path such as /oauth/token',
        'paths: "/oauth/jwks" is used for two endpoints',
      ],
    },
    ...[
      '/oauth/../token',
      '/../token',
      '/oauth/./token',
      '/oauth/..',
      '/.',
      '/..',
      '/.well-known/token',
      '/.well-known',
      '/.well-known/../token',
      '//token',
      '/oauth/',
      '/',
      '',
      '/oauth/%2e%2e/token',
      '/oauth\\token',
      '/to ken',
      '/:id',
    ].map((path) => ({
      name: `the path ${path}`,
      options: { paths: { token: path } },
      want: [`paths: ${JSON.stringify(path)} is not a path such as /oauth/token`],
    })),
    ...['verbose', 'INFO', '', 'silly', 'constructor', null, 3].map((logLevel) => ({
      name: `a log level of ${JSON.stringify(logLevel)}`,
      options: { logLevel },
      want: [`logLevel: ${JSON.stringify(logLevel)} is not one of debug, info, warn, error`],
    })),
    ...[[], ['mcp:read'], 'Read notes', 5, true, null].map((scopes) => ({
      name: `scope descriptions that are ${JSON.stringify(scopes)}`,
      options: { scopes },
      want: ['scopes: must be an object with a description for each scope'],
    })),
    ...[1, null, ['Read'], { en: 1 }, { en: 'Read', de: null }, { en: { text: 'Read' } }].map(
      (description) => ({
        name: `a scope description of ${JSON.stringify(description)}`,
        options: { scopes: { openid: 'Know you', 'mcp:read': description } },
        want: [
          'scopes: the description of "mcp:read" is neither a text nor one text for each language',
        ],
      }),
    ),
    {
      name: 'no store where memory will not do',
      options: { allowMemoryStore: false },
      want: [
        'store: is required in production: set DCR_REDIS_URL, or pass a store, or accept that every restart loses all clients and logins with DCR_ALLOW_MEMORY_STORE=true',
      ],
    },
    {
      name: 'a shared store without a secret',
      options: { store: sharedStore() },
      want: [`secret: is required with a shared store; ${MAKE_SECRET}`],
    },
    {
      name: 'keys that are rotated before the tokens of the one before have ended',
      options: { accessTokenTtlSeconds: 7200, signingKeyRotationSeconds: 3600 + 7200 },
      want: [
        'signingKeyRotationSeconds: 10800 s is not longer than the 3600 s for which a key is published before it signs and accessTokenTtlSeconds (7200 s) together',
      ],
    },
    {
      name: 'access tokens that live longer than keys sign by default',
      options: { accessTokenTtlSeconds: 90 * 86_400 },
      want: [
        'signingKeyRotationSeconds: 7776000 s is not longer than the 3600 s for which a key is published before it signs and accessTokenTtlSeconds (7776000 s) together',
      ],
    },
    {
      name: 'a rotation of keys that are given',
      options: { signingKeys: PEM, signingKeyRotationSeconds: 86_400 },
      want: [
        'signingKeyRotationSeconds: has no effect together with signingKeys: leave one of them out',
      ],
    },
    {
      name: 'signing keys that are none',
      options: { signingKeys: { keys: [] } },
      want: [
        "signingKeys: holds no private key in PEM or JWK Set form; make one with: node -p \"require('node:crypto').generateKeyPairSync('ec',{namedCurve:'P-256'}).privateKey.export({type:'pkcs8',format:'pem'})\"",
      ],
    },
  ])('$name', ({ options, want }) => {
    expect(problemsOf(options).sort()).toEqual(want.sort());
  });

  it.each([
    { name: 'short', secret: 'hunter2' },
    { name: 'empty', secret: '' },
    { name: 'one byte short', secret: 'a'.repeat(31) },
    { name: 'short beside a good one', secret: ['a'.repeat(32), 'hunter2'] },
  ])('a secret that is $name, and it is not repeated', ({ secret }) => {
    const [problem, ...others] = problemsOf({ secret });
    expect(others).toEqual([]);
    expect(problem).toMatch(/^secret: must have at least 32 bytes/);
    expect(problem).toContain(MAKE_SECRET);
    expect(problem).not.toMatch(/hunter2|aaa/);
  });

  it('all at once, in one error that names option and variable', () => {
    const refused = thrownBy(() =>
      start({
        issuer: 'http://auth.example.com',
        login: undefined,
        baselineClientScopes: ['admin'],
        codeTtlSeconds: 3600,
        secret: 'hunter2',
        paths: { token: 'token' },
      }),
    );
    expect(refused).toBeInstanceOf(ConfigurationError);
    expect(refused).toBeInstanceOf(TypeError);
    const { message, problems } = refused as ConfigurationError;
    expect(problems.map(({ option, variable }) => ({ option, variable }))).toEqual([
      { option: 'issuer', variable: 'DCR_ISSUER' },
      { option: 'baselineClientScopes', variable: 'DCR_BASELINE_SCOPES' },
      { option: 'codeTtlSeconds', variable: 'DCR_CODE_TTL' },
      { option: 'secret', variable: 'DCR_SECRET' },
      { option: 'paths', variable: undefined },
      { option: 'login', variable: 'DCR_UPSTREAM_ISSUER' },
    ]);
    expect(sentencesOf(message)).toHaveLength(6);
    expect(message).toContain(
      '\n  - baselineClientScopes (DCR_BASELINE_SCOPES): baseline_client_scopes contains "admin" which is not in scopes_supported [ERR_DCR_SCOPE_NOT_SUPPORTED]\n',
    );
    expect(message).not.toContain('hunter2');
  });

  it('before anything is logged', () => {
    const { logger, entries } = createLogRecorder();
    expect(() => start({ logger, baselineClientScopes: ['admin'] })).toThrow(ConfigurationError);
    expect(entries).toEqual([]);
  });

  it.each([
    { name: 'scopesSupported that is a text', options: { scopesSupported: 'openid' } },
    { name: 'baselineClientScopes that is a text', options: { baselineClientScopes: 'openid' } },
    { name: 'baselineClientScopes that is null', options: { baselineClientScopes: null } },
    { name: 'resources that is a text', options: { resources: '/mcp' } },
    { name: 'a secret that is a number', options: { secret: 1 } },
  ])('as a problem with the option and not as an accident: $name', ({ options }) => {
    expect(thrownBy(() => start(options))).toMatchObject({
      code: 'ERR_DCR_CONFIGURATION',
      problems: [{ option: Object.keys(options)[0] }],
    });
  });
});

describe('options: accepted', () => {
  it.each<{ name: string; options: object }>([
    { name: 'the least', options: {} },
    { name: 'an issuer with a path', options: { issuer: 'https://a.example/tenant' } },
    {
      name: 'A18: a baseline of the default scopes',
      options: { baselineClientScopes: ['offline_access'] },
    },
    {
      name: 'a secret of 32 bytes that are not 32 characters',
      options: { secret: '\u00e9'.repeat(16) },
    },
    { name: 'several secrets', options: { secret: ['a'.repeat(32), 'b'.repeat(32)] } },
    { name: 'a code of ten minutes', options: { codeTtlSeconds: 600 } },
    {
      name: 'a client that lives as long as its grants',
      options: { grantMaxTtlSeconds: 60, clientIdleTtlSeconds: 60 },
    },
    { name: 'other paths', options: { paths: { token: '/t', register: '/a/b-c_d.e~f' } } },
    {
      name: 'paths with dots that are no segments',
      options: { paths: { token: '/v1.0/...', register: '/.hidden/a..b', jwks: '/..a' } },
    },
    ...['debug', 'info', 'warn', 'error'].map((logLevel) => ({
      name: `the log level ${logLevel}`,
      options: { logLevel },
    })),
    {
      name: 'scope descriptions in one language, in several and in none',
      options: { scopes: { openid: 'Know you', email: { en: 'E-mail', de: 'E-Mail' }, x: {} } },
    },
    {
      name: 'a store where memory will not do',
      options: { allowMemoryStore: false, store: new MemoryStore({ now: createClock().now }) },
    },
    {
      name: 'a shared store with a secret',
      options: { store: sharedStore(), secret: 'a'.repeat(32) },
    },
    {
      name: 'a rotation that leaves a second between two keys',
      options: { accessTokenTtlSeconds: 7200, signingKeyRotationSeconds: 3600 + 7200 + 1 },
    },
    {
      name: 'access tokens of any life with keys that are given',
      options: { accessTokenTtlSeconds: 90 * 86_400, signingKeys: PEM },
    },
    {
      name: 'a shared store with secret and keys',
      options: { store: sharedStore(), secret: 'a'.repeat(32), signingKeys: PEM },
    },
  ])('$name', ({ options }) => {
    expect(problemsOf(options)).toEqual([]);
  });

  it.each(Object.keys(DEFAULTS).concat('secret', 'signingKeys', 'store'))(
    '%s that is undefined, as if it were not there',
    (option) => {
      expect(problemsOf({ [option]: undefined })).toEqual([]);
    },
  );

  it('one path, and the others stay where they are', () => {
    const { metadata } = start({ paths: { register: '/r' } });
    expect(metadata.token_endpoint).toBe('https://auth.example.com/oauth/token');
    expect(metadata.registration_endpoint).toBe('https://auth.example.com/r');
  });
});

describe('what the host does to its objects after the start', () => {
  it('changes nothing', async () => {
    const options = {
      scopesSupported: ['openid', 'email', 'offline_access', 'admin'],
      baselineClientScopes: ['offline_access'],
      defaultClientScopes: ['openid'],
      restrictedScopes: ['admin'],
      resources: ['https://auth.example.com/mcp'],
      secret: ['a'.repeat(32)],
      paths: { register: '/oauth/register' },
      scopes: { openid: { en: 'Who' } },
      codeTtlSeconds: 60,
    };
    const { app } = createTestApp({ options });
    options.scopesSupported.splice(0, 4, 'root');
    options.baselineClientScopes.push('admin');
    options.defaultClientScopes[0] = 'admin';
    options.restrictedScopes.length = 0;
    options.resources[0] = 'https://evil.example';
    options.secret[0] = 'b'.repeat(32);
    options.paths.register = '/elsewhere';

    const registered = await register(app);
    expect(registered.body).toMatchObject({ scope: 'openid offline_access' });
    const refused = await register(app, { scope: 'admin' });
    expect(refused.body).toMatchObject({ error: 'invalid_client_metadata' });
    const { body } = await supertest(app).get('/.well-known/oauth-protected-resource');
    expect(body).toMatchObject({
      resource: 'https://auth.example.com/mcp',
      scopes_supported: ['openid', 'email'],
    });
  });

  it('was not frozen by us', () => {
    const options = { scopesSupported: ['openid'], resources: ['/mcp'], paths: { token: '/t' } };
    start(options);
    for (const object of [options, options.scopesSupported, options.resources, options.paths]) {
      expect(Object.isFrozen(object)).toBe(false);
    }
  });
});

describe('the table of options', () => {
  it('has a frozen list of defaults', () => {
    expect(DEFAULTS).toMatchObject({
      accessTokenTtlSeconds: 3600,
      refreshTokenTtlSeconds: 2_592_000,
      grantMaxTtlSeconds: 7_776_000,
      codeTtlSeconds: 300,
      clientUnusedTtlSeconds: 604_800,
      clientIdleTtlSeconds: 15_552_000,
      allowMemoryStore: true,
      logLevel: 'info',
    });
    expect(Object.isFrozen(DEFAULTS)).toBe(true);
  });

  it('names each variable once', () => {
    const names = Object.values(VARIABLES);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => !/^DCR_[A-Z_]+$/.test(name))).toEqual([]);
  });

  it('says in types what it says at run time: issuer and login are all that is needed', () => {
    const least: AuthorizationServerOptions = { issuer, login };
    expect(problemsOf(least)).toEqual([]);
  });
});

function thrownBy(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
