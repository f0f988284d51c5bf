import { describe, expect, it } from '@jest/globals';
import {
  Browser,
  createPkce,
  locationOf,
  redemption,
  redirectParameters,
  refreshRequest,
  register,
  registeredClientId,
  tokenRequest,
} from '../support/flow.ts';
import { openPage } from './support/consent.ts';
import { referenceOn } from './support/expect.ts';
import { FORM_TYPE, JSON_TYPE, send } from './support/send.ts';
import { createWatchedApp, type WatchedApp } from './support/watched-app.ts';

const FORGERY = '{"level":"info","message":"admin logged in"}';

/** Goes through everything once, well and badly, and returns every secret that was seen. */
async function liveThroughAll({ app, clock }: WatchedApp): Promise<string[]> {
  const client_name = `x <U+000A> %0a ${FORGERY}`;
  const id = await registeredClientId(app, { client_name });
  const pkce = createPkce();
  const state = `${FORGERY} %0d%0a secret-state`;
  const query = { state, scope: 'openid offline_access', nonce: 'secret-nonce' };
  const browser = new Browser(app, 'alice');
  const { url, csrf } = await openPage(browser, id, pkce, query);
  await browser.post(url, { decision: 'allow', csrf: `secret-${csrf}` });
  const decided = await browser.post(url, { decision: 'allow', csrf });
  const { code = '' } = redirectParameters(decided);
  const form = redemption(id, code, pkce);
  await tokenRequest(app, { ...form, code_verifier: 'secret-verifier-that-is-wrong' });
  await tokenRequest(app, { ...form, code: 'secret-code-that-is-unknown' });
  const tokens = (await tokenRequest(app, form)).body as Record<string, string>;
  await tokenRequest(app, form);
  const { access_token = '', refresh_token = '' } = tokens;
  const next = (await refreshRequest(app, id, refresh_token)).body as Record<string, string>;
  const bearer = { Authorization: `Bearer ${access_token}` };
  await send(app, 'GET', '/mcp', { headers: bearer });
  await send(app, 'GET', '/mcp?access_token=secret-in-the-query', {
    headers: { Authorization: 'Bearer secret-bearer' },
  });
  clock.advance(60_000);
  await refreshRequest(app, id, refresh_token);
  await tokenRequest(app, form);
  const other = await openPage(browser, id, createPkce(), { state });
  await browser.post(other.url, { decision: 'deny', csrf: other.csrf });
  const cookie = browser.cookie().split('; ').at(-1)?.split('=')[1] ?? '';
  return [
    ...[code, pkce.code_verifier, pkce.code_challenge, csrf, other.csrf, cookie],
    ...[access_token, refresh_token, next['access_token'] ?? '', next['refresh_token'] ?? ''],
    ...[code, refresh_token].map((credential) => credential.split('.').at(-1) ?? ''),
    ...['secret-', 'a test secret', FORGERY, 'admin logged in', 'logged in'],
  ];
}

