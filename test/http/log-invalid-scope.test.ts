import { beforeEach, describe, expect, it } from '@jest/globals';
import supertest from 'supertest';
import type { AuthorizationServerOptions } from '../../lib/options/options.ts';
import type { LogFields } from '../../lib/operations/logger.ts';
import {
  Browser,
  createPkce,
  obtainTokens,
  refreshRequest,
  REDIRECT_URI,
  registeredClientId,
} from '../support/flow.ts';
import type { LogRecorder } from '../support/log-recorder.ts';
import { minted } from '../support/minted.ts';
import { push } from '../support/pushed.ts';
import { openPage } from './support/consent.ts';
import { createTwoApps, createWatchedApp, type WatchedApp } from './support/watched-app.ts';

const OPTIONS: Partial<AuthorizationServerOptions> = {
  scopesSupported: ['openid', 'offline_access', 'notes:read', 'notes:write', 'admin:all'],
  restrictedScopes: ['admin:*'],
  baselineRules: [
    { name: 'claude', match: { redirect_host: 'claude.ai' }, scopes: ['notes:write'] },
  ],
};

const NEAR_RULE = {
  scope: 'notes:write',
  code: 'not_requested',
  reason: 'the client asked for other scopes, and the baseline does not add it',
  help: [
    'baselineRules: rule "claude" would add it, but for redirect_host',
    'baselineClientScopes: add it, if every client may ask people for it',
    'baselineRules: add it by a rule that is about this client',
    'the client could name it in the scope of its registration, or of its document',
    "scopeCeiling: with 'supported' each client may ask for every scope that is not restricted",
  ],
};

/** The explanations in the last line that has some. */
function explainedIn(log: LogRecorder): readonly LogFields[] {
  const line = log.entries.findLast(({ fields }) => 'explained' in fields);
  expect(line?.level).toBe('debug');
  return line?.fields['explained'] as readonly LogFields[];
}

const codesIn = (log: LogRecorder): unknown =>
  explainedIn(log).map(({ scope, code, nearest }) => [scope, code, nearest]);

describe('invalid_scope is explained in the log, scope by scope', () => {
  let made: WatchedApp;
  let id: string;

  beforeEach(async () => {
    made = createWatchedApp({ options: OPTIONS });
    id = await registeredClientId(made.app, { scope: 'openid' });
  });

  const WAYS = [
    [
      'the authorization endpoint',
      (scope: string) => new Browser(made.app, 'alice').authorize(id, createPkce(), { scope }),
    ],
    ['pushing the request', (scope: string) => push(made.app, id, createPkce(), { scope })],
  ] as const;

  it.each(WAYS)('%s: why, and what would help', async (_way, ask) => {
    await ask('openid notes:write');
    expect(explainedIn(made.log)).toEqual([NEAR_RULE]);
  });

  it.each(WAYS)('%s: each scope that is beyond, and no other', async (_way, ask) => {
    await ask('openid admin:all notes:reed constructor');
    expect(codesIn(made.log)).toEqual([
      ['admin:all', 'restricted', undefined],
      ['notes:reed', 'not_supported', 'notes:read'],
      ['constructor', 'not_supported', undefined],
    ]);
  });

  it.each(WAYS)('%s: the first of very many', async (_way, ask) => {
    await ask(Array.from({ length: 500 }, (_, i) => `s${String(i)}`).join(' '));
    expect(explainedIn(made.log)).toHaveLength(10);
  });

  const MALFORMED = [
    ['notes:"read"', 'malformed', undefined],
    ['a<U+0009>b', 'malformed', undefined],
  ];

  it.each(WAYS)('%s: what is no scope at all', async (_way, ask) => {
    await ask('openid notes:"read" a\tb');
    expect(codesIn(made.log)).toEqual(MALFORMED);
    await ask(Array.from({ length: 500 }, (_, i) => `"${String(i)}`).join(' '));
    expect(explainedIn(made.log)).toHaveLength(10);
  });

  it('a refresh: what is no scope at all', async () => {
    const all = 'openid offline_access';
    const tokens = await obtainTokens(made.app, all, { scope: all });
    await refreshRequest(made.app, tokens.client_id, tokens.refresh_token, {
      scope: 'openid notes:"read" a\tb',
    });
    expect(codesIn(made.log)).toEqual(MALFORMED);
  });

  it('a refresh: what was not granted, and what nobody could have', async () => {
    const all = 'openid offline_access notes:read';
    const tokens = await obtainTokens(made.app, 'openid offline_access', { scope: all });
    await refreshRequest(made.app, tokens.client_id, tokens.refresh_token, {
      scope: 'openid notes:read admin:all',
    });
    expect(codesIn(made.log)).toEqual([
      ['notes:read', 'not_granted', undefined],
      ['admin:all', 'restricted', undefined],
    ]);
  });
});

describe('invalid_scope after the policy has changed is explained by the one of now', () => {
  const NARROW = { scopesSupported: ['openid', 'offline_access'] };

  it('a refresh for what is not supported any more', async () => {
    const { first, second } = createTwoApps({ options: OPTIONS }, { options: NARROW });
    const scope = 'openid offline_access notes:read';
    const tokens = await obtainTokens(first.app, scope, { scope });
    await refreshRequest(second.app, tokens.client_id, tokens.refresh_token, {
      scope: 'notes:read',
    });
    expect(codesIn(second.log)).toEqual([['notes:read', 'not_supported', undefined]]);
  });

  it('a login without a scope, of a client of which nothing is left', async () => {
    const { first, second } = createTwoApps(
      { options: OPTIONS },
      { options: { ...NARROW, baselineClientScopes: ['openid'] } },
    );
    const id = await registeredClientId(first.app, { scope: 'notes:read notes:write' });
    await new Browser(second.app, 'alice').authorize(id, createPkce(), { scope: undefined });
    expect(codesIn(second.log)).toEqual([
      ['notes:read', 'not_supported', undefined],
      ['notes:write', 'not_supported', undefined],
    ]);
  });

  it('a login without a scope, where nothing is left of what a token allowed', async () => {
    const { first, second, store } = createTwoApps(
      { options: OPTIONS },
      { options: { ...NARROW, baselineClientScopes: ['openid'] } },
    );
    const { token } = await minted(store, { licence: { scopes: ['admin:all'] } });
    const { body } = await supertest(first.app)
      .post('/oauth/register')
      .auth(token, { type: 'bearer' })
      .send({ redirect_uris: [REDIRECT_URI] });
    const { client_id } = body as { client_id: string };
    await new Browser(second.app, 'alice').authorize(client_id, createPkce(), {
      scope: undefined,
    });
    expect(codesIn(second.log)).toEqual([['admin:all', 'not_supported', undefined]]);
  });

  it('a consent that is about to be given', async () => {
    const { first, second } = createTwoApps({ options: OPTIONS }, { options: NARROW });
    const id = await registeredClientId(first.app, { scope: 'notes:read' });
    const browser = new Browser(first.app, 'alice');
    const { url } = await openPage(browser, id, createPkce(), { scope: 'notes:read' });
    await browser.at(second.app).get(url);
    expect(codesIn(second.log)).toEqual([['notes:read', 'not_supported', undefined]]);
  });
});
