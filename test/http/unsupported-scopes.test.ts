import { describe, expect, it } from '@jest/globals';
import type { AuthorizationServerOptions } from '../../lib/options/options.ts';
import {
  authorizationQuery,
  Browser,
  createPkce,
  obtainTokens,
  redirectParameters,
  REDIRECT_URI,
  register,
  registeredClientId,
} from '../support/flow.ts';
import { openConsent } from './support/consent.ts';
import { DROP } from './support/dropping.ts';
import { expectApiError, readable } from './support/expect.ts';
import { createWatchedApp, type WatchedApp } from './support/watched-app.ts';

const LEFT_OUT = 'unsupported scopes left out';

const appOf = (options: Partial<AuthorizationServerOptions> = {}): WatchedApp =>
  createWatchedApp({ options: { ...DROP, ...options } });

const leftOut = ({ log }: Pick<WatchedApp, 'log'>): object[] =>
  log.entries.flatMap(({ level, message, fields }) =>
    message === LEFT_OUT ? [{ level, ...fields }] : [],
  );

describe("POST /oauth/register with unsupportedScopes: 'drop'", () => {
  it.each([
    'openid\tfiles',
    '"openid"',
    'openid\\',
    'open\u00e9id',
    ['openid', 1],
    [['openid']],
    1,
    true,
    {},
  ])('still refuses what is no scope: %j (SCOPE-15)', async (scope) => {
    const made = appOf();
    expectApiError(await register(made.app, { scope }), 400, 'invalid_client_metadata');
    expect(made.store.writes).toEqual([]);
    expect(leftOut(made)).toEqual([]);
  });

  it.each([
    { sent: 'openid stranger files', answered: 'openid files', dropped: ['stranger'] },
    { sent: ['x', 'files', 'openid,email'], answered: 'files', dropped: ['x', 'openid,email'] },
    { sent: 'OPENID  openid', answered: 'openid', dropped: ['OPENID'] },
    { sent: 'admin:read files', answered: 'files', dropped: ['admin:read'] },
    {
      sent: 'stranger',
      answered: 'openid email offline_access files',
      dropped: ['stranger'],
    },
    {
      sent: '__proto__ constructor toString',
      answered: 'openid email offline_access files',
      dropped: ['__proto__', 'constructor', 'toString'],
    },
    {
      sent: 'admin:read',
      options: { defaultClientScopes: ['email'], baselineClientScopes: ['openid'] },
      answered: 'email openid',
      dropped: ['admin:read'],
    },
    {
      sent: 'stranger',
      options: { scopeCeiling: 'supported', defaultClientScopes: ['email'] } as const,
      answered: 'email',
      dropped: ['stranger'],
    },
  ])('answers to $sent with "$answered" (SCOPE-16)', async (given) => {
    const made = appOf(given.options);
    const { status, body } = await register(made.app, { scope: given.sent });
    expect({ status, scope: (body as { scope: unknown }).scope }).toEqual({
      status: 201,
      scope: given.answered,
    });
    const { client_id } = body as { client_id: string };
    expect(leftOut(made)).toEqual([{ level: 'debug', client_id, scopes: given.dropped }]);
  });

  it('keeps what was sent, unless nothing of it counts, and whence each scope is', async () => {
    const { app, store } = appOf({ defaultClientScopes: ['email'] });
    const some = await registeredClientId(app, { scope: 'stranger openid' });
    expect(await store.clients.find(some)).toMatchObject({
      requested: 'stranger openid',
      registered: { scopes: [{ scope: 'openid', origin: 'requested' }] },
    });
    const none = await store.clients.find(await registeredClientId(app, { scope: 'stranger' }));
    expect(none).not.toHaveProperty('requested');
    expect(none).toMatchObject({
      registered: { scopes: [{ scope: 'email', origin: 'default' }] },
    });
  });

  it('says nothing in the log when nothing was left out', async () => {
    const made = appOf();
    await register(made.app, { scope: 'openid files' });
    await register(made.app);
    expect(leftOut(made)).toEqual([]);
  });
});

