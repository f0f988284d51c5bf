import { describe, expect, it } from '@jest/globals';
import type { BaselineRule } from '../../lib/policy/baseline-rules.ts';
import { scopeSettingsProblems, type ScopeSettings } from '../../lib/policy/scope-settings.ts';

const GOOD = { name: 'claude', match: { redirect_host: 'claude.ai' }, scopes: ['offline_access'] };

function messagesOf(baselineRules: unknown, settings: ScopeSettings = {}): string[] {
  const rules = { baselineRules: baselineRules as readonly BaselineRule[] };
  return scopeSettingsProblems({ ...settings, ...rules }).map(({ option, message }) => {
    expect(option).toBe('baselineRules');
    return message;
  });
}

const HOST = 'which is neither a public host such as app.example.com nor *.example.com';
const TEXT = 'must be a text of at most 200 characters, or a list of them';
const NAME = 'name must be 1 to 64 letters, digits, spaces, or . _ / - between them';

describe('a rule is refused', () => {
  it.each<{ name: string; rule: unknown; want: string[] }>([
    ...[null, 'claude', 7, ['x']].map((rule) => ({
      name: `that is ${JSON.stringify(rule)}`,
      rule,
      want: ['baseline_rules[0] is not { name, match, scopes }'],
    })),
    {
      name: 'with nothing in it',
      rule: {},
      want: [
        `baseline_rules [0]: ${NAME}`,
        'baseline_rules [0]: match must say which clients the rule is about',
        'baseline_rules [0]: scopes must be a list of scopes',
      ],
    },
    ...['a\nb', ' a', 'a ', 'a'.repeat(65), '\u001B[31m', 'caf\u00E9', '-a'].map((name) => ({
      name: `of the name ${JSON.stringify(name)}`,
      rule: { ...GOOD, name },
      want: [`baseline_rules ${JSON.stringify(name)}: ${NAME}`],
    })),
    ...['global', 'hook'].map((name) => ({
      name: `of the name ${name}`,
      rule: { ...GOOD, name },
      want: [
        `baseline_rules "${name}": name cannot be "${name}": that is what other baseline scopes are said to come from`,
      ],
    })),
    {
      name: 'with members that nobody knows',
      rule: { ...GOOD, scope: 'offline_access' },
      want: ['baseline_rules "claude" has "scope" which is none of name, match, scopes'],
    },
    ...[undefined, null, 'claude.ai', []].map((match) => ({
      name: `that is about ${JSON.stringify(match)}`,
      rule: { ...GOOD, match },
      want: ['baseline_rules "claude": match must say which clients the rule is about'],
    })),
    ...[{}, { client_name: undefined }].map((match) => ({
      name: `that is about everybody: ${JSON.stringify(Object.keys(match))}`,
      rule: { ...GOOD, match },
      want: [
        'baseline_rules "claude": match is empty: scopes for every client belong into baseline_client_scopes',
      ],
    })),
    ...['redirectHost', 'redirect_uri', '__proto__x', 'constructor'].map((field) => ({
      name: `that looks at ${field}`,
      rule: { ...GOOD, match: { [field]: 'claude.ai' } },
      want: [
        `baseline_rules "claude": match has "${field}" which is none of redirect_host, client_id_host, application_type, client_name, software_id`,
      ],
    })),
    ...['redirect_host', 'client_id_host'].flatMap((field) => [
      ...['localhost', '127.0.0.1', '[::1]'].map((host) => ({
        name: `with ${field} ${host}`,
        rule: { ...GOOD, match: { [field]: ['claude.ai', host] } },
        want: [
          `baseline_rules "claude": match.${field} contains "${host}": anybody can listen there, so it proves nothing`,
        ],
      })),
      ...[
        ...[
          'https://claude.ai',
          'claude.ai/',
          'Claude.ai',
          'claude.ai:443',
          '*',
          '*.com',
          'a.*.io',
        ],
        ...['com.example.app:', '*.', 'b\u00FCcher.example', 'user@claude.ai'],
      ].map((host) => ({
        name: `with ${field} ${host}`,
        rule: { ...GOOD, match: { [field]: host } },
        want: [`baseline_rules "claude": match.${field} contains "${host}" ${HOST}`],
      })),
      ...['', [], [''], 7, null, {}, [['claude.ai']]].map((value) => ({
        name: `with ${field} ${JSON.stringify(value)}`,
        rule: { ...GOOD, match: { [field]: value } },
        want: [
          `baseline_rules "claude": match.${field} must be a host such as app.example.com, or a list of them`,
        ],
      })),
    ]),
    ...['desktop', 'Web', ['web'], true].map((application_type) => ({
      name: `with application_type ${JSON.stringify(application_type)}`,
      rule: { ...GOOD, match: { application_type } },
      want: ['baseline_rules "claude": match.application_type must be "native" or "web"'],
    })),
    ...['client_name', 'software_id'].flatMap((field) =>
      ['', ' ', [], 7, null, {}, 'a'.repeat(201), ['a', '']].map((value) => ({
        name: `with ${field} ${JSON.stringify(value).slice(0, 20)}`,
        rule: { ...GOOD, match: { [field]: value } },
        want: [`baseline_rules "claude": match.${field} ${TEXT}`],
      })),
    ),
    ...[undefined, 'offline_access', [], [''], [7]].map((scopes) => ({
      name: `with scopes ${JSON.stringify(scopes)}`,
      rule: { ...GOOD, scopes },
      want: ['baseline_rules "claude": scopes must be a list of scopes'],
    })),
    {
      name: 'with a scope that is not supported',
      rule: { ...GOOD, scopes: ['offline_access', 'write', 'read'] },
      want: ['baseline_rules "claude" contains "write", "read" which are not in scopes_supported'],
    },
    {
      name: 'with a scope twice',
      rule: { ...GOOD, scopes: ['offline_access', 'offline_access'] },
      want: ['baseline_rules "claude" contains "offline_access" more than once'],
    },
    {
      name: 'with a scope that is none',
      rule: { ...GOOD, scopes: ['offline access'] },
      want: [
        'baseline_rules "claude" contains "offline access" which is not a scope token',
        'baseline_rules "claude" contains "offline access" which is not in scopes_supported',
      ],
    },
  ])('$name', ({ rule, want }) => {
    expect(messagesOf([rule])).toEqual(want);
  });

  it('with more than ten scopes', () => {
    const scopesSupported = Array.from({ length: 11 }, (_, i) => `s${String(i)}`);
    const scopes = scopesSupported;
    expect(messagesOf([{ ...GOOD, scopes }], { scopesSupported })).toEqual([
      'baseline_rules "claude" has 11 entries; at most 10 are allowed',
    ]);
    expect(messagesOf([{ ...GOOD, scopes: scopes.slice(1) }], { scopesSupported })).toEqual([]);
  });

  it('with a restricted scope', () => {
    const settings = { scopesSupported: ['openid', 'admin:read'], restrictedScopes: ['admin:*'] };
    expect(messagesOf([{ ...GOOD, scopes: ['openid', 'admin:read'] }], settings)).toEqual([
      'baseline_rules "claude" contains "admin:read" which is restricted',
    ]);
  });

  it('when it adds nothing to what every client has', () => {
    const settings = { baselineClientScopes: ['offline_access', 'email'] };
    expect(messagesOf([{ ...GOOD, scopes: ['email', 'offline_access'] }], settings)).toEqual([
      'baseline_rules "claude" adds nothing: its scopes are all in baseline_client_scopes',
    ]);
    expect(messagesOf([{ ...GOOD, scopes: ['email', 'profile'] }], settings)).toEqual([]);
  });
});

