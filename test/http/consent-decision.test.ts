import { describe, expect, it } from '@jest/globals';
import { ISSUER } from '../support/app.ts';
import {
  Browser,
  createPkce,
  locationOf,
  redemption,
  redirectParameters,
  registeredClientId,
  tokenRequest,
} from '../support/flow.ts';
import { expectPage, PAGE_HEADERS, readable } from './support/expect.ts';
import { openConsent, openPage } from './support/consent.ts';
import { FORM_TYPE, send } from './support/send.ts';
import { createTwoApps } from './support/watched-app.ts';

const ANSWERED = 'This request has been answered';
const EXPIRED = 'This page has expired';

describe('POST /oauth/consent: the decision', () => {
  it('to allow sends a code with state and issuer, and nothing else (AUTHZ-28)', async () => {
    const { browser, url, csrf, store } = await openConsent();
    const answer = await browser.post(url, { decision: 'allow', csrf });
    expect(answer).toMatchObject({ status: 303, text: '', headers: PAGE_HEADERS });
    expect(locationOf(answer)).toMatch(/^http:\/\/localhost:8080\/callback\?code=/);
    expect([...new URL(locationOf(answer)).searchParams.keys()]).toEqual(['code', 'state', 'iss']);
    expect(redirectParameters(answer)).toEqual({
      code: expect.stringMatching(/^[\w-]{22}\.[\w-]{43}$/),
      state: 'xyz-state',
      iss: ISSUER,
    });
    expect([...store.writes].sort()).toEqual([
      'authorizations.allow',
      'clients.renew',
      'grants.index',
    ]);
  });

  it('to deny sends access_denied with state and issuer, and makes no grant', async () => {
    const { browser, url, csrf, store } = await openConsent();
    const answer = await browser.post(url, { decision: 'deny', csrf });
    expect(answer).toMatchObject({ status: 303, text: '', headers: PAGE_HEADERS });
    expect(redirectParameters(answer)).toEqual({
      error: 'access_denied',
      error_description: 'the person denied the request',
      state: 'xyz-state',
      iss: ISSUER,
    });
    expect(store.writes).toEqual(['authorizations.deny']);
  });

  it('takes only what was asked for, whatever else the form says (CONSENT-10)', async () => {
    const { app, browser, url, csrf, id, pkce, store } = await openConsent({
      query: { scope: 'openid' },
    });
    const evil = 'https://evil.example/cb';
    const answer = await browser.post(url, {
      decision: 'allow',
      csrf,
      client_id: 'other',
      redirect_uri: evil,
      scope: 'openid profile email offline_access',
      resource: 'https://evil.example',
      state: 'other',
      code_challenge: 'other',
      sub: 'bob',
      grant_id: 'other',
      request: 'other',
    });
    expect(locationOf(answer)).toMatch(/^http:\/\/localhost:8080\/callback\?/);
    const { code = '', state } = redirectParameters(answer);
    expect(state).toBe('xyz-state');
    expect(await store.grants.find(code.split('.')[0] ?? '')).toMatchObject({
      client_id: id,
      subject: 'alice',
      granted: 'openid',
      resources: ['https://auth.example.com/mcp'],
    });
    expect((await tokenRequest(app, redemption(id, code, pkce))).status).toBe(200);
  });

  it.each(['GET', 'HEAD'])('is never made by %s (CONSENT-11)', async (method) => {
    const { app, browser, url, csrf, store } = await openConsent();
    const headers = { Cookie: browser.cookie(), 'Sec-Purpose': 'prefetch' };
    const answer = await send(app, method, `${url}&decision=allow&csrf=${csrf}`, { headers });
    expect(answer.status).toBe(200);
    expect(answer.headers).not.toHaveProperty('location');
    expect(store.writes).toEqual([]);
  });

  it('is not read from the query of a POST (CONSENT-11)', async () => {
    const { app, browser, url, csrf, store } = await openConsent();
    const headers = { ...FORM_TYPE, Cookie: browser.cookie() };
    const answer = await send(app, 'POST', `${url}&decision=allow&csrf=${csrf}`, { headers });
    expect({ status: answer.status, writes: store.writes }).toEqual({ status: 400, writes: [] });
  });
});

