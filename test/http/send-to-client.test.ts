import { describe, expect, it } from '@jest/globals';
import helmet from 'helmet';
import { Browser, createPkce, locationOf, registeredClientId } from '../support/flow.ts';
import { openConsent } from './support/consent.ts';
import { PAGE_HEADERS, readable } from './support/expect.ts';

/** What a browser sends with a form, or with a link that is followed. */
const NAVIGATION = { 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'document' };
const FORM = { ...NAVIGATION, 'Sec-Fetch-Site': 'same-origin', 'Sec-Fetch-User': '?1' };

const strictForms = helmet({
  contentSecurityPolicy: { directives: { 'form-action': ["'self'"] } },
});

/** Where a page goes by itself. */
function refreshOf(html: string): URL {
  const [, url = ''] = /<meta http-equiv="refresh" content="0;url=([^"]*)">/.exec(html) ?? [];
  return new URL(url.replaceAll('&amp;', '&'));
}

describe('from the consent page to the client', () => {
  it.each([
    { decision: 'allow', has: 'code' },
    { decision: 'deny', has: 'error' },
  ])('a browser that decides to $decision goes by a page of its own', async ({ decision, has }) => {
    const { browser, url, csrf } = await openConsent();
    const answer = await browser.post(url, { decision, csrf }, FORM);
    expect(answer).toMatchObject({ status: 200, headers: PAGE_HEADERS });
    expect(answer.headers).not.toHaveProperty('location');
    const to = refreshOf(answer.text);
    expect(`${to.origin}${to.pathname}`).toBe('http://localhost:8080/callback');
    expect([...to.searchParams.keys()].sort()).toEqual(
      [has, 'iss', 'state', ...(has === 'error' ? ['error_description'] : [])].sort(),
    );
    expect(readable(answer.text)).toBe(
      'Going back to an app on this computer (localhost) If nothing happens, press the button. When the app goes on, you can close this window. Continue',
    );
    expect(answer.text).toContain(`<a class="button" href="${escapedUrl(to)}" rel="noreferrer">`);
  });

  it.each([
    { uri: 'https://app.example.com/cb?a=1&b=%22%3E', says: 'app.example.com' },
    { uri: 'cursor://anysphere/cb', says: 'the app that opens cursor: links on this device' },
  ])('the page leads to $uri as it is', async ({ uri, says }) => {
    const { browser, url, csrf } = await openConsent({
      metadata: { redirect_uris: [uri] },
      query: { redirect_uri: uri },
    });
    const answer = await browser.post(url, { decision: 'deny', csrf }, FORM);
    expect(refreshOf(answer.text).href.startsWith(uri)).toBe(true);
    expect(readable(answer.text)).toContain(`Going back to ${says}`);
  });

  it.each<{ name: string; headers: Record<string, string> }>([
    { name: 'says nothing of itself', headers: {} },
    { name: 'fetches', headers: { 'Sec-Fetch-Mode': 'cors', 'Sec-Fetch-Dest': 'empty' } },
    {
      name: 'is in a frame',
      headers: { 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'iframe' },
    },
    { name: 'does not say what for', headers: { 'Sec-Fetch-Mode': 'navigate' } },
  ])('what $name is redirected', async ({ headers }) => {
    const { browser, url, csrf } = await openConsent();
    const answer = await browser.post(url, { decision: 'allow', csrf }, headers);
    expect(answer).toMatchObject({ status: 303, text: '', headers: PAGE_HEADERS });
    expect(new URL(locationOf(answer)).searchParams.get('code')).not.toBeNull();
  });

  it('an error goes the same way', async () => {
    const { app, browser, id } = await openConsent();
    const begun = await browser.authorize(id, createPkce(), { prompt: 'login' });
    const returnTo = new URL(locationOf(begun), 'https://x').searchParams.get('return_to') ?? '';
    const answer = await browser.post(returnTo, { decision: 'allow', csrf: 'x' }, FORM);
    expect(app).toBeDefined();
    expect(refreshOf(answer.text).searchParams.get('error')).toBe('login_required');
  });

  it.each([
    { name: 'the default of helmet', before: [helmet()] },
    { name: "form-action 'self'", before: [strictForms] },
  ])('a host with $name changes neither page nor its policy', async ({ before }) => {
    const { browser, url, csrf } = await openConsent({ before });
    for (const answer of [
      await browser.get(url),
      await browser.post(url, { decision: 'allow', csrf }, FORM),
    ]) {
      expect(answer).toMatchObject({ status: 200, headers: PAGE_HEADERS });
    }
  });

  it('does not begin an authorization by a page', async () => {
    const { app } = await openConsent();
    const id = await registeredClientId(app);
    const answer = await new Browser(app, 'alice').authorize(id, createPkce());
    expect(answer.status).toBe(302);
  });
});

function escapedUrl({ href }: URL): string {
  return href.replaceAll('&', '&amp;').replaceAll("'", '&#39;');
}
