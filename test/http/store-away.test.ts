import { describe, expect, it } from '@jest/globals';
import express, { type Express } from 'express';
import { ISSUER, type TestApp } from '../support/app.ts';
import {
  authorizationQuery,
  locationOf,
  register,
  tokenRequest,
  redirectParameters,
  registeredClientId,
  Browser,
  createPkce,
} from '../support/flow.ts';
import { expectApiError, expectPage, readable, returnLink } from './support/expect.ts';
import { openConsent } from './support/consent.ts';
import { grantTokens, issueCode } from './support/grant.ts';
import { FORM_TYPE, send } from './support/send.ts';
import { createWatchedApp } from './support/watched-app.ts';

interface Answer {
  readonly status: number;
  readonly headers: unknown;
  readonly text: string;
  readonly body: unknown;
}

function expectApiUnavailable(answer: Answer): void {
  expectApiError(answer, 503, 'temporarily_unavailable');
  expect(answer.body).toHaveProperty(
    'error_description',
    'the server is not available at the moment',
  );
  expect(answer.headers).toMatchObject({
    'retry-after': expect.stringMatching(/^[2-8]$/),
    'access-control-allow-origin': '*',
  });
}

function expectPageUnavailable(answer: Answer, tryAgain: string | undefined): void {
  expect(answer.status).toBe(503);
  expectPage(answer);
  expect(answer.headers).toHaveProperty('retry-after', expect.stringMatching(/^[2-8]$/));
  expect(readable(answer.text)).toContain('Try again in a moment; nothing is done twice.');
  expect(returnLink(answer.text)).toEqual(
    tryAgain === undefined ? undefined : { href: tryAgain, text: 'Try again' },
  );
  expect(answer.text).not.toMatch(/Return to|StoreUnavailable|\(test\)/);
}

describe('while the store is away: registration', () => {
  it('is 503, and works when it is back', async () => {
    const { app, store, log } = createWatchedApp();
    store.fail();
    expectApiUnavailable(await register(app));
    expect(log.at('error')).toHaveLength(1);
    store.recover();
    expect((await register(app)).status).toBe(201);
  });

  it('still refuses what is wrong in itself', async () => {
    const { app, store } = createWatchedApp();
    store.fail();
    expectApiError(await register(app, { redirect_uris: [] }), 400, 'invalid_redirect_uri');
  });
});

describe('while the store is away: authorization', () => {
  it.each(['clients.find', 'authorizations.insert'])(
    'is a page when %s fails, and never a redirect to the client (AUTHZ-30)',
    async (call) => {
      const { app, store } = createWatchedApp();
      const id = await registeredClientId(app);
      store.fail(call);
      const path = `/oauth/authorize?${authorizationQuery(id, createPkce())}`;
      for (const Cookie of ['', 'person=alice']) {
        expectPageUnavailable(await send(app, 'GET', path, { headers: { Cookie } }), path);
      }
      store.recover();
      expect((await new Browser(app).authorize(id, createPkce())).status).toBe(302);
    },
  );

  it.each(['clients.find', 'authorizations.find'])(
    'shows no consent page when %s fails, and shows it afterwards',
    async (call) => {
      const { browser, url, store } = await openConsent();
      store.fail(call);
      expectPageUnavailable(await browser.get(url), url);
      store.recover();
      expect((await browser.get(url)).status).toBe(200);
    },
  );

  it.each([
    { call: 'authorizations.allow', decision: 'allow' },
    { call: 'authorizations.deny', decision: 'deny' },
    { call: 'clients.renew', decision: 'allow' },
  ])('sends nobody anywhere when $call fails, and can be repeated', async ({ call, decision }) => {
    const { browser, url, csrf, store } = await openConsent();
    store.fail(call);
    expectPageUnavailable(await browser.post(url, { decision, csrf }), url);
    store.recover();
    const answer = await browser.post(url, { decision, csrf });
    expect(answer.status).toBe(303);
    expect(redirectParameters(answer)).toHaveProperty(decision === 'allow' ? 'code' : 'error');
  });
});