describe("GET /oauth/authorize with unsupportedScopes: 'drop'", () => {
  async function ask(made: WatchedApp, scope: string, registered = 'openid email') {
    const id = await registeredClientId(made.app, { scope: registered });
    made.store.forget();
    const answer = await new Browser(made.app, 'alice').authorize(id, createPkce(), { scope });
    return { id, answer, writes: made.store.writes };
  }

  it.each([
    { scope: 'stranger', reason: 'none of it is supported' },
    { scope: 'stranger admin:read', reason: 'the rest is restricted' },
    { scope: 'OPENID openid,email', reason: 'case and commas count (SCOPE-15)' },
    { scope: '__proto__ constructor', reason: 'names of objects are none (SCOPE-16)' },
    { scope: 'files', reason: 'supported is not registered' },
    { scope: 'openid files', reason: 'supported is not registered, beside what is' },
    { scope: 'openid stranger files', reason: 'supported is not registered, whatever else' },
    { scope: 'openid\temail', reason: 'a tab is no space (SCOPE-15)' },
    { scope: 'openid\nemail', reason: 'a line end is no space (SCOPE-15)' },
    { scope: 'openid\u00a0email', reason: 'a wide space is no space (SCOPE-15)' },
    { scope: 'openid "email"', reason: 'quotes are malformed (SCOPE-15)' },
    { scope: 'openid \\', reason: 'a backslash is malformed (SCOPE-15)' },
  ])('is invalid_scope for $scope, for $reason', async ({ scope }) => {
    const { answer, writes } = await ask(appOf(), scope);
    expect(answer.status).toBe(303);
    expect(redirectParameters(answer)).toEqual({
      error: 'invalid_scope',
      error_description: expect.any(String),
      state: 'xyz-state',
      iss: 'https://auth.example.com',
    });
    expect(writes).toEqual([]);
  });

  it.each([
    { scope: 'openid stranger', given: 'openid', dropped: ['stranger'] },
    { scope: ' stranger  email openid ', given: 'email openid', dropped: ['stranger'] },
    { scope: 'openid admin:read', given: 'openid', dropped: ['admin:read'] },
    { scope: 'openid OPENID openid', given: 'openid', dropped: ['OPENID'] },
  ])('leaves $dropped out of $scope, and the token says so', async (given) => {
    const made = appOf();
    const tokens = await obtainTokens(made.app, given.scope, { scope: 'openid email' });
    expect(tokens.scope).toBe(given.given);
    expect(leftOut(made)).toEqual([
      { level: 'debug', client_id: tokens.client_id, scopes: given.dropped },
    ]);
  });

  it('shows the person only what is left', async () => {
    const { html } = await openConsent({
      options: DROP,
      query: { scope: 'openid stranger admin:read files' },
    });
    const text = readable(html);
    expect(text).toContain('( openid )');
    expect(text).toContain('( files )');
    expect(text).not.toMatch(/stranger|admin/);
  });

  it.each([
    { count: 1000, status: 303, name: 'leaves a thousand out and logs twenty of them' },
    { count: 10_000, status: 413, name: 'looks at none of ten thousand' },
  ])('$name (SCOPE-15)', async ({ count, status }) => {
    const made = appOf();
    const id = await registeredClientId(made.app);
    const scope = Array.from({ length: count }, (_, i) => `s${String(i)}`).join(' ');
    const browser = new Browser(made.app, 'alice');
    const query = authorizationQuery(id, createPkce(), { scope });
    const form = Object.fromEntries(new URLSearchParams(query));
    const answer =
      status === 413
        ? await browser.post('/oauth/authorize', form)
        : await browser.get(`/oauth/authorize?${query}`);
    expect(answer.status).toBe(status);
    expect(answer.text.length).toBeLessThan(10_000);
    const dropped = leftOut(made).map((line) => (line as { scopes: string[] }).scopes.length);
    expect(dropped).toEqual(status === 303 ? [20] : []);
  });

  it('means the defaults for a client that registered nothing that is supported', async () => {
    const made = appOf({ defaultClientScopes: ['email'] });
    const id = await registeredClientId(made.app, { scope: 'stranger' });
    const redirect = await new Browser(made.app, 'alice').decide('allow', id, createPkce());
    expect(redirectParameters(redirect)).toHaveProperty('code');
    const code = redirectParameters(redirect)['code'] ?? '';
    expect(await made.store.grants.find(code.split('.')[0] ?? '')).toMatchObject({
      granted: 'email',
      redirect_uri: REDIRECT_URI,
    });
  });
});
