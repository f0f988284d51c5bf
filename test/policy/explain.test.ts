import { describe, expect, it } from '@jest/globals';
import { explainScopes, type ExplainedClient } from '../../lib/policy/explain.ts';
import type { BaselineClient } from '../../lib/policy/baseline-rules.ts';
import {
  ceilingOf,
  createScopePolicy,
  licensedPolicy,
  registeredScopes,
  type ScopePolicy,
} from '../../lib/policy/scope-policy.ts';
import type { RefusedCode } from '../../lib/policy/scope-reasons.ts';
import type { ScopeSettings } from '../../lib/policy/scope-settings.ts';
import { asking, documented } from '../support/policy-client.ts';

const SETTINGS: ScopeSettings = {
  scopesSupported: ['openid', 'notes:read', 'notes:write', 'notes:share', 'files', 'admin:all'],
  restrictedScopes: ['admin:*'],
  defaultClientScopes: ['openid'],
  baselineClientScopes: ['files'],
  baselineRules: [
    {
      name: 'two off',
      match: { client_name: 'Other', software_id: 'x' },
      scopes: ['notes:write', 'notes:share'],
    },
    {
      name: 'claude',
      match: { redirect_host: 'claude.ai', client_name: 'Claude*' },
      scopes: ['notes:write'],
    },
  ],
};
const POLICY = createScopePolicy(SETTINGS);
const HOOKED = createScopePolicy(SETTINGS, () => ['notes:share']);
const DROP = createScopePolicy({ ...SETTINGS, unsupportedScopes: 'drop' });
const WIDE = createScopePolicy({ ...SETTINGS, scopeCeiling: 'supported' });
const CLAUDE = { redirect_uris: ['https://claude.ai/cb'], client_name: 'Claude Code' };

/** A client, and what counts for it by a policy. */
function seenBy(
  policy: ScopePolicy,
  client: BaselineClient,
  licence?: readonly string[],
): ExplainedClient {
  const own = licensedPolicy(policy, licence);
  const registered = registeredScopes(own, client);
  return {
    ...client,
    ...(licence && { licence: { scopes: licence } }),
    registered,
    ceiling: ceilingOf(own, registered),
  };
}

function configured(scopes: readonly string[]): ExplainedClient {
  const registered = scopes.map((scope) => ({ scope, origin: 'requested' as const }));
  return { ...asking(scopes), origin: 'provisioned', registered, ceiling: scopes };
}

describe('why a client may ask for a scope', () => {
  it.each<{ policy?: ScopePolicy; client: ExplainedClient; scope: string; want: object }>([
    {
      client: seenBy(POLICY, asking(['notes:read'])),
      scope: 'notes:read',
      want: { code: 'requested', reason: 'the client registered with it' },
    },
    {
      client: seenBy(POLICY, documented('https://a.io/c.json')),
      scope: 'openid',
      want: {
        code: 'default',
        reason: 'the client asked for no scope, and this is one of the defaults',
      },
    },
    {
      client: seenBy(POLICY, { ...documented('https://a.io/c.json'), requested: ['openid'] }),
      scope: 'openid',
      want: { code: 'requested', reason: 'the metadata document of the client names it' },
    },
    {
      client: seenBy(POLICY, asking(['admin:all']), ['admin:all']),
      scope: 'admin:all',
      want: {
        code: 'requested',
        reason: 'the client registered with it, as its initial access token allows',
      },
    },
    {
      client: seenBy(POLICY, asking(undefined), ['admin:all']),
      scope: 'admin:all',
      want: {
        code: 'default',
        reason: 'the client asked for no scope, and its initial access token names this one',
      },
    },
    {
      client: seenBy(POLICY, asking(['openid'])),
      scope: 'files',
      want: {
        code: 'baseline',
        reason: 'the baseline adds it for every client',
        rule: 'global',
      },
    },
    {
      client: seenBy(POLICY, asking(['openid'], CLAUDE)),
      scope: 'notes:write',
      want: {
        code: 'baseline',
        reason: 'baseline rule "claude" adds it for this client',
        rule: 'claude',
      },
    },
    {
      policy: HOOKED,
      client: seenBy(HOOKED, asking(['openid'])),
      scope: 'notes:share',
      want: {
        code: 'baseline',
        reason: 'the baseline function adds it for this client',
        rule: 'hook',
      },
    },
    {
      policy: WIDE,
      client: seenBy(WIDE, asking(['openid'])),
      scope: 'notes:share',
      want: {
        code: 'ceiling',
        reason: 'clients may ask here for every scope that they could have registered with',
      },
    },
    {
      client: configured(['admin:all']),
      scope: 'admin:all',
      want: { code: 'configured', reason: 'the configuration of the client names it' },
    },
  ])('$scope: $want.reason', ({ policy = POLICY, client, scope, want }) => {
    expect(explainScopes(policy, client, [scope])).toEqual([{ scope, allowed: true, ...want }]);
  });
});

it('says so when it was told before, by a policy that is not the one of now', () => {
  const before = seenBy(POLICY, asking(['openid']));
  const kept = createScopePolicy({ ...SETTINGS, baselineClientScopes: [], reconcile: 'off' });
  const reason = 'the client was told so before, and that is what counts here';
  expect(explainScopes(kept, before, ['openid', 'files'])).toEqual([
    { scope: 'openid', allowed: true, code: 'requested', reason: 'the client registered with it' },
    { scope: 'files', allowed: true, code: 'baseline', reason, rule: 'global' },
  ]);
});

