import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import * as door from '../../lib/index.ts';
import * as resource from '../../lib/resource.ts';
import * as testing from '../../lib/testing.ts';
import { createTestApp } from '../support/app.ts';

const { server: authorizationServer } = createTestApp({
  options: { resources: ['/a', '/b'], scopesSupported: ['notes:read'] },
});
const { clients, grants } = authorizationServer;
const setup = testing.createTestSetup();
const { store } = setup.options;
const never = undefined as never;

/** What a host that is written in plain JavaScript may do. */
const THROWN: readonly (readonly [string, string, () => unknown])[] = [
  ['a login without a function', 'INVALID_ARGUMENT', () => door.hostLogin({ url: '/' } as never)],
  ['a login of nothing', 'INVALID_ARGUMENT', () => door.hostLogin(never)],
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
  ['a store of nothing', 'REDIS_ADDRESS_INVALID', () => new door.RedisStore(never)],
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
  [
    'a route that asks for a number',
    'INVALID_ARGUMENT',
    () => authorizationServer.requireBearer({ resource: '/a', scope: 5 as never }),
  ],
  ['an API elsewhere without options', 'RESOURCE_OPTIONS', () => resource.requireBearer(never)],
  ['pages for nobody', 'INVALID_ARGUMENT', () => authorizationServer.adminRouter({} as never)],
  ['grants of nobody', 'INVALID_ARGUMENT', () => grants.list({ subject: '' })],
  ['grants without a word', 'INVALID_ARGUMENT', () => grants.list(never)],
  ['an end of nothing', 'INVALID_ARGUMENT', () => grants.revoke(never)],
  [
    'an operator who ends grants as the person',
    'INVALID_ARGUMENT',
    () => grants.revoke({ subject: 'a', operator: 'x' }),
  ],
  [
    'an operator without a name',
    'INVALID_ARGUMENT',
    () => clients.block(randomUUID(), { operator: '' }),
  ],
  ['a page that comes after none', 'INVALID_ARGUMENT', () => clients.list({ cursor: '!x' })],
  ['clients of a name that is none', 'INVALID_ARGUMENT', () => clients.list({ name: 5 as never })],
  [
    'clients of a host that is none',
    'INVALID_ARGUMENT',
    () => clients.list({ redirectHost: 5 as never }),
  ],
  ['a page of no size', 'INVALID_ARGUMENT', () => clients.list({ limit: 0 })],
  ['a token of no login', 'INVALID_ARGUMENT', () => authorizationServer.upstreamToken(never)],
  ['a record under no id', 'INVALID_ARGUMENT', () => store.pushedRequests.bind('x', 'x')],
  ['the rest of a page that was none', 'INVALID_ARGUMENT', () => store.grants.scan('x')],
  [
    'time in a unit that is none',
    'INVALID_ARGUMENT',
    () => setup.clock.advance({ minuets: 5 } as never),
  ],
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
