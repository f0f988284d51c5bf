import { describe, expect, it } from '@jest/globals';
import {
  createScopePolicy,
  implicitScopes,
  registeredScopes,
  requestedScopes,
} from '../../lib/policy/scope-policy.ts';
import { OAuthError } from '../../lib/protocol/errors.ts';
import { refusalOf } from '../protocol/refusal.ts';
import { asking } from '../support/policy-client.ts';

const FOUR = ['openid', 'profile', 'email', 'offline_access'];

describe('making a scope policy', () => {
  it('A19: refuses a baseline that is not supported', () => {
    expect(() =>
      createScopePolicy({ scopesSupported: ['openid'], baselineClientScopes: ['offline_access'] }),
    ).toThrow(
      new TypeError(
        'baseline_client_scopes contains "offline_access" which is not in scopes_supported',
      ),
    );
  });

  it('names every problem', () => {
    expect(() =>
      createScopePolicy({ baselineClientScopes: ['a'], defaultClientScopes: ['b'] }),
    ).toThrow(
      new TypeError(
        'baseline_client_scopes contains "a" which is not in scopes_supported; default_client_scopes contains "b" which is not in scopes_supported',
      ),
    );
  });

  it.each([
    {
      name: 'has the four defaults when nothing is set',
      settings: {},
      want: { supported: FOUR, registrable: FOUR, baseline: [], defaults: FOUR },
    },
    {
      name: 'keeps restricted scopes away from registration and from the defaults',
      settings: {
        scopesSupported: ['openid', 'admin:read', 'root', 'email'],
        baselineClientScopes: ['email'],
        restrictedScopes: ['admin:*', 'root'],
      },
      want: {
        supported: ['openid', 'admin:read', 'root', 'email'],
        registrable: ['openid', 'email'],
        baseline: ['email'],
        defaults: ['openid', 'email'],
      },
    },
    {
      name: 'has the defaults that are chosen',
      settings: { defaultClientScopes: ['email', 'openid'] },
      want: { supported: FOUR, registrable: FOUR, baseline: [], defaults: ['email', 'openid'] },
    },
    {
      name: 'takes an empty list of defaults for none chosen',
      settings: { scopesSupported: ['a', 'b'], defaultClientScopes: [] },
      want: { supported: ['a', 'b'], registrable: ['a', 'b'], baseline: [], defaults: ['a', 'b'] },
    },
    {
      name: 'takes the three rules as they are set',
      settings: { unsupportedScopes: 'drop', scopeCeiling: 'supported', reconcile: 'off' } as const,
      want: {
        supported: FOUR,
        registrable: FOUR,
        baseline: [],
        defaults: FOUR,
        unsupported: 'drop',
        ceiling: 'supported',
        reconcile: 'off',
      },
    },
  ])('$name', ({ settings, want }) => {
    expect(createScopePolicy(settings)).toEqual({
      unsupported: 'reject',
      ceiling: 'registered',
      reconcile: 'on',
      rules: [],
      ...want,
      digest: expect.any(String),
    });
  });

  it('copies the lists, so that who changes them later changes nothing', () => {
    const settings = {
      scopesSupported: ['openid', 'email', 'admin'],
      baselineClientScopes: ['email'],
      defaultClientScopes: ['openid'],
      restrictedScopes: ['admin'],
    };
    const policy = createScopePolicy(settings);
    const before = structuredClone(policy);
    settings.scopesSupported.push('more');
    settings.baselineClientScopes.push('admin');
    settings.defaultClientScopes[0] = 'admin';
    settings.restrictedScopes.length = 0;
    expect(policy).toEqual(before);
    expect(registeredScopes(policy, asking(undefined)).map(({ scope }) => scope)).toEqual([
      'openid',
      'email',
    ]);
  });

  it.each(['supported', 'registrable', 'baseline', 'defaults'] as const)('freezes %s', (list) => {
    const policy = createScopePolicy({ baselineClientScopes: ['openid'] });
    expect(() => (policy[list] as string[]).push('admin')).toThrow(TypeError);
    expect(() => Object.assign(policy, { [list]: [] })).toThrow(TypeError);
  });

  it('does not freeze the lists of the caller', () => {
    const settings = { scopesSupported: ['openid'], baselineClientScopes: ['openid'] };
    createScopePolicy(settings);
    expect(Object.isFrozen(settings.scopesSupported)).toBe(false);
    expect(Object.isFrozen(settings.baselineClientScopes)).toBe(false);
  });
});

describe('the digest of a policy', () => {
  const digest = (settings: Parameters<typeof createScopePolicy>[0]): string =>
    createScopePolicy(settings).digest;
  const base = { scopesSupported: ['openid', 'email', 'admin'] };

  it('is the same for the same policy, however it was said', () => {
    expect(digest({})).toBe(digest({ scopesSupported: FOUR, baselineClientScopes: [] }));
    expect(digest(base)).toBe(digest({ ...base, defaultClientScopes: base.scopesSupported }));
  });

  it('is another when only what can be registered is', () => {
    const chosen = { defaultClientScopes: ['openid'] };
    expect(digest({ ...base, ...chosen })).not.toBe(
      digest({ ...chosen, scopesSupported: ['openid', 'email'] }),
    );
  });

  it('is another for each thing that is decided otherwise', () => {
    const digests = [
      digest(base),
      digest({ scopesSupported: ['openid', 'email'] }),
      digest({ ...base, baselineClientScopes: ['email'] }),
      digest({ ...base, baselineClientScopes: ['email', 'admin'] }),
      digest({ ...base, defaultClientScopes: ['email'] }),
      digest({ ...base, restrictedScopes: ['admin'] }),
    ];
    // One that is restricted is as good as not supported.
    expect(digests[5]).toBe(digests[1]);
    expect(new Set(digests).size).toBe(5);
  });
});

