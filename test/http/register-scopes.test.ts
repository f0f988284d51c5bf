import { describe, expect, it } from '@jest/globals';
import type { AuthorizationServerOptions } from '../../lib/options/options.ts';
import { register } from '../support/flow.ts';
import { expectApiError } from './support/expect.ts';
import { createWatchedApp } from './support/watched-app.ts';

const SUPPORTED = ['openid', 'profile', 'email', 'offline_access', 'mcp:read', 'mcp:write'];

interface Case {
  readonly sent: unknown;
  readonly answered: string;
  readonly options?: Partial<AuthorizationServerOptions>;
}

async function answeredScope({ sent, options = {} }: Case): Promise<unknown> {
  const { app } = createWatchedApp({ options: { scopesSupported: SUPPORTED, ...options } });
  const { status, body } = await register(app, { scope: sent });
  return { status, scope: (body as { scope?: unknown }).scope };
}

describe('POST /oauth/register: scopes that are refused', () => {
  it.each(
    [
      'admin:all',
      'openid admin:all',
      'openid.evil',
      'open',
      'OPENID',
      'openid,mcp:read',
      '__proto__',
      'constructor',
      'toString hasOwnProperty',
      ['openid', 'valueOf'],
      '*',
      'mcp:*',
    ].map((scope) => ({ scope })),
  )('does not know $scope, and does not repeat it (SCOPE-16)', async ({ scope }) => {
    const { app, store } = createWatchedApp({ options: { scopesSupported: SUPPORTED } });
    const answer = await register(app, { scope });
    expectApiError(answer, 400, 'invalid_client_metadata');
    expect(answer.body).toHaveProperty(
      'error_description',
      'scope contains a value that is not in scopes_supported',
    );
    expect(store.writes).toEqual([]);
  });

  it.each(
    [
      'openid\tmcp:read',
      'openid\nmcp:read',
      'openid\u00A0mcp:read',
      '"openid"',
      'openid\\',
      '\u0000',
      ['openid', 1],
      ['openid', null],
      [['openid']],
      [{}],
      { openid: true },
      1,
      true,
    ].map((scope) => ({ scope })),
  )('refuses $scope, which is no scope at all (SCOPE-15)', async ({ scope }) => {
    const { app, store } = createWatchedApp({ options: { scopesSupported: SUPPORTED } });
    const answer = await register(app, { scope });
    expectApiError(answer, 400, 'invalid_client_metadata');
    expect(store.writes).toEqual([]);
  });

  it.each([
    { restrictedScopes: ['mcp:write'], scope: 'mcp:write' },
    { restrictedScopes: ['mcp:*'], scope: 'openid mcp:read' },
    { restrictedScopes: ['offline_access'], scope: ['offline_access'] },
  ])(
    'refuses $scope when $restrictedScopes is restricted, with the same words (SCOPE-06)',
    async ({ restrictedScopes, scope }) => {
      const { app, store } = createWatchedApp({
        options: { scopesSupported: SUPPORTED, restrictedScopes },
      });
      const answer = await register(app, { scope });
      expectApiError(answer, 400, 'invalid_client_metadata');
      expect(answer.body).toHaveProperty(
        'error_description',
        'scope contains a value that is not in scopes_supported',
      );
      expect(store.writes).toEqual([]);
    },
  );
});