describe('rules together are refused', () => {
  it.each([{}, 'rules', 7, null])('that are %j', (rules) => {
    expect(messagesOf(rules)).toEqual(['baseline_rules must be a list of rules']);
  });

  it('that have a name in common', () => {
    const other = { ...GOOD, name: 'codex' };
    expect(messagesOf([GOOD, other, GOOD, other, GOOD])).toEqual([
      'baseline_rules has more than one rule of the name "claude", "codex"',
    ]);
  });

  it('that are more than fifty', () => {
    const rules = Array.from({ length: 51 }, (_, i) => ({ ...GOOD, name: `rule ${String(i)}` }));
    expect(messagesOf(rules)).toEqual(['baseline_rules has 51 rules; at most 50 are allowed']);
    expect(messagesOf(rules.slice(1))).toEqual([]);
  });

  it('with everything that is wrong at once', () => {
    const rules = [{ ...GOOD, scopes: ['x'] }, { ...GOOD, name: 'two', match: {} }, 7];
    expect(messagesOf(rules)).toHaveLength(3);
  });
});

it('good rules are taken', () => {
  const every = {
    name: 'Everything that 1 rule_can-say',
    match: {
      redirect_host: ['claude.ai', '*.claude.ai'],
      client_id_host: '*.example.com',
      application_type: 'web',
      client_name: ['Claude*', '*'],
      software_id: '4NRB1-0XZABZI9E6-5SM3R',
    },
    scopes: ['offline_access'],
  };
  expect(messagesOf([GOOD, every].slice(1))).toEqual([]);
  expect(messagesOf([])).toEqual([]);
  expect(messagesOf(undefined)).toEqual([]);
});
