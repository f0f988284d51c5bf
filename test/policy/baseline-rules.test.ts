import { describe, expect, it } from '@jest/globals';
import {
  isSelfAsserted,
  unmetFields,
  type BaselineMatch,
} from '../../lib/policy/baseline-rules.ts';
import { baselineFor, createScopePolicy, registeredScopes } from '../../lib/policy/scope-policy.ts';
import type { ClientMetadata } from '../../lib/protocol/client.ts';
import { asking, documented } from '../support/policy-client.ts';

const CLAUDE = ['https://claude.ai/api/mcp/auth_callback'];
const NATIVE = ['http://localhost/callback', 'http://127.0.0.1:3000/'];

function rule(match: BaselineMatch, name = 'rule', scopes = ['offline_access']) {
  return { name, match, scopes };
}

describe('a rule is about a client', () => {
  it.each<{ name: string; match: BaselineMatch; metadata: Partial<ClientMetadata>; want: boolean }>(
    [
      ...(
        [
          ['the same host', 'claude.ai', CLAUDE, true],
          ['another host', 'claude.com', CLAUDE, false],
          ['one of several hosts', ['claude.com', 'claude.ai'], CLAUDE, true],
          [
            'each of them one of several',
            ['a.io', 'b.io'],
            ['https://a.io/', 'https://b.io/'],
            true,
          ],
          ['one of them another', 'claude.ai', [...CLAUDE, 'https://evil.example/cb'], false],
          ['one of them on the device', 'claude.ai', [...CLAUDE, ...NATIVE], false],
          ['one of them of a private scheme', 'claude.ai', [...CLAUDE, 'com.a.b:/cb'], false],
          ['a private scheme with the host in it', 'claude.ai', ['app://claude.ai/cb'], false],
          ['the host as user info', 'claude.ai', ['https://claude.ai@evil.example/'], false],
          ['the host before a dot', 'claude.ai', ['https://claude.ai.evil.example/'], false],
          ['the host in the path', 'claude.ai', ['https://evil.example/claude.ai'], false],
          ['another port', 'claude.ai', ['https://claude.ai:8443/cb'], true],
          ['below the domain', '*.example.com', ['https://a.example.com/'], true],
          ['far below the domain', '*.example.com', ['https://a.b.example.com/'], true],
          ['the bare domain', '*.example.com', ['https://example.com/'], false],
          ['a domain that only ends like it', '*.example.com', ['https://anexample.com/'], false],
          ['none at all', 'claude.ai', [], false],
        ] as const
      ).map(([name, redirect_host, redirect_uris, want]) => ({
        name: `redirect_host: ${name}`,
        match: { redirect_host },
        metadata: { redirect_uris },
        want,
      })),
      ...(
        [
          ['said', 'native', { application_type: 'native', redirect_uris: CLAUDE }, true],
          ['said otherwise', 'web', { application_type: 'native', redirect_uris: CLAUDE }, false],
          ['not said, on the device', 'native', { redirect_uris: NATIVE }, true],
          [
            'not said, on https with loopback',
            'native',
            { redirect_uris: ['https://localhost/'] },
            true,
          ],
          ['not said, of a private scheme', 'native', { redirect_uris: ['com.a.b:/cb'] }, true],
          ['not said, here and there', 'native', { redirect_uris: [...CLAUDE, ...NATIVE] }, true],
          ['not said, on the web', 'web', { redirect_uris: CLAUDE }, true],
          ['not said, on the web', 'native', { redirect_uris: CLAUDE }, false],
        ] as const
      ).map(([name, application_type, metadata, want]) => ({
        name: `application_type ${application_type}: ${name}`,
        match: { application_type },
        metadata,
        want,
      })),
      ...(['client_name', 'software_id'] as const).flatMap((field) =>
        (
          [
            ['Claude*', 'Claude Code', true],
            ['Claude*', 'claude code', false],
            [['Codex', 'Cursor'], 'Cursor', true],
            [['Codex', 'Cursor'], 'Cursor 2', false],
            ['*', undefined, false],
            ['*', 'anything', true],
          ] as const
        ).map(([pattern, value, want]) => ({
          name: `${field} ${JSON.stringify(pattern)}: ${String(value)}`,
          match: { [field]: pattern },
          metadata: value === undefined ? {} : { [field]: value },
          want,
        })),
      ),
      {
        name: 'client_name: what a translation says does not count',
        match: { client_name: 'Claude' },
        metadata: { localized: { 'client_name#fr': 'Claude' } },
        want: false,
      },
      {
        name: 'all that is said holds',
        match: { redirect_host: 'claude.ai', client_name: 'Claude*', application_type: 'web' },
        metadata: { redirect_uris: CLAUDE, client_name: 'Claude' },
        want: true,
      },
      {
        name: 'one of what is said does not',
        match: { redirect_host: 'claude.ai', client_name: 'Claude*', application_type: 'native' },
        metadata: { redirect_uris: CLAUDE, client_name: 'Claude' },
        want: false,
      },
      {
        name: 'what is undefined is not said',
        match: { redirect_host: 'claude.ai', ...({ client_name: undefined } as object) },
        metadata: { redirect_uris: CLAUDE },
        want: true,
      },
    ],
  )('$name: $want', ({ match, metadata, want }) => {
    const policy = createScopePolicy({ baselineRules: [rule(match)] });
    const added = baselineFor(policy, asking(undefined, metadata));
    expect(added).toEqual(want ? [{ scope: 'offline_access', rule: 'rule' }] : []);
  });

  it.each([
    ['https://vscode.dev/oauth/client.json', true],
    ['https://a.vscode.dev/client.json', false],
    ['https://evil.example/vscode.dev', false],
  ])('by the host of its document: %s, %s', (client_id, want) => {
    const policy = createScopePolicy({ baselineRules: [rule({ client_id_host: 'vscode.dev' })] });
    expect(baselineFor(policy, documented(client_id))).toHaveLength(want ? 1 : 0);
  });

  it('by the host of its document only when it has one', () => {
    const policy = createScopePolicy({ baselineRules: [rule({ client_id_host: 'vscode.dev' })] });
    const registered = { ...asking(undefined), client_id: 'https://vscode.dev/client.json' };
    expect(baselineFor(policy, registered)).toEqual([]);
  });

  it('says which fields keep it from being so', () => {
    const match = { redirect_host: 'claude.ai', client_name: 'Claude*', software_id: 'x' };
    const client = asking(undefined, { redirect_uris: CLAUDE, client_name: 'Cursor' });
    expect(unmetFields({ match }, client)).toEqual(['client_name', 'software_id']);
  });

  it.each<[BaselineMatch, boolean]>([
    [{ client_name: 'a' }, true],
    [{ application_type: 'native', software_id: 'a' }, true],
    [{ redirect_host: 'a.io', client_name: 'a' }, false],
    [{ client_id_host: 'a.io' }, false],
  ])('%j goes by what anybody can say: %s', (match, want) => {
    expect(isSelfAsserted({ match })).toBe(want);
  });
});