/** How an issuer with a path can stand in its host. */
const BELOW_A_PATH: readonly { name: string; host: (made: TestApp) => Express }[] = [
  {
    name: 'behind a proxy that takes the path away',
    host: ({ app }) =>
      express().use((req, res) => {
        req.url = req.url.replace(/^\/auth(?=\/)/, '');
        req.originalUrl = req.url;
        app(req, res);
      }),
  },
  { name: 'mounted at the path', host: ({ server }) => express().use('/auth', server.router) },
];

describe.each(BELOW_A_PATH)('while the store is away: an issuer $name', ({ host }) => {
  it.each([
    { authorize: '/oauth/authorize', consent: '/oauth/consent' },
    { authorize: '/a', consent: '/b/c' },
  ])('says by its own path where to try again: $authorize, $consent', async (paths) => {
    const made = createWatchedApp({ options: { issuer: `${ISSUER}/auth`, paths } });
    const query = authorizationQuery(await registeredClientId(made.app), createPkce());
    const browser = new Browser(host(made), 'alice');
    const again = `/auth${paths.authorize}?${query}`;
    made.store.fail();
    expectPageUnavailable(await browser.get(again), again);
    made.store.recover();
    const url = locationOf(await browser.get(again));
    expect(url).toMatch(`/auth${paths.consent}?`);
    made.store.fail();
    expectPageUnavailable(await browser.get(url), url);
    const form = { decision: 'allow', csrf: 'x' };
    expectPageUnavailable(await browser.post(url, form), url);
    made.store.recover();
    expect(redirectParameters(await browser.submit(url, 'allow'))).toHaveProperty('code');
  });

  it('says nowhere to try again after a form that is gone', async () => {
    const made = createWatchedApp({ options: { issuer: `${ISSUER}/auth` } });
    const body = authorizationQuery(await registeredClientId(made.app), createPkce());
    const app = host(made);
    made.store.fail();
    const answer = await send(app, 'POST', '/auth/oauth/authorize', { headers: FORM_TYPE, body });
    expectPageUnavailable(answer, undefined);
    expect(answer.text).not.toMatch(/<a |Try again<|href/);
    made.store.recover();
    const repeated = await send(app, 'POST', '/auth/oauth/authorize', { headers: FORM_TYPE, body });
    expect(repeated.status).toBe(303);
  });
});

describe('while the store is away: tokens', () => {
  it.each(['clients.find', 'grants.find', 'grants.redeem'])(
    'are not given for a code when %s fails, and the code stays good (REFRESH-11)',
    async (call) => {
      const { app, form, store, log } = await issueCode();
      store.fail(call);
      const answer = await tokenRequest(app, form);
      expectApiUnavailable(answer);
      expect(answer.text).not.toContain('token"');
      expect(log.text()).not.toContain(form['code']);
      store.recover();
      expect((await tokenRequest(app, form)).status).toBe(200);
    },
  );

  it.each(['clients.find', 'grants.find', 'grants.rotate'])(
    'are not refreshed when %s fails, and the refresh token stays good (REFRESH-11)',
    async (call) => {
      const { refresh, rotate, refreshToken, store } = await grantTokens();
      store.fail(call);
      const answer = await refresh(refreshToken);
      expectApiUnavailable(answer);
      expect(answer.text).not.toContain('token"');
      store.recover();
      expect(await rotate(refreshToken)).toMatch(/\.2\./);
    },
  );

  it('are given though the lifetime of the client cannot be renewed', async () => {
    const { refresh, refreshToken, store, clock } = await grantTokens();
    clock.advance(2 * 24 * 3600_000);
    store.fail('clients.renew');
    expect((await refresh(refreshToken)).status).toBe(200);
    expect(store.writes).toContain('clients.renew');
  });

  it('that are out there are still verified, and documents still answered', async () => {
    const { app, tokens, store } = await grantTokens();
    store.fail();
    const headers = { Authorization: `Bearer ${tokens.access_token}` };
    expect((await send(app, 'GET', '/mcp', { headers })).status).toBe(200);
    for (const path of [
      '/.well-known/oauth-authorization-server',
      '/.well-known/oauth-protected-resource/mcp',
      '/oauth/jwks',
    ]) {
      expect((await send(app, 'GET', path)).status).toBe(200);
    }
  });
});