describe('POST /oauth/register: scopes that are accepted', () => {
  it.each<Case>([
    { sent: 'openid', answered: 'openid' },
    { sent: 'mcp:write openid', answered: 'mcp:write openid' },
    { sent: ['mcp:write', 'openid'], answered: 'mcp:write openid' },
    { sent: ['openid mcp:read', 'profile'], answered: 'openid mcp:read profile' },
    { sent: '  openid   mcp:read ', answered: 'openid mcp:read' },
    { sent: 'openid mcp:read openid', answered: 'openid mcp:read' },
    { sent: ['openid', '', 'openid'], answered: 'openid' },
  ])('answers to $sent with "$answered", always one string', async (given) => {
    expect(await answeredScope(given)).toEqual({ status: 201, scope: given.answered });
  });

  it.each<Case>(
    [undefined, null, '', '   ', [], [''], [' ']].map((sent) => ({
      sent,
      answered: SUPPORTED.join(' '),
    })),
  )('takes $sent for asking for nothing, and gives the defaults (SCOPE-06)', async (given) => {
    expect(await answeredScope(given)).toEqual({ status: 201, scope: given.answered });
  });

  it.each<Case>([
    {
      sent: undefined,
      options: { defaultClientScopes: ['profile'] },
      answered: 'profile',
    },
    {
      sent: undefined,
      options: { defaultClientScopes: ['profile'], baselineClientScopes: ['openid', 'profile'] },
      answered: 'profile openid',
    },
    {
      sent: undefined,
      options: { restrictedScopes: ['mcp:*', 'email'] },
      answered: 'openid profile offline_access',
    },
    {
      sent: '',
      options: { scopesSupported: ['custom'] },
      answered: 'custom',
    },
  ])('gives a client that asks for nothing "$answered" under $options', async (given) => {
    expect(await answeredScope(given)).toEqual({ status: 201, scope: given.answered });
  });

  it.each<Case>([
    {
      sent: 'mcp:read',
      options: { baselineClientScopes: ['openid', 'offline_access'] },
      answered: 'mcp:read openid offline_access',
    },
    {
      sent: 'openid profile',
      options: { baselineClientScopes: ['openid', 'offline_access'] },
      answered: 'openid profile offline_access',
    },
    {
      sent: 'offline_access openid',
      options: { baselineClientScopes: ['openid', 'offline_access'] },
      answered: 'offline_access openid',
    },
    {
      sent: 'openid',
      options: { scopesSupported: [], baselineClientScopes: ['offline_access'] },
      answered: 'openid offline_access',
    },
    { sent: 'openid', options: { baselineClientScopes: [] }, answered: 'openid' },
  ])('joins $sent with the baseline to "$answered" (SCOPE-01, SCOPE-08)', async (given) => {
    expect(await answeredScope(given)).toEqual({ status: 201, scope: given.answered });
  });
});

describe('POST /oauth/register: the policy', () => {
  it('is not changed by what clients send, nor by who made it (SCOPE-10)', async () => {
    const scopesSupported = [...SUPPORTED];
    const baselineClientScopes = ['openid'];
    const { app } = createWatchedApp({ options: { scopesSupported, baselineClientScopes } });
    baselineClientScopes.push('mcp:write');
    scopesSupported.push('admin:all');
    for (const scope of ['profile', 'mcp:write', 'email mcp:read']) await register(app, { scope });
    expect((await register(app, { scope: 'mcp:read' })).body).toMatchObject({
      scope: 'mcp:read openid',
    });
    expectApiError(await register(app, { scope: 'admin:all' }), 400, 'invalid_client_metadata');
  });

  it('keeps what was asked for apart from what was added', async () => {
    const { app, store } = createWatchedApp({ options: { baselineClientScopes: ['profile'] } });
    const { body } = await register(app, { scope: 'openid' });
    const record = await store.clients.find((body as { client_id: string }).client_id);
    expect(record).toMatchObject({
      requested: 'openid',
      registered: {
        scopes: [
          { scope: 'openid', origin: 'requested' },
          { scope: 'profile', origin: { baseline: 'global' } },
        ],
        policy: expect.any(String),
      },
    });
    const { body: asksNothing } = await register(app);
    const other = await store.clients.find((asksNothing as { client_id: string }).client_id);
    expect(other).not.toHaveProperty('requested');
  });

  it('logs an expansion at debug, and only when there is one (SCOPE-11)', async () => {
    const { app, log } = createWatchedApp({ options: { baselineClientScopes: ['profile'] } });
    await register(app, { scope: 'openid profile' });
    const expansions = (): number =>
      log.at('debug').filter(({ message }) => message.includes('expanded')).length;
    expect(expansions()).toBe(0);
    await register(app, { scope: 'openid' });
    expect(expansions()).toBe(1);
    expect(
      [...log.at('warn'), ...log.at('error')].filter(({ message }) => message.includes('scope')),
    ).toEqual([]);
  });
});