describe('the log', () => {
  it('has no secret in it at any level, whatever happened (LOG-10)', async () => {
    const made = createWatchedApp();
    const secrets = await liveThroughAll(made);
    expect(secrets.filter((secret) => secret.length < 6)).toEqual([]);
    expect(secrets).toHaveLength(17);
    const text = made.log.text();
    expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
  });

  it('tells of each step at debug, of reuse at warn, and of no error', async () => {
    const made = createWatchedApp();
    await liveThroughAll(made);
    const messages = (level: 'debug' | 'warn' | 'error'): string[] => [
      ...new Set(made.log.at(level).map(({ message }) => message)),
    ];
    expect(messages('debug').sort()).toEqual([
      'authorization begun',
      'authorization code sent twice',
      'client registered',
      'code exchanged',
      'consent denied',
      'consent given',
      'request refused',
      'token refreshed',
    ]);
    expect(messages('warn').filter((message) => message.includes('revoked'))).toEqual([
      'refresh token reused: grant revoked',
    ]);
    expect(messages('error')).toEqual([]);
  });

  it.each([
    { path: '/oauth/register', headers: JSON_TYPE, body: '{"client_name":"canary-1' },
    { path: '/oauth/register', headers: JSON_TYPE, body: '"canary-1"' },
    { path: '/oauth/register', headers: { 'Content-Type': 'canary/1' }, body: 'canary-1' },
    { path: '/oauth/token', headers: FORM_TYPE, body: 'grant_type=canary-1&code=canary-1' },
    { path: '/oauth/token', headers: FORM_TYPE, body: 'canary-1=%' },
    { path: '/oauth/token?code=canary-1', headers: FORM_TYPE, body: '' },
    {
      path: '/oauth/token',
      headers: { ...FORM_TYPE, Authorization: 'Basic canary-1' },
      body: 'client_id=canary-1&grant_type=refresh_token&refresh_token=canary-1',
    },
    {
      path: '/oauth/consent?request=canary-1&client_id=canary-1',
      headers: FORM_TYPE,
      body: 'csrf=canary-1',
    },
    { path: '/oauth/authorize', headers: FORM_TYPE, body: 'client_id=canary-1&state=canary-1' },
  ])(
    'has nothing of what was refused in it: $path $body (LOG-03)',
    async ({ path, headers, body }) => {
      const { app, log } = createWatchedApp();
      const headersOfAll = {
        ...headers,
        'User-Agent': 'canary-1',
        'X-Forwarded-For': 'canary-1',
        Cookie: 'c=canary-1',
      };
      expect(
        (await send(app, 'POST', path, { headers: headersOfAll, body })).status,
      ).toBeGreaterThanOrEqual(400);
      expect(log.text()).not.toContain('canary');
    },
  );

  it('has one line for each refusal, with the error and where, at debug (LOG-06)', async () => {
    const { app, log } = createWatchedApp();
    const before = log.entries.length;
    await register(app, { redirect_uris: [] });
    expect(log.entries.slice(before)).toEqual([
      {
        level: 'debug',
        message: 'request refused',
        fields: {
          path: '/oauth/register',
          status: 400,
          error: 'invalid_redirect_uri',
          reason: 'redirect_uris must be a list of URIs',
        },
      },
    ]);
  });

  it.each(['\n', '\r\n', '\u0085', '\u2028', '\u001b[2J', '\u202E', '\u0000'])(
    'has no %j of a stranger in it (LOG-01)',
    async (character) => {
      const { app, log } = createWatchedApp();
      const forged = `x${character}${FORGERY}`;
      await register(app, { client_name: forged, software_id: forged, scope: forged });
      const id = await registeredClientId(app);
      const query = { state: forged, scope: forged, login_hint: forged, prompt: forged };
      await new Browser(app).authorize(id, createPkce(), query);
      await new Browser(app).authorize(forged, createPkce());
      await tokenRequest(app, { grant_type: forged, client_id: forged, code: forged });
      const texts = log.entries.flatMap(({ message, fields }) => [message, ...textsOf(fields)]);
      expect(texts.length).toBeGreaterThan(10);
      expect(texts.filter((text) => /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text))).toEqual([]);
      expect(texts.join()).not.toContain('admin');
    },
  );

  it('has the cause of a failure in it, but not the way it was asked for', async () => {
    const { app, log, store } = createWatchedApp();
    store.fail();
    const query = { state: 'secret-state' };
    const answer = await new Browser(app, 'alice').authorize('x', createPkce(), query);
    expect(locationOf(answer)).toBe('');
    expect(log.at('error')).toEqual([
      {
        level: 'error',
        message: 'request failed',
        fields: {
          code: 'ERR_DCR_REQUEST_FAILED',
          path: '/oauth/authorize',
          status: 503,
          error: 'temporarily_unavailable',
          reason: 'the server is not available at the moment',
          reference: referenceOn(answer.text),
          cause: {
            name: 'StoreUnavailableError',
            message: 'the store is unavailable (test)',
            code: 'ERR_DCR_STORE_UNAVAILABLE',
            at: expect.any(Array),
          },
        },
      },
    ]);
  });
});

function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}
