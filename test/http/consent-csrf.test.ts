import { describe, expect, it } from '@jest/globals';
import {
  authorizationQuery,
  Browser,
  createPkce,
  locationOf,
  redirectParameters,
  registeredClientId,
} from '../support/flow.ts';
import { expectPage, readable, returnLink } from './support/expect.ts';
import { openConsent, openPage } from './support/consent.ts';
import { FORM_TYPE, send } from './support/send.ts';

const LOOK_AGAIN = 'Please look again';
const EXPIRED = 'This page has expired';
const NO_COOKIE = 'This browser sent no cookie';

describe('POST /oauth/consent: a form that is not the page that was shown', () => {
  it.each<{ name: string; form: (csrf: string) => Record<string, string> }>([
    { name: 'has no token', form: () => ({ decision: 'allow' }) },
    { name: 'has an empty token', form: () => ({ decision: 'allow', csrf: '' }) },
    { name: 'has a wrong token', form: () => ({ decision: 'allow', csrf: 'A'.repeat(43) }) },
    {
      name: 'has another spelling of the token',
      form: (csrf) => ({ decision: 'allow', csrf: `${csrf}=` }),
    },
    {
      name: 'has part of the token',
      form: (csrf) => ({ decision: 'allow', csrf: csrf.slice(0, 42) }),
    },
    { name: 'denies without a token', form: () => ({ decision: 'deny', csrf: 'x' }) },
  ])('decides nothing when it $name (CONSENT-05)', async ({ form }) => {
    const { browser, url, csrf, store } = await openConsent();
    const answer = await browser.post(url, form(csrf));
    expect(answer.status).toBe(403);
    expectPage(answer);
    expect(readable(answer.text)).toContain(LOOK_AGAIN);
    const href = `${url}&show=page`;
    expect(returnLink(answer.text)).toEqual({ href, text: 'Review the request' });
    expect(store.writes).toEqual([]);
    const rightful = await browser.post(url, { decision: 'allow', csrf });
    expect(redirectParameters(rightful)).toHaveProperty('code');
  });

  it('decides nothing with the token of another request (CONSENT-05)', async () => {
    const { browser, url, csrf, id, store } = await openConsent();
    const other = await openPage(browser, id);
    store.forget();
    expect(other.csrf).not.toBe(csrf);
    const answer = await browser.post(url, { decision: 'allow', csrf: other.csrf });
    expect({ status: answer.status, writes: store.writes }).toEqual({ status: 403, writes: [] });
  });

  it('decides nothing for another person than saw it (CONSENT-26)', async () => {
    const { browser, url, csrf, store } = await openConsent();
    browser.login('bob');
    const answer = await browser.post(url, { decision: 'allow', csrf });
    expect({ status: answer.status, writes: store.writes }).toEqual({ status: 403, writes: [] });
    expect(readable(answer.text)).toContain(LOOK_AGAIN);
    const own = await browser.submit(url, 'allow');
    expect(redirectParameters(own)).toHaveProperty('code');
    const grant = await store.grants.find(
      (redirectParameters(own)['code'] ?? '').split('.')[0] ?? '',
    );
    expect(grant?.subject).toBe('bob');
  });

  it('sends somebody who is logged out to the login, and back (CONSENT-26)', async () => {
    const { browser, url, csrf, store } = await openConsent();
    browser.logout();
    for (const answer of [
      await browser.get(url),
      await browser.post(url, { decision: 'allow', csrf }),
    ]) {
      expect(answer.status).toBe(303);
      expect(locationOf(answer)).toBe(
        `/login?${new URLSearchParams({ return_to: url }).toString()}`,
      );
    }
    expect(store.writes).toEqual([]);
  });

  it.each(['', 'ALLOW', 'yes', 'allow deny', '__proto__'])(
    'decides nothing when the decision is %j',
    async (decision) => {
      const { browser, url, csrf, store } = await openConsent();
      const answer = await browser.post(url, { decision, csrf });
      expect({ status: answer.status, writes: store.writes }).toEqual({ status: 400, writes: [] });
    },
  );

  it.each([
    'decision=allow&decision=allow',
    'decision=deny&decision=allow',
    'decision=allow&csrf=x',
  ])('decides nothing when something is said twice: %s (CONSENT-05)', async (twice) => {
    const { app, browser, url, csrf, store } = await openConsent();
    const headers = { ...FORM_TYPE, Cookie: browser.cookie() };
    const answer = await send(app, 'POST', url, { headers, body: `${twice}&csrf=${csrf}` });
    expect({ status: answer.status, writes: store.writes }).toEqual({ status: 400, writes: [] });
  });

  it.each(['application/json', 'text/plain', 'multipart/form-data; boundary=x'])(
    'decides nothing when it comes as %s (CONSENT-06)',
    async (type) => {
      const { app, browser, url, csrf, store } = await openConsent();
      for (const body of [
        `decision=allow&csrf=${csrf}`,
        JSON.stringify({ decision: 'allow', csrf }),
      ]) {
        const headers = { 'Content-Type': type, Cookie: browser.cookie() };
        const answer = await send(app, 'POST', url, { headers, body });
        expect(answer.status).toBe(415);
      }
      expect(store.writes).toEqual([]);
    },
  );
});