describe('why it may not', () => {
  const NARROW = seenBy(POLICY, asking(['openid']));

  it.each<{
    policy?: ScopePolicy;
    name: string;
    client?: ExplainedClient;
    scope: string;
    code: RefusedCode;
    more?: object;
    options: readonly (string | undefined)[];
  }>([
    { name: 'no scope', scope: 'a"b', code: 'malformed', options: [] },
    { name: 'empty', scope: '', code: 'malformed', options: [] },
    {
      name: 'unknown',
      scope: 'calendar',
      code: 'not_supported',
      options: ['scopesSupported', 'unsupportedScopes'],
    },
    {
      name: 'a member of every object',
      scope: '__proto__',
      code: 'not_supported',
      options: ['scopesSupported', 'unsupportedScopes'],
    },
    {
      name: 'a near miss',
      scope: 'notes:reed',
      code: 'not_supported',
      more: { nearest: 'notes:read' },
      options: ['scopesSupported', 'unsupportedScopes'],
    },
    {
      name: 'unknown, and left out',
      policy: DROP,
      scope: 'calendar',
      code: 'not_supported',
      more: { leftOut: true },
      options: ['scopesSupported'],
    },
    {
      name: 'unknown, for a client of the configuration',
      client: configured(['openid']),
      scope: 'calendar',
      code: 'not_supported',
      options: ['scopesSupported', 'unsupportedScopes'],
    },
    {
      name: 'restricted',
      scope: 'admin:all',
      code: 'restricted',
      options: ['clients', undefined, 'unsupportedScopes'],
    },
    {
      name: 'restricted, and left out',
      policy: DROP,
      scope: 'admin:all',
      code: 'restricted',
      more: { leftOut: true },
      options: ['clients', undefined],
    },
    {
      name: 'restricted, and what the initial access token allows is something else',
      client: seenBy(POLICY, asking(['openid']), ['openid']),
      scope: 'admin:all',
      code: 'restricted',
      options: ['clients', undefined, 'unsupportedScopes'],
    },
    {
      name: 'what the initial access token allows, and the client never asked for',
      client: seenBy(POLICY, asking(['openid']), ['openid', 'admin:all']),
      scope: 'admin:all',
      code: 'not_requested',
      options: ['baselineClientScopes', 'baselineRules', undefined, 'scopeCeiling'],
    },
    {
      name: 'what the initial access token leaves out',
      client: seenBy(POLICY, asking(['openid']), ['openid']),
      scope: 'notes:read',
      code: 'not_licensed',
      options: [undefined, 'baselineClientScopes', 'baselineRules'],
    },
    {
      name: 'not in the configuration of the client',
      client: configured(['openid']),
      scope: 'notes:write',
      code: 'not_configured',
      options: ['clients'],
    },
    {
      name: 'not asked for',
      scope: 'notes:read',
      code: 'not_requested',
      options: ['baselineClientScopes', 'baselineRules', undefined, 'scopeCeiling'],
    },
    {
      name: 'not asked for, and supported: never left out',
      policy: DROP,
      scope: 'notes:read',
      code: 'not_requested',
      options: ['baselineClientScopes', 'baselineRules', undefined, 'scopeCeiling'],
    },
    {
      name: 'nothing asked for',
      client: seenBy(POLICY, asking(undefined)),
      scope: 'notes:read',
      code: 'not_default',
      options: ['baselineClientScopes', 'baselineRules', 'defaultClientScopes', 'scopeCeiling'],
    },
    {
      name: 'added by the policy of now, by which the client was not looked at',
      client: { ...NARROW, ceiling: ['openid'] },
      scope: 'files',
      code: 'not_reconciled',
      options: [undefined],
    },
  ])('$name: $code', ({ policy = POLICY, client = NARROW, scope, code, more = {}, options }) => {
    const [explained] = explainScopes(policy, client, [scope]);
    expect(explained).toEqual({
      ...{ scope, allowed: false, code, ...more },
      reason: expect.any(String),
      help: expect.any(Array),
    });
    expect(explained?.help?.map(({ option }) => option)).toEqual(options);
    if (scope !== '') expect(explained?.reason).not.toContain(scope);
  });

  it('names the rules that would add it, the nearest first, and what keeps them from it', () => {
    const client = seenBy(POLICY, asking(['openid'], { client_name: 'Claude Code' }));
    const [explained] = explainScopes(POLICY, client, ['notes:write']);
    expect(explained?.nearRules).toEqual([
      { rule: 'claude', unmet: ['redirect_host'] },
      { rule: 'two off', unmet: ['client_name', 'software_id'] },
    ]);
    expect(explained?.help?.slice(0, 2)).toEqual([
      {
        option: 'baselineRules',
        advice: 'rule "claude" would add it, but for redirect_host',
      },
      {
        option: 'baselineRules',
        advice: 'rule "two off" would add it, but for client_name and software_id',
      },
    ]);
  });
});

it('explains every scope there is when none is named: those of the client first, each once', () => {
  const client = seenBy(POLICY, asking(['calendar', 'notes:read']));
  expect(explainScopes(POLICY, client).map(({ scope, allowed }) => [scope, allowed])).toEqual([
    ['notes:read', true],
    ['files', true],
    ['calendar', false],
    ['openid', false],
    ['notes:write', false],
    ['notes:share', false],
    ['admin:all', false],
  ]);
});

it('asks the baseline function once at most, however many scopes are refused', () => {
  let asked = 0;
  const policy = createScopePolicy(SETTINGS, () => {
    asked += 1;
    return [];
  });
  const client = seenBy(POLICY, asking(['openid']));
  explainScopes(policy, client);
  expect(asked).toBe(1);
  explainScopes(policy, client, ['openid', 'calendar', 'admin:all']);
  expect(asked).toBe(1);
});
