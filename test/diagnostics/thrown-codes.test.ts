import { describe, expect, it } from '@jest/globals';
import * as door from '../../lib/index.ts';
import { createTestApp } from '../support/app.ts';

const { server: authorizationServer } = createTestApp({
  options: { resources: ['/a', '/b'], scopesSupported: ['notes:read'] },
});
const { clients, grants } = authorizationServer;
const never = undefined as never;

/** What a host that is written in plain JavaScript may do. */
const THROWN: readonly (readonly [string, string, () => unknown])[] = [
  ['a login without a function', 'INVALID_ARGUMENT', () => door.hostLogin({ url: '/' } as never)],
  [
    'a login elsewhere on the web',
    'INVALID_ARGUMENT',
    () => door.hostLogin({ user: () => undefined, url: '//evil.example' }),
  ],
  ['a login without options', 'UPSTREAM_OPTIONS', () => door.oidcLogin({} as never)],
  ['a server without options', 'CONFIGURATION', () => door.createAuthorizationServer(never)],
  ['an environment without anything', 'CONFIGURATION', () => door.optionsFromEnv({})],
  [
    'a store without a place',
    'REDIS_ADDRESS_INVALID',
    () => new door.RedisStore({ url: 'localhost' }),
  ],
  [
    'a store with a prefix that is none',
    'INVALID_ARGUMENT',
    () => new door.RedisStore({ url: 'redis://localhost', prefix: '{a}' }),
  ],
  [
    'a refusal of no kind',
    'INVALID_ARGUMENT',
    () => new door.RegistrationRefusedError('no', { error: 'other' as never }),
  ],
  [
    'a route of several resources',
    'RESOURCE_AMBIGUOUS',
    () => authorizationServer.requireBearer({}),
  ],
  [
    'a route of no resource',
    'RESOURCE_INVALID',
    () => authorizationServer.requireBearer({ resource: 'mcp' }),
  ],
  [
    'a route that asks for what nobody has',
    'SCOPE_NOT_SUPPORTED',
    () => authorizationServer.requireBearer({ resource: '/a', scope: 'notes:write' }),
  ],
  [
    'a route that asks for no scope',
    'INVALID_ARGUMENT',
    () => authorizationServer.requireBearer({ resource: '/a', scope: [''] }),
  ],
  ['pages for nobody', 'INVALID_ARGUMENT', () => authorizationServer.adminRouter({} as never)],
  ['grants of nobody', 'INVALID_ARGUMENT', () => grants.list({ subject: '' })],
  ['a page of no size', 'INVALID_ARGUMENT', () => clients.list({ limit: 0 })],
  ['a token of no login', 'INVALID_ARGUMENT', () => authorizationServer.upstreamToken(never)],
];

describe('what is thrown', () => {
  it.each(THROWN)('for %s has the code ERR_DCR_%s', async (_name, code, run) => {
    const thrown: unknown = await (async () => run())().catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(TypeError);
    expect(thrown).toMatchObject({ code: `ERR_DCR_${code}` });
  });

  it.each([
    ['for an unavailable store', new door.StoreUnavailableError('x'), 'STORE_UNAVAILABLE'],
    ['for a provider that is away', new door.UpstreamUnavailableError('x'), 'UPSTREAM_UNAVAILABLE'],
    ['to refuse a registration', new door.RegistrationRefusedError('x'), 'REGISTRATION_REFUSED'],
  ])('%s has a code too', (_name, error, code) => {
    expect(error.code).toBe(`ERR_DCR_${code}`);
  });

  it('is a TypeError by its name, as those of Node are', () => {
    const run = (): unknown => door.hostLogin({ user: () => undefined, url: 'login' });
    let name: unknown;
    try {
      run();
    } catch (error) {
      ({ name } = error as Error);
    }
    expect(name).toBe('TypeError');
  });
});
