import { describe, expect, it } from '@jest/globals';
import { processWarnings } from '../../lib/resource/process-warnings.ts';
import { createResourceServer, requireBearer } from '../../lib/resource/resource-server.ts';

const GOOD = { issuer: 'https://auth.example.com', resource: 'https://api.example.com/mcp' };

describe('the options of an API in another process', () => {
  it.each<{ name: string; options: object; wrong: readonly string[] }>([
    { name: 'none', options: {}, wrong: ['issuer'] },
    { name: 'no resource', options: { issuer: GOOD.issuer }, wrong: ['resource'] },
    {
      name: 'an issuer in the clear',
      options: { ...GOOD, issuer: 'http://auth.example.com' },
      wrong: ['issuer'],
    },
    {
      name: 'an issuer with a slash',
      options: { ...GOOD, issuer: 'https://auth.example.com/' },
      wrong: ['issuer'],
    },
    { name: 'a resource that is none', options: { ...GOOD, resource: 'mcp' }, wrong: ['resource'] },
    {
      name: 'keys in the clear',
      options: { ...GOOD, jwksUri: 'http://auth.example.com/jwks' },
      wrong: ['jwksUri'],
    },
    {
      name: 'everything wrong',
      options: {
        ...GOOD,
        scopesSupported: 'a b',
        clockToleranceSeconds: 301,
        timeoutSeconds: 0,
        logger: {},
        scopes: 'a',
      },
      wrong: ['scopesSupported', 'clockToleranceSeconds', 'timeoutSeconds', 'logger', 'scopes'],
    },
    {
      name: 'NaN',
      options: { ...GOOD, clockToleranceSeconds: NaN },
      wrong: ['clockToleranceSeconds'],
    },
  ])('$name: each mistake is named, once and at once', ({ options, wrong }) => {
    for (const make of [createResourceServer, requireBearer]) {
      let thrown: unknown;
      try {
        make(options as typeof GOOD);
      } catch (error) {
        thrown = error;
      }
      expect(thrown).toBeInstanceOf(TypeError);
      expect(thrown).toMatchObject({
        code: 'ERR_DCR_RESOURCE_OPTIONS',
        problems: wrong.map((option) => ({ option, message: expect.any(String) })),
      });
    }
  });

  it.each([
    { scope: 'a"b', scopesSupported: undefined },
    { scope: 'write', scopesSupported: ['read'] },
  ])('refuse a route that asks for $scope of $scopesSupported', ({ scope, scopesSupported }) => {
    const api = createResourceServer({ ...GOOD, ...(scopesSupported && { scopesSupported }) });
    expect(() => api.requireBearer({ scope })).toThrow(/scope/);
    expect(() => requireBearer({ ...GOOD, scope: 'a"b' })).toThrow(/scope/);
  });

  it.each([{ checkRevocation: true }, { scopes: 'admin' }])(
    'refuse a route that asks for %j, which nobody here looks at',
    (asked) => {
      const api = createResourceServer(GOOD);
      expect(() => api.requireBearer(asked as object)).toThrow(/is no option; there is scope/);
      expect(() => requireBearer({ ...GOOD, ...asked })).toThrow(/is no option/);
    },
  );

  it('allow http on a loopback host, and a path on the origin of the issuer', () => {
    expect(() =>
      requireBearer({ issuer: 'http://localhost:3000', resource: '/mcp' }),
    ).not.toThrow();
  });
});

it('without a logger warnings and errors are warnings of the process, with their code', () => {
  const warned: unknown[] = [];
  const logger = processWarnings((...said) => warned.push(said));
  logger.debug('x');
  logger.info('x');
  logger.error('the keys cannot be had', { code: 'ERR_DCR_ISSUER_KEYS', issuer: GOOD.issuer });
  logger.warn('y');
  expect(warned).toEqual([
    [
      'express-dcr/resource: the keys cannot be had',
      {
        type: 'ExpressDcrWarning',
        code: 'ERR_DCR_ISSUER_KEYS',
        detail: '{"issuer":"https://auth.example.com"}',
      },
    ],
    ['express-dcr/resource: y', { type: 'ExpressDcrWarning', detail: '{}' }],
  ]);
});