describe('POST /oauth/consent: deciding again', () => {
  it('to allow twice gives the same redirect, and one code that works once', async () => {
    const { app, browser, url, csrf, id, pkce } = await openConsent();
    const [first, second] = await Promise.all([
      browser.post(url, { decision: 'allow', csrf }),
      browser.post(url, { decision: 'allow', csrf }),
    ]);
    expect(locationOf(second)).toBe(locationOf(first));
    const { code = '' } = redirectParameters(first);
    expect((await tokenRequest(app, redemption(id, code, pkce))).status).toBe(200);
    expect((await tokenRequest(app, redemption(id, code, pkce))).status).toBe(400);
  });

  it('to deny twice gives the same redirect', async () => {
    const { browser, url, csrf } = await openConsent();
    const first = await browser.post(url, { decision: 'deny', csrf });
    const second = await browser.post(url, { decision: 'deny', csrf });
    expect(locationOf(second)).toBe(locationOf(first));
  });

  it.each([
    { first: 'allow', then: 'deny' },
    { first: 'deny', then: 'allow' },
  ])('to $then after $first changes nothing', async ({ first, then }) => {
    const { app, browser, url, csrf, id, pkce } = await openConsent();
    const { code } = redirectParameters(await browser.post(url, { decision: first, csrf }));
    const answer = await browser.post(url, { decision: then, csrf });
    expect(answer.status).toBe(400);
    expectPage(answer);
    expect(readable(answer.text)).toContain(ANSWERED);
    if (code !== undefined) {
      expect((await tokenRequest(app, redemption(id, code, pkce))).status).toBe(200);
    }
  });

  it('is over once the code was used: the back button leads nowhere (CONSENT-23)', async () => {
    const { app, browser, url, csrf, id, pkce, store } = await openConsent();
    const { code = '' } = redirectParameters(await browser.post(url, { decision: 'allow', csrf }));
    expect((await tokenRequest(app, redemption(id, code, pkce))).status).toBe(200);
    const grantId = code.split('.')[0] ?? '';
    const grant = await store.grants.find(grantId);
    for (const answer of [
      await browser.get(url),
      await browser.post(url, { decision: 'allow', csrf }),
      await browser.post(url, { decision: 'deny', csrf }),
    ]) {
      expect(answer.status).toBe(400);
      expect(readable(answer.text)).toContain(ANSWERED);
    }
    expect(await store.grants.find(grantId)).toEqual(grant);
  });

  it('is over when the person who allowed is not the one who allows again (CONSENT-26)', async () => {
    const { browser, url, csrf } = await openConsent();
    await browser.post(url, { decision: 'allow', csrf });
    const answer = await browser.login('bob').post(url, { decision: 'allow', csrf });
    expect(answer.status).toBe(403);
    expect((await browser.get(url)).status).toBe(400);
  });

  it.each([
    { after: 10 * 60_000 - 1, status: 303 },
    { after: 10 * 60_000, status: 400 },
    { after: 24 * 3600_000, status: 400 },
  ])(
    'is possible for ten minutes: after $after ms $status (CONSENT-23)',
    async ({ after, status }) => {
      const { browser, url, csrf, clock, store } = await openConsent();
      clock.advance(after);
      const answer = await browser.post(url, { decision: 'allow', csrf });
      expect(answer.status).toBe(status);
      if (status === 400) {
        expect(readable(answer.text)).toContain(EXPIRED);
        expect(store.writes).toEqual([]);
      }
    },
  );
});

describe('/oauth/consent: what may be granted', () => {
  it('is no more than the person has: the rest is shown as not available, and not granted', async () => {
    const { app, browser, url, csrf, html, id, pkce } = await openConsent({
      people: { alice: { scopes: ['openid', 'email', 'mcp:admin'] } },
      query: { scope: 'openid profile email' },
    });
    const text = readable(html);
    expect(text).toContain('Know who you are ( openid ) See your e-mail address ( email )');
    expect(text).toContain(
      'Also asked for, but not available to you: See your name and profile ( profile )',
    );
    const { code = '' } = redirectParameters(await browser.post(url, { decision: 'allow', csrf }));
    const { body } = await tokenRequest(app, redemption(id, code, pkce));
    expect(body).toMatchObject({ scope: 'openid email' });
  });

  it('may be nothing: then there is only Deny, and Allow by hand decides nothing', async () => {
    const { browser, url, csrf, html, store } = await openConsent({
      people: { alice: { scopes: [] } },
      query: { scope: 'openid' },
    });
    expect(readable(html)).toContain('The app asks for nothing that you may give.');
    expect(html).not.toContain('value="allow"');
    const answer = await browser.post(url, { decision: 'allow', csrf });
    expect({ status: answer.status, writes: store.writes }).toEqual({ status: 403, writes: [] });
    const denied = await browser.post(url, { decision: 'deny', csrf });
    expect(redirectParameters(denied)).toMatchObject({ error: 'access_denied' });
  });

  it('is asked for again on loopback, whatever the client, scope and resource (CONSENT-01, CONSENT-03, SCOPE-20)', async () => {
    const { app, browser, id, url, csrf } = await openConsent({ query: { scope: 'openid' } });
    await browser.post(url, { decision: 'allow', csrf });
    const twin = await registeredClientId(app);
    for (const [client, scope] of [
      [id, 'openid'],
      [id, 'openid profile'],
      [twin, 'openid'],
    ] as const) {
      const page = await openPage(browser, client, createPkce(), { scope });
      expect(page.html).toContain('value="allow"');
    }
  });

  const WIDE = { options: { baselineClientScopes: ['profile'] } };

  it('shrinks with the policy: a form from before decides nothing, the page shows what is left', async () => {
    const { first, second, store } = createTwoApps(WIDE, {});
    const id = await registeredClientId(first.app, { scope: 'openid' });
    const browser = new Browser(first.app, 'alice');
    const { url, csrf } = await openPage(browser, id, createPkce(), { scope: 'openid profile' });
    store.forget();
    const there = browser.at(second.app);
    const answer = await there.post(url, { decision: 'allow', csrf });
    expect({ status: answer.status, writes: store.writes }).toEqual({ status: 403, writes: [] });
    const page = await there.get(url);
    expect(page.text).toContain('(<code>openid</code>)');
    expect(page.text).not.toContain('(<code>profile</code>)');
    const { code = '' } = redirectParameters(await there.submit(url, 'allow'));
    expect((await store.grants.find(code.split('.')[0] ?? ''))?.granted).toBe('openid');
  });

  it('may be nothing any more: then the client hears invalid_scope', async () => {
    const { first, second, store } = createTwoApps(WIDE, {});
    const id = await registeredClientId(first.app, { scope: 'openid' });
    const browser = new Browser(first.app, 'alice');
    const { url, csrf } = await openPage(browser, id, createPkce(), { scope: 'profile' });
    store.forget();
    const there = browser.at(second.app);
    for (const answer of [
      await there.get(url),
      await there.post(url, { decision: 'allow', csrf }),
    ]) {
      expect(answer.status).toBe(303);
      expect(redirectParameters(answer)).toEqual({
        error: 'invalid_scope',
        error_description: 'the scopes are not available any more',
        state: 'xyz-state',
        iss: ISSUER,
      });
    }
    expect(store.writes).toEqual([]);
  });
});
