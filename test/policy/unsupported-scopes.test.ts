import { describe, expect, it } from '@jest/globals';
import {
  ceilingOf,
  createScopePolicy,
  implicitScopes,
  registeredScopes,
  supportedScopes,
  requestedScopes,
} from '../../lib/policy/scope-policy.ts';
import { refusalOf } from '../protocol/refusal.ts';
import { asking } from '../support/policy-client.ts';

const SETTINGS = {
  scopesSupported: ['openid', 'email', 'files', 'admin:read', 'root'],
  restrictedScopes: ['admin:*', 'root'],
  defaultClientScopes: ['openid'],
  baselineClientScopes: ['email'],
};
const drop = createScopePolicy({ ...SETTINGS, unsupportedScopes: 'drop' });
const reject = createScopePolicy({ ...SETTINGS, unsupportedScopes: 'reject' });

const byDefault = { scope: 'openid', origin: 'default' };
const byBaseline = { scope: 'email', origin: { baseline: 'global' } };
const requested = (scope: string): object => ({ scope, origin: 'requested' });

const REGISTRATIONS = [
  {
    name: 'all are supported',
    asked: ['files', 'openid'],
    beyond: [],
    registered: [requested('files'), requested('openid'), byBaseline],
    implicit: ['files', 'openid'],
  },
  {
    name: 'some are not',
    asked: ['stranger', 'files', 'OpenID', 'stranger:2'],
    beyond: ['stranger', 'OpenID', 'stranger:2'],
    registered: [requested('files'), byBaseline],
    implicit: ['files'],
  },
  {
    name: 'some are restricted',
    asked: ['admin:read', 'files', 'root'],
    beyond: ['admin:read', 'root'],
    registered: [requested('files'), byBaseline],
    implicit: ['files'],
  },
  {
    name: 'none is supported',
    asked: ['stranger', '__proto__', 'constructor'],
    beyond: ['stranger', '__proto__', 'constructor'],
    registered: [byDefault, byBaseline],
    implicit: ['openid'],
  },
  {
    name: 'all are restricted',
    asked: ['root', 'admin:read'],
    beyond: ['root', 'admin:read'],
    registered: [byDefault, byBaseline],
    implicit: ['openid'],
  },
  {
    name: 'only one of the baseline is left',
    asked: ['email', 'stranger'],
    beyond: ['stranger'],
    registered: [requested('email')],
    implicit: ['email'],
  },
];

describe("unsupportedScopes: 'drop', at registration", () => {
  it.each(REGISTRATIONS)('leaves out what is $beyond when $name', (row) => {
    const { requested: kept, dropped } = requestedScopes(drop, row.asked);
    expect(dropped).toEqual(row.beyond);
    // As it was sent, for what is not supported today may be tomorrow; or not at all.
    expect([row.asked, undefined]).toContainEqual(kept);
    expect(registeredScopes(drop, asking(kept))).toEqual(row.registered);
    expect(implicitScopes(drop, kept)).toEqual(row.implicit);
  });

  it('leaves out nothing of a client that asks for nothing', () => {
    expect(requestedScopes(drop, undefined)).toEqual({ requested: undefined, dropped: [] });
    expect(registeredScopes(drop, asking(undefined))).toEqual([byDefault, byBaseline]);
    expect(implicitScopes(drop, undefined)).toEqual(['openid']);
  });

  it('gives more as soon as more is supported: what was asked for counts anew', () => {
    const later = createScopePolicy({
      ...SETTINGS,
      unsupportedScopes: 'drop',
      scopesSupported: [...SETTINGS.scopesSupported, 'stranger'],
    });
    const asked = ['stranger', 'files'];
    expect(registeredScopes(drop, asking(asked))).toEqual([requested('files'), byBaseline]);
    expect(registeredScopes(later, asking(asked))).toEqual([
      requested('stranger'),
      requested('files'),
      byBaseline,
    ]);
  });
});

describe("unsupportedScopes: 'reject', at registration", () => {
  it.each(REGISTRATIONS.filter(({ beyond }) => beyond.length > 0))(
    'refuses when $name',
    ({ asked }) => {
      expect(refusalOf(() => requestedScopes(reject, asked))).toEqual({
        error: 'invalid_client_metadata',
        error_description: 'scope contains a value that is not in scopes_supported',
      });
    },
  );

  it('gives no defaults to a client of which nothing is left', () => {
    expect(registeredScopes(reject, asking(['stranger']))).toEqual([byBaseline]);
    expect(implicitScopes(reject, ['stranger'])).toEqual([]);
  });
});

describe('what counts of the scopes of a request', () => {
  const ALL = ['files', 'stranger', 'openid', 'root', 'admin:read', 'OPENID'];

  it.each([
    { name: 'what can be registered', scopes: ALL, known: [], want: ['files', 'openid'] },
    {
      name: 'what the requester has besides, though it is restricted',
      scopes: ALL,
      known: ['root'],
      want: ['files', 'openid', 'root'],
    },
    {
      name: 'what the requester has besides, though it is not supported any more',
      scopes: ALL,
      known: ['stranger'],
      want: ['files', 'stranger', 'openid'],
    },
    { name: 'nothing when none is known', scopes: ['stranger'], known: ['files'], want: [] },
    { name: 'nothing of nothing', scopes: [], known: ['files'], want: [] },
  ])("is $name with 'drop'", ({ scopes, known, want }) => {
    expect(supportedScopes(drop, scopes, known)).toEqual(want);
  });

  it("is all of it with 'reject', for the caller to refuse", () => {
    expect(supportedScopes(reject, ALL, [])).toEqual(ALL);
    expect(supportedScopes(reject, ALL, ['root'])).toEqual(ALL);
  });
});

describe('the ceiling of a client', () => {
  const narrow = registeredScopes(reject, asking(['files']));
  const wide = createScopePolicy({ ...SETTINGS, scopeCeiling: 'supported' });

  it.each([
    {
      name: "what was registered, with 'registered'",
      policy: reject,
      registered: narrow,
      want: ['files', 'email'],
    },
    {
      name: "all that could have been, with 'supported', never what is restricted",
      policy: wide,
      registered: narrow,
      want: ['files', 'email', 'openid'],
    },
    {
      name: "the same for a client that has nothing, with 'supported'",
      policy: wide,
      registered: [],
      want: ['openid', 'email', 'files'],
    },
    { name: "nothing of nothing, with 'registered'", policy: reject, registered: [], want: [] },
  ])('is $name', ({ policy, registered, want }) => {
    expect(ceilingOf(policy, registered)).toEqual(want);
  });

  it('has nothing to do with what is answered at registration', () => {
    expect(registeredScopes(wide, asking(['files']))).toEqual(narrow);
    expect(implicitScopes(wide, ['files'])).toEqual(['files']);
    expect(refusalOf(() => requestedScopes(wide, ['root']))).toHaveProperty(
      'error',
      'invalid_client_metadata',
    );
  });
});
