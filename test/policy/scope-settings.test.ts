import { describe, expect, it } from '@jest/globals';
import {
  DEFAULT_SCOPES_SUPPORTED,
  effectiveScopesSupported,
  isRestricted,
  scopeSettingsProblems,
  subsetProblem,
} from '../../lib/policy/scope-settings.ts';

const FOUR = ['openid', 'profile', 'email', 'offline_access'];

describe('the supported scopes in effect', () => {
  it.each([
    { name: 'A20: the four defaults when nothing is set', settings: {}, want: FOUR },
    {
      name: 'A20: the four defaults when the list is empty',
      settings: { scopesSupported: [] },
      want: FOUR,
    },
    { name: 'A21: the list that is set', settings: { scopesSupported: ['a'] }, want: ['a'] },
    {
      name: 'A22: the list that is set, beside a baseline',
      settings: { scopesSupported: ['openid', 'a'], baselineClientScopes: ['openid'] },
      want: ['openid', 'a'],
    },
    {
      name: 'A23: the four defaults beside a baseline',
      settings: { scopesSupported: [], baselineClientScopes: ['openid'] },
      want: FOUR,
    },
  ])('are $name', ({ settings, want }) => {
    expect(effectiveScopesSupported(settings)).toEqual(want);
  });

  it('have four defaults', () => {
    expect(DEFAULT_SCOPES_SUPPORTED).toEqual(FOUR);
  });
});

describe('a subset of the supported scopes', () => {
  it.each([
    {
      name: 'A25: names the one that is missing',
      subset: ['offline_access'],
      superset: ['openid'],
      want: 'baseline_client_scopes contains "offline_access" which is not in scopes_supported',
    },
    {
      name: 'A16: names all that are missing, each once',
      subset: ['a', 'openid', 'b', 'a'],
      superset: ['openid'],
      want: 'baseline_client_scopes contains "a", "b" which are not in scopes_supported',
    },
    {
      name: 'A25: is missed when there are none to be in',
      subset: ['openid'],
      superset: undefined,
      want: 'baseline_client_scopes contains "openid" which is not in scopes_supported',
    },
    {
      name: 'is missed in another case',
      subset: ['OpenID'],
      superset: ['openid'],
      want: 'baseline_client_scopes contains "OpenID" which is not in scopes_supported',
    },
    { name: 'A24: may be absent', subset: undefined, superset: ['openid'], want: undefined },
    { name: 'A24: may be empty', subset: [], superset: ['openid'], want: undefined },
    { name: 'A24: may be nothing of nothing', subset: [], superset: undefined, want: undefined },
    { name: 'A24: may be all of them', subset: ['b', 'a'], superset: ['a', 'b'], want: undefined },
  ])('$name', ({ subset, superset, want }) => {
    expect(subsetProblem('baseline_client_scopes', subset, superset)).toBe(want);
  });

  it('A25: is called in the message as it is called', () => {
    expect(subsetProblem('default_client_scopes', ['a'], [])).toBe(
      'default_client_scopes contains "a" which is not in scopes_supported',
    );
  });
});

describe('a restricted scope', () => {
  it.each([
    { scope: 'admin', restricted: [], want: false },
    { scope: 'admin', restricted: undefined, want: false },
    { scope: 'admin', restricted: ['admin'], want: true },
    { scope: 'admin:read', restricted: ['admin'], want: false },
    { scope: 'Admin', restricted: ['admin'], want: false },
    { scope: 'admin:read', restricted: ['admin:*'], want: true },
    { scope: 'admin:', restricted: ['admin:*'], want: true },
    { scope: 'admin', restricted: ['admin:*'], want: false },
    { scope: 'xadmin:read', restricted: ['admin:*'], want: false },
    { scope: 'mcp:tools', restricted: ['a', 'mcp:*'], want: true },
    { scope: 'adminx', restricted: ['admin.'], want: false },
  ])('$scope under $restricted is restricted: $want', ({ scope, restricted, want }) => {
    expect(isRestricted(scope, restricted)).toBe(want);
  });
});

const eleven = Array.from({ length: 11 }, (_, i) => `s${i}`);

