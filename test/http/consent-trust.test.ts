import { describe, expect, it } from '@jest/globals';
import { redirectParameters } from '../support/flow.ts';
import { openConsent } from './support/consent.ts';
import { PAGE_HEADERS, readable } from './support/expect.ts';

const WEB = 'https://app.example.com/cb';

describe('GET /oauth/consent: what a person can go by', () => {
  it('says how long ago the client registered', async () => {
    const { browser, clock, url } = await openConsent();
    clock.advance(3 * 60 * 1000);
    expect(readable((await browser.get(url)).text)).toContain(
      'The app registered itself with this server 3 minutes ago.',
    );
  });

  it('marks what the baseline adds to what the client registered with', async () => {
    const { html } = await openConsent({
      options: { baselineClientScopes: ['email'] },
      metadata: { scope: 'openid' },
      query: { scope: 'openid email' },
    });
    const lines = [...html.matchAll(/<li>(.*?)<\/li>/g)].map(([line]) => readable(line));
    expect(lines).toEqual([
      'Know who you are ( openid )',
      'See your e-mail address ( email ) Added by the operator of this server: the app did not register for it.',
    ]);
  });

  it.each([
    { redirect_uri: 'http://127.0.0.1/cb', warns: 'Any program on this computer' },
    { redirect_uri: 'cursor://x/cb', warns: 'Any app on this device' },
    { redirect_uri: 'https://xn--80ak6aa92e.example/cb', warns: 'letters that are not Latin' },
  ])('warns of $redirect_uri (CONSENT-20)', async ({ redirect_uri, warns }) => {
    const query = { redirect_uri };
    const { html } = await openConsent({ metadata: { redirect_uris: [redirect_uri] }, query });
    expect(readable(html)).toContain(warns);
  });

  it.each([
    { client_name: 'G\u043E\u043Egle', isTold: true },
    { client_name: '\uFF27oogle', isTold: true },
    { client_name: 'Google', isTold: false },
    { client_name: '\u0645\u0631\u062D\u0628\u0627', isTold: false },
  ])('says whether $client_name may be another name: $isTold (CONSENT-16)', async (given) => {
    const { html } = await openConsent({ metadata: { client_name: given.client_name } });
    expect(html.includes('letters that look like other letters')).toBe(given.isTold);
  });
});

describe('POST /oauth/consent: boxes', () => {
  it('nothing ticked shows the page again, decides nothing, and still leads to a code', async () => {
    const { browser, url, csrf, store } = await openConsent();
    const answer = await browser.post(url, { decision: 'allow', csrf, choice: '1' });
    expect(answer).toMatchObject({ status: 400, headers: PAGE_HEADERS });
    expect(readable(answer.text)).toContain('Nothing was ticked, so there is nothing to allow.');
    expect(answer.text).not.toContain(' checked>');
    expect(store.writes).toEqual([]);
    const form = { decision: 'allow', csrf, choice: '1', scope: 'openid' };
    expect(redirectParameters(await browser.post(url, form))).toHaveProperty('code');
  });

  it('shows in a group of its own what was allowed before (CONSENT-03)', async () => {
    const metadata = { redirect_uris: [WEB] };
    const { browser, id, pkce, url, csrf } = await openConsent({
      metadata,
      query: { redirect_uri: WEB, scope: 'openid' },
    });
    await browser.post(url, { decision: 'allow', csrf });
    const begun = await browser.authorize(id, pkce, { redirect_uri: WEB, scope: 'email openid' });
    const { text } = await browser.get((begun.headers as Record<string, string>)['location'] ?? '');
    expect(readable(text)).toContain(
      'The app now also asks to: See your e-mail address ( email ) You have allowed this before: Know who you are ( openid )',
    );
  });
});