describe('the registered set of a client', () => {
  const requested = (scope: string): object => ({ scope, origin: 'requested' });
  const byDefault = (scope: string): object => ({ scope, origin: 'default' });
  const baseline = (scope: string): object => ({ scope, origin: { baseline: 'global' } });
  const POLICY = { baselineClientScopes: ['openid', 'offline_access'] };

  it.each([
    {
      name: 'is what it asked for when there is no baseline',
      settings: {},
      asked: ['email', 'openid'],
      want: [requested('email'), requested('openid')],
    },
    {
      name: 'is what it asked for, then the baseline',
      settings: POLICY,
      asked: ['profile', 'openid'],
      want: [requested('profile'), requested('openid'), baseline('offline_access')],
    },
    {
      name: 'is the defaults, then the baseline, when it asked for nothing',
      settings: { ...POLICY, defaultClientScopes: ['email'] },
      asked: undefined,
      want: [byDefault('email'), baseline('openid'), baseline('offline_access')],
    },
    {
      name: 'is all that can be registered when it asked for nothing and nothing is chosen',
      settings: { scopesSupported: ['a', 'admin', 'b'], restrictedScopes: ['admin'] },
      asked: undefined,
      want: [byDefault('a'), byDefault('b')],
    },
    {
      name: 'loses what is not supported any more',
      settings: { scopesSupported: ['openid'] },
      asked: ['email', 'openid', 'gone'],
      want: [requested('openid')],
    },
    {
      name: 'loses what has been restricted since',
      settings: { restrictedScopes: ['em*'] },
      asked: ['email', 'openid'],
      want: [requested('openid')],
    },
    {
      name: 'is the baseline when nothing else is left',
      settings: POLICY,
      asked: ['gone'],
      want: [baseline('openid'), baseline('offline_access')],
    },
    {
      name: 'is empty when nothing at all is left: not the defaults',
      settings: {},
      asked: ['gone'],
      want: [],
    },
  ])('$name', ({ settings, asked, want }) => {
    expect(registeredScopes(createScopePolicy(settings), asking(asked))).toEqual(want);
  });

  it('follows the policy in both directions', () => {
    const asked = ['openid'];
    const without = createScopePolicy({});
    const within = createScopePolicy(POLICY);
    const scopes = (policy: typeof without): string[] =>
      registeredScopes(policy, asking(asked)).map(({ scope }) => scope);
    expect(scopes(without)).toEqual(['openid']);
    expect(scopes(within)).toEqual(['openid', 'offline_access']);
    expect(scopes(without)).toEqual(['openid']);
  });

  it('A30: is another list each time, and the policy stays as it is', () => {
    const policy = createScopePolicy(POLICY);
    const before = structuredClone(policy);
    registeredScopes(policy, asking(['profile'])).push({ scope: 'admin', origin: 'requested' });
    registeredScopes(policy, asking(undefined)).length = 0;
    expect(() => Object.assign(implicitScopes(policy, undefined), { length: 0 })).toThrow(
      TypeError,
    );
    expect(policy).toEqual(before);
    expect(registeredScopes(policy, asking(['email'])).map(({ scope }) => scope)).toEqual([
      'email',
      'openid',
      'offline_access',
    ]);
  });
});

describe('an authorization request without scope', () => {
  const policy = createScopePolicy({
    scopesSupported: ['openid', 'email', 'offline_access'],
    baselineClientScopes: ['offline_access'],
    defaultClientScopes: ['openid'],
  });

  it.each([
    { name: 'the own wish of the client, without the baseline', asked: ['email'], want: ['email'] },
    { name: 'the defaults, without the baseline', asked: undefined, want: ['openid'] },
    { name: 'what is left of the wish', asked: ['gone', 'email'], want: ['email'] },
    { name: 'nothing, when nothing is left', asked: ['gone'], want: [] },
  ])('means $name', ({ asked, want }) => {
    expect(implicitScopes(policy, asked)).toEqual(want);
  });
});

describe('a registration that asks for what it cannot have', () => {
  const policy = createScopePolicy({
    scopesSupported: ['openid', 'admin'],
    restrictedScopes: ['admin'],
  });
  const REFUSED = {
    error: 'invalid_client_metadata',
    error_description: 'scope contains a value that is not in scopes_supported',
  };

  it.each([
    { name: 'is not supported', scopes: ['openid', 'stranger'] },
    { name: 'is restricted', scopes: ['admin'] },
    { name: 'is written otherwise', scopes: ['OpenID'] },
  ])('is refused when a scope $name', ({ scopes }) => {
    expect(refusalOf(() => requestedScopes(policy, scopes))).toEqual(REFUSED);
  });

  it('is refused with the scopes for the log, and without them on the wire', () => {
    try {
      requestedScopes(policy, ['stranger', 'openid', 'admin']);
      throw new Error('nothing was refused');
    } catch (error) {
      expect(error).toBeInstanceOf(OAuthError);
      expect((error as OAuthError).detail).toEqual({ unsupported: ['stranger', 'admin'] });
      expect(JSON.stringify(error)).not.toContain('stranger');
    }
  });

  it.each([{ scopes: ['openid'] }, { scopes: [] }])('is accepted with $scopes', ({ scopes }) => {
    expect(() => requestedScopes(policy, scopes)).not.toThrow();
  });
});