describe('scope settings: refused', () => {
  it.each([
    {
      name: 'A13: a baseline scope that is not supported',
      settings: { scopesSupported: ['openid'], baselineClientScopes: ['admin'] },
      want: [
        {
          code: 'ERR_DCR_SCOPE_NOT_SUPPORTED',
          option: 'baselineClientScopes',
          message: 'baseline_client_scopes contains "admin" which is not in scopes_supported',
        },
      ],
    },
    {
      name: 'A15: a baseline scope that is not one of the defaults, when nothing is set',
      settings: { baselineClientScopes: ['custom'] },
      want: [
        {
          code: 'ERR_DCR_SCOPE_NOT_SUPPORTED',
          option: 'baselineClientScopes',
          message: 'baseline_client_scopes contains "custom" which is not in scopes_supported',
        },
      ],
    },
    {
      name: 'A16: every baseline scope that is not supported, in one message',
      settings: { baselineClientScopes: ['one', 'openid', 'two'] },
      want: [
        {
          code: 'ERR_DCR_SCOPE_NOT_SUPPORTED',
          option: 'baselineClientScopes',
          message: 'baseline_client_scopes contains "one", "two" which are not in scopes_supported',
        },
      ],
    },
    {
      name: 'a baseline of eleven',
      settings: { scopesSupported: eleven, baselineClientScopes: eleven },
      want: [
        {
          code: 'ERR_DCR_SCOPES_TOO_MANY',
          option: 'baselineClientScopes',
          message: 'baseline_client_scopes has 11 entries; at most 10 are allowed',
        },
      ],
    },
    {
      name: 'a scope twice in the baseline',
      settings: { baselineClientScopes: ['openid', 'email', 'openid', 'email', 'openid'] },
      want: [
        {
          code: 'ERR_DCR_SCOPE_REPEATED',
          option: 'baselineClientScopes',
          message: 'baseline_client_scopes contains "openid", "email" more than once',
        },
      ],
    },
    {
      name: 'an empty entry in the baseline',
      settings: { scopesSupported: ['openid'], baselineClientScopes: [''] },
      want: [
        {
          code: 'ERR_DCR_SCOPE_MALFORMED',
          option: 'baselineClientScopes',
          message: 'baseline_client_scopes contains "" which is not a scope token',
        },
        {
          code: 'ERR_DCR_SCOPE_NOT_SUPPORTED',
          option: 'baselineClientScopes',
          message: 'baseline_client_scopes contains "" which is not in scopes_supported',
        },
      ],
    },
    {
      name: 'two scopes in one entry',
      settings: { scopesSupported: ['openid profile'] },
      want: [
        {
          code: 'ERR_DCR_SCOPE_MALFORMED',
          option: 'scopesSupported',
          message: 'scopes_supported contains "openid profile" which is not a scope token',
        },
      ],
    },
    {
      name: 'a supported scope given twice',
      settings: { scopesSupported: ['openid', 'openid'] },
      want: [
        {
          code: 'ERR_DCR_SCOPE_REPEATED',
          option: 'scopesSupported',
          message: 'scopes_supported contains "openid" more than once',
        },
      ],
    },
    {
      name: 'a default scope that is not supported',
      settings: { scopesSupported: ['openid'], defaultClientScopes: ['openid', 'x', 'y'] },
      want: [
        {
          code: 'ERR_DCR_SCOPE_NOT_SUPPORTED',
          option: 'defaultClientScopes',
          message: 'default_client_scopes contains "x", "y" which are not in scopes_supported',
        },
      ],
    },
    {
      name: 'a restricted scope in the baseline',
      settings: {
        scopesSupported: ['openid', 'admin'],
        baselineClientScopes: ['admin'],
        restrictedScopes: ['admin'],
      },
      want: [
        {
          code: 'ERR_DCR_SCOPE_RESTRICTED',
          option: 'baselineClientScopes',
          message: 'baseline_client_scopes contains "admin" which is restricted',
        },
      ],
    },
    {
      name: 'a scope with a restricted prefix among the defaults',
      settings: {
        scopesSupported: ['openid', 'admin:read'],
        defaultClientScopes: ['openid', 'admin:read'],
        restrictedScopes: ['admin:*'],
      },
      want: [
        {
          code: 'ERR_DCR_SCOPE_RESTRICTED',
          option: 'defaultClientScopes',
          message: 'default_client_scopes contains "admin:read" which is restricted',
        },
      ],
    },
    ...['', 'a b', 'a*b', '*', '**', '*:read', 'admin**'].map((entry) => ({
      name: `${JSON.stringify(entry)} as a restricted scope`,
      settings: { restrictedScopes: [entry] },
      want: [
        {
          code: 'ERR_DCR_SCOPE_MALFORMED',
          option: 'restrictedScopes',
          message: `restricted_scopes contains "${entry}" which is neither a scope nor a prefix followed by *`,
        },
      ],
    })),
  ])('$name', ({ settings, want }) => {
    expect(scopeSettingsProblems(settings)).toEqual(want);
  });

  it('with everything that is wrong, at once', () => {
    const problems = scopeSettingsProblems({
      scopesSupported: ['openid', 'openid', 'a"b', 'admin'],
      baselineClientScopes: ['admin', 'x'],
      defaultClientScopes: ['y'],
      restrictedScopes: ['admin', 'a b'],
    });
    expect(problems.map(({ message }) => message).sort()).toEqual([
      'baseline_client_scopes contains "admin" which is restricted',
      'baseline_client_scopes contains "x" which is not in scopes_supported',
      'default_client_scopes contains "y" which is not in scopes_supported',
      'restricted_scopes contains "a b" which is neither a scope nor a prefix followed by *',
      'scopes_supported contains "a"b" which is not a scope token',
      'scopes_supported contains "openid" more than once',
    ]);
  });
});

describe('scope settings: accepted', () => {
  it.each([
    { name: 'A9: no baseline', settings: { scopesSupported: ['openid', 'profile'] } },
    { name: 'A10: an empty baseline', settings: { baselineClientScopes: [] } },
    {
      name: 'A11: one baseline scope',
      settings: { scopesSupported: ['openid', 'email'], baselineClientScopes: ['email'] },
    },
    {
      name: 'A12: the whole list as baseline',
      settings: { scopesSupported: ['openid', 'email'], baselineClientScopes: ['email', 'openid'] },
    },
    {
      name: 'A14: a baseline scope of the defaults, when nothing is set',
      settings: { baselineClientScopes: ['offline_access'] },
    },
    {
      name: 'A14: the same when the list is empty',
      settings: { scopesSupported: [], baselineClientScopes: ['offline_access'] },
    },
    {
      name: 'a baseline of ten',
      settings: { scopesSupported: eleven, baselineClientScopes: eleven.slice(0, 10) },
    },
    { name: 'eleven supported scopes', settings: { scopesSupported: eleven } },
    {
      name: 'restricted scopes that are not supported',
      settings: { restrictedScopes: ['admin', 'root:*'] },
    },
    { name: 'nothing at all', settings: {} },
  ])('$name', ({ settings }) => {
    expect(scopeSettingsProblems(settings)).toEqual([]);
  });
});
