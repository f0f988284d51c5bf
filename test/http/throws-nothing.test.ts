import { describe, expect, it } from '@jest/globals';
import type { RequestHandler } from 'express';
import { createTestApp } from '../support/app.ts';
import {
  Browser,
  createPkce,
  obtainTokens,
  registeredClientId,
  tokenRequest,
} from '../support/flow.ts';
import { openConsent } from './support/consent.ts';
import { expectApiError, expectPage, readable } from './support/expect.ts';
import { grantTokens, issueCode } from './support/grant.ts';
import { send } from './support/send.ts';
import { createWatchedApp } from './support/watched-app.ts';

/** What `next` would take for "go on", and everything else that is no error. */
const THROWN = [undefined, null, 'route', 'router', '', 0, false].map((thrown) => ({ thrown }));

/** A function of the host that throws as it is told to, and works until then. */
function failing<Value>(works: Value, thrown: unknown) {
  const host = { fails: false };
  const now = (): Value => {
    if (host.fails) throw thrown;
    return works;
  };
  return { host, now, later: async () => now() };
}

function expectPageFailure(answer: { status: number; headers: unknown; text: string }): void {
  expect(answer.status).toBe(500);
  expectPage({ ...answer, body: undefined });
  expect(readable(answer.text)).toContain('Something went wrong');
}

describe.each(THROWN)('when the host throws $thrown', ({ thrown }) => {
  it('to say which scope a route needs, the route is never run', async () => {
    const { app, server } = createTestApp();
    const { access_token } = await obtainTokens(app, 'openid');
    const ran: string[] = [];
    const run =
      (name: string): RequestHandler =>
      (_req, res) => {
        ran.push(name);
        res.json(name);
      };
    const { host, now } = failing('openid', thrown);
    host.fails = true;
    app.get('/api', server.requireBearer({ resource: '/mcp', scope: now }), run('protected'));
    app.use('/api', run('after it'));
    for (const Authorization of [`Bearer ${access_token}`, 'Bearer x', '']) {
      const answer = await send(app, 'GET', '/api', { headers: { Authorization } });
      expect(answer.status).toBe(500);
    }
    expect(ran).toEqual([]);
    host.fails = false;
    const headers = { Authorization: `Bearer ${access_token}` };
    expect((await send(app, 'GET', '/api', { headers })).body).toBe('protected');
  });

  it.each(['now', 'later'] as const)(
    'to say who is there (%s), authorization is a page of 500 and keeps nothing',
    async (when) => {
      const user = failing({ sub: 'alice' }, thrown);
      user.host.fails = true;
      const { app, store, log } = createWatchedApp({ login: { user: user[when] } });
      app.use((_req, res) => {
        res.status(200).end('the host');
      });
      const id = await registeredClientId(app);
      store.forget();
      expectPageFailure(await new Browser(app).authorize(id, createPkce()));
      expect(store.writes).toEqual([]);
      expect(log.at('error')).toHaveLength(1);
    },
  );

  it('to say who is there, the consent page shows and decides nothing', async () => {
    const { host, later } = failing({ sub: 'alice' }, thrown);
    const { app, browser, url, csrf, store } = await openConsent({ login: { user: later } });
    app.use((_req, res) => {
      res.status(200).end('the host');
    });
    host.fails = true;
    expectPageFailure(await browser.get(url));
    expectPageFailure(await browser.post(url, { decision: 'allow', csrf }));
    expect(store.writes).toEqual([]);
    host.fails = false;
    expect((await browser.post(url, { decision: 'allow', csrf })).status).toBe(303);
  });

  it.each(['now', 'later'] as const)(
    'to name claims (%s), a code gives JSON of 500 and stays good',
    async (when) => {
      const claims = failing({}, thrown);
      claims.host.fails = true;
      const issued = await issueCode({ login: { accessTokenClaims: claims[when] } });
      issued.app.use((_req, res) => {
        res.status(200).json('the host');
      });
      expectApiError(await tokenRequest(issued.app, issued.form), 500, 'server_error');
      expect(issued.store.writes).toEqual([]);
      claims.host.fails = false;
      expect((await tokenRequest(issued.app, issued.form)).status).toBe(200);
    },
  );

  it('to name claims, a refresh gives JSON of 500 and rotates nothing', async () => {
    const claims = failing({}, thrown);
    const given = { login: { accessTokenClaims: claims.later } };
    const { refresh, rotate, refreshToken, store } = await grantTokens(given);
    claims.host.fails = true;
    expectApiError(await refresh(refreshToken), 500, 'server_error');
    expect(store.writes).toEqual([]);
    claims.host.fails = false;
    expect(await rotate(refreshToken)).toMatch(/\.2\./);
  });
});