describe('the baseline of a client', () => {
  const policy = createScopePolicy({
    scopesSupported: ['openid', 'offline_access', 'read', 'write'],
    baselineClientScopes: ['offline_access'],
    baselineRules: [
      rule({ client_name: 'A*' }, 'first', ['read', 'offline_access']),
      rule({ client_name: 'Z*' }, 'never', ['openid']),
      rule({ client_name: '*' }, 'second', ['read', 'write']),
    ],
  });

  it('adds up: the list for all, then each rule in its order, the first of them being the origin', () => {
    const client = asking(['write'], { client_name: 'App' });
    expect(registeredScopes(policy, client)).toEqual([
      { scope: 'write', origin: 'requested' },
      { scope: 'offline_access', origin: { baseline: 'global' } },
      { scope: 'read', origin: { baseline: 'first' } },
    ]);
  });

  it('is the list for all where no rule is about the client', () => {
    expect(registeredScopes(policy, asking(['openid']))).toEqual([
      { scope: 'openid', origin: 'requested' },
      { scope: 'offline_access', origin: { baseline: 'global' } },
    ]);
  });

  it('does not change when the rules of the caller do', () => {
    const match = { client_name: ['A*'] };
    const given = [{ name: 'mine', match, scopes: ['openid'] }];
    const made = createScopePolicy({ baselineRules: given });
    const [mine] = given;
    match.client_name.push('*');
    mine?.scopes.push('email');
    given.push({ name: 'other', match: { client_name: ['*'] }, scopes: ['email'] });
    expect(baselineFor(made, asking(undefined, { client_name: 'B' }))).toEqual([]);
    expect(baselineFor(made, asking(undefined, { client_name: 'A' }))).toHaveLength(1);
    expect(() => Object.assign(made.rules[0] ?? {}, { name: 'x' })).toThrow(TypeError);
    expect(() => Object.assign(made.rules[0]?.match ?? {}, { client_name: ['*'] })).toThrow(
      TypeError,
    );
    expect(() => (made.rules[0]?.scopes as string[]).push('x')).toThrow(TypeError);
    expect(() => (made.rules as unknown[]).push({})).toThrow(TypeError);
  });

  it('makes another digest for other rules, another order and a baseline function', () => {
    const one = rule({ client_name: 'A' }, 'one');
    const two = rule({ client_name: 'B' }, 'two');
    const digests = [
      createScopePolicy({}),
      createScopePolicy({ baselineRules: [one] }),
      createScopePolicy({ baselineRules: [one, two] }),
      createScopePolicy({ baselineRules: [two, one] }),
      createScopePolicy({ baselineRules: [{ ...one, scopes: ['email'] }] }),
      createScopePolicy({ baselineRules: [{ ...one, match: { software_id: 'A' } }] }),
      createScopePolicy({}, () => []),
    ].map(({ digest }) => digest);
    expect(new Set(digests).size).toBe(digests.length);
    const same = { ...one, match: { client_name: ['A'] } };
    expect(createScopePolicy({ baselineRules: [same] }).digest).toBe(digests[1]);
  });
});
