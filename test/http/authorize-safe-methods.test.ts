import { describe, expect, it } from '@jest/globals';
import { authorizationQuery, createPkce, redirectParameters } from '../support/flow.ts';
import { openConsent } from './support/consent.ts';
import { expectErrorPage, PAGE_HEADERS } from './support/expect.ts';
import { send } from './support/send.ts';
import { createWatchedApp } from './support/watched-app.ts';

describe('/oauth/authorize: a browser that looks ahead', () => {
  it.each([
    { method: 'HEAD', headers: {}, status: 405, writes: [] },
    { method: 'HEAD', headers: { 'Sec-Purpose': 'prefetch' }, status: 405, writes: [] },
    {
      method: 'GET',
      headers: { 'Sec-Purpose': 'prefetch' },
      status: 302,
      writes: ['authorizations.insert'],
    },
    {
      method: 'GET',
      headers: { 'Sec-Purpose': 'prefetch;prerender', Purpose: 'prefetch' },
      status: 302,
      writes: ['authorizations.insert'],
    },
  ])('gets no code by $method $headers, though it was allowed before (AUTHZ-26)', async (given) => {
    const { app, browser, id, url, csrf, store } = await openConsent();
    const allowed = await browser.decide('allow', id, createPkce());
    expect(redirectParameters(allowed)).toHaveProperty('code');
    store.forget();
    const path = `/oauth/authorize?${authorizationQuery(id, createPkce())}`;
    const headers = { ...given.headers, Cookie: browser.cookie() };
    const answer = await send(app, given.method, path, { headers });
    expect(answer).toMatchObject({ status: given.status, text: '', headers: PAGE_HEADERS });
    expect(answer.headers.location ?? '/oauth/consent?').toMatch(/^\/oauth\/consent\?/);
    expect(answer.headers.location ?? '').not.toContain('code=');
    expect(store.writes).toEqual(given.writes);
    // The page that was open all the while is as good as before.
    const decided = await browser.post(url, { decision: 'allow', csrf });
    expect(redirectParameters(decided)).toHaveProperty('code');
  });
});

describe('GET /oauth/authorize: a client that is not known, whatever the browser reads', () => {
  const path = (id: string): string =>
    `/oauth/authorize?${authorizationQuery(id, createPkce(), { redirect_uri: 'https://evil.example/cb' })}`;

  it.each(['text/html', 'application/json', 'text/html;q=0.1,application/json', '*/*', 'x'])(
    'is shown the page that says what to do, as HTML: %s (AUTHZ-01)',
    async (Accept) => {
      const { app, store } = createWatchedApp();
      const answer = await send(app, 'GET', path('dcr_gone'), { headers: { Accept } });
      expectErrorPage(answer, 400, 'invalid_client');
      expect(answer.text).toContain('This app must be connected again');
      expect(answer.text).not.toMatch(/evil\.example|dcr_gone/);
      expect(store.writes).toEqual([]);
    },
  );
});