describe('POST /oauth/consent: where a form comes from', () => {
  it.each([
    { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' },
    { Origin: 'https://evil.example' },
    { Origin: 'https://auth.example.com.evil.example' },
    { Origin: 'http://auth.example.com' },
    { Origin: 'https://auth.example.com:8443' },
    { Origin: 'HTTPS://AUTH.EXAMPLE.COM' },
    { Origin: 'null' },
    { Origin: '' },
    { Origin: 'null', 'Sec-Fetch-Site': 'cross-site' },
    { Origin: 'https://auth.example.com', 'Sec-Fetch-Site': 'same-site' },
    { Origin: 'https://auth.example.com', 'Sec-Fetch-Site': 'cross-site' },
    { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'same-origin' },
    { 'Sec-Fetch-Site': 'none' },
    { 'Sec-Fetch-Site': 'Same-Origin' },
    { 'Sec-Fetch-Site': '' },
  ])('decides nothing with %j, even with the right token (CONSENT-06)', async (headers) => {
    const { browser, url, csrf, store } = await openConsent();
    const answer = await browser.post(url, { decision: 'allow', csrf }, headers);
    expect(answer.status).toBe(403);
    expectPage(answer);
    expect(readable(answer.text)).toContain('This form came from another site');
    expect(store.writes).toEqual([]);
  });

  it.each([
    {},
    { Origin: 'https://auth.example.com' },
    { Origin: 'https://auth.example.com', 'Sec-Fetch-Site': 'same-origin' },
    { Origin: 'null', 'Sec-Fetch-Site': 'same-origin' },
    { 'Sec-Fetch-Site': 'same-origin' },
  ])('decides with %j and the right token (CONSENT-06)', async (headers) => {
    const { browser, url, csrf } = await openConsent();
    const answer = await browser.post(url, { decision: 'allow', csrf }, headers);
    expect(answer.status).toBe(303);
    expect(redirectParameters(answer)).toHaveProperty('code');
  });
});

describe('/oauth/consent: another browser than the one that began', () => {
  it.each(['alice', 'bob'])(
    'neither sees nor decides anything, though %s is logged in there (CONSENT-08)',
    async (person) => {
      const { app, id, url, csrf, store } = await openConsent();
      const stranger = new Browser(app, person);
      const withCookie = new Browser(app, person);
      await withCookie.authorize(id, createPkce());
      store.forget();
      for (const [other, says] of [
        [stranger, NO_COOKIE],
        [withCookie, EXPIRED],
      ] as const) {
        for (const answer of [
          await other.get(url),
          await other.post(url, { decision: 'allow', csrf }),
          await other.post(url, { decision: 'deny', csrf }),
        ]) {
          expect(answer.status).toBe(400);
          expectPage(answer);
          expect(readable(answer.text)).toContain(says);
        }
      }
      expect(store.writes).toEqual([]);
    },
  );

  it.each<{ name: string; cookie: (own: string) => string }>([
    {
      name: 'the own cookie after a planted one',
      cookie: (own) => `${own.replace(/=.*/, '=planted')}; ${own}`,
    },
    {
      name: 'the own cookie before a planted one',
      cookie: (own) => `${own}; ${own.replace(/=.*/, `=${'A'.repeat(43)}`)}`,
    },
    { name: 'the own cookie twice', cookie: (own) => `${own}; ${own}` },
    { name: 'a value that is too long', cookie: (own) => `${own}${'A'.repeat(4000)}` },
    { name: 'no value', cookie: (own) => own.replace(/=.*/, '=') },
    { name: 'a cookie without the prefix', cookie: (own) => own.replace('__Host-', '') },
    { name: 'a name of other case', cookie: (own) => own.replace('__Host-', '__host-') },
  ])('counts for none with $name (CONSENT-30)', async ({ cookie }) => {
    const { app, browser, url, csrf, store } = await openConsent();
    const own = /__Host-dcr-[^;]+/.exec(browser.cookie())?.[0] ?? '';
    const headers = { ...FORM_TYPE, Cookie: `person=alice; ${cookie(own)}` };
    const body = `decision=allow&csrf=${csrf}`;
    expect((await send(app, 'POST', url, { headers, body })).status).toBe(400);
    expect(store.writes).toEqual([]);
    const rightful = { ...FORM_TYPE, Cookie: `person=alice; ${own}` };
    expect((await send(app, 'POST', url, { headers: rightful, body })).status).toBe(303);
  });

  it('that has two cookies is given a fresh one at the next request (CONSENT-30)', async () => {
    const { app, browser, id } = await openConsent();
    const own = /__Host-dcr-[^;]+/.exec(browser.cookie())?.[0] ?? '';
    const query = authorizationQuery(id, createPkce());
    const headers = { Cookie: `${own}; ${own}` };
    const answer = await send(app, 'GET', `/oauth/authorize?${query}`, { headers });
    expect(answer.headers['set-cookie']?.[0]).toMatch(/^__Host-dcr-/);
    expect(answer.headers['set-cookie']?.[0]).not.toContain(own);
  });

  it.each([
    '/oauth/consent',
    '/oauth/consent?client_id=x',
    '/oauth/consent?request=x',
    '/oauth/consent?client_id=x&request=../../x',
    '/oauth/consent?client_id=%&request=%E0%A4%A',
  ])('gets nowhere with %s', async (url) => {
    const { browser, store } = await openConsent();
    for (const answer of [
      await browser.get(url),
      await browser.post(url, { decision: 'allow', csrf: 'x' }),
    ]) {
      expect(answer.status).toBe(400);
      expect(readable(answer.text)).toContain(EXPIRED);
    }
    expect(store.writes).toEqual([]);
  });

  it('cannot mix the request of one client with the name of another', async () => {
    const { app, browser, url, csrf, store, id } = await openConsent();
    const other = await registeredClientId(app, { client_name: 'Trusted' });
    store.forget();
    const mixed = url.replace(id, other);
    expect((await browser.get(mixed)).status).toBe(400);
    expect((await browser.post(mixed, { decision: 'allow', csrf })).status).toBe(400);
    expect(store.writes).toEqual([]);
  });
});
