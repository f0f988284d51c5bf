import { describe, expect, it } from '@jest/globals';
import {
  createPkce,
  locationOf,
  redemption,
  redirectParameters,
  tokenRequest,
  type Tokens,
} from '../support/flow.ts';
import { allowAt, askFrom, fateOf, grantOf, HOSTED_URI } from '../support/hosted.ts';
import { openConsent, type OpenConsent, type OpenConsentOptions } from './support/consent.ts';
import { expectPage, readable } from './support/expect.ts';

const SCOPE = 'openid profile offline_access';
const ANSWERED = 'This request has been answered';

/** A page with three scopes, of a client whose consent is remembered. */
function opened(options: OpenConsentOptions = {}): Promise<OpenConsent> {
  return openConsent({
    ...options,
    metadata: { redirect_uris: [HOSTED_URI], ...options.metadata },
    query: { redirect_uri: HOSTED_URI, scope: SCOPE, ...options.query },
  });
}

/** The form with ticks at these scopes. */
function ticked(csrf: string, ...scope: string[]): Record<string, string | string[]> {
  return { decision: 'allow', csrf, choice: '1', scope };
}

describe('POST /oauth/consent: the scopes that the person chose', () => {
  it.each([
    { name: 'none', scope: [] },
    { name: 'an empty one', scope: [''] },
    { name: 'only one that was not asked for', scope: ['email'] },
    { name: 'only one that there is not', scope: ['__proto__'] },
    { name: 'two in one', scope: ['openid profile'] },
  ])('decide nothing when they are $name, and lead to the page again', async ({ scope }) => {
    const { browser, url, csrf, store } = await opened();
    const answer = await browser.post(url, ticked(csrf, ...scope));
    expect(answer.status).toBe(400);
    expectPage(answer);
    expect(readable(answer.text)).toContain('Nothing was ticked');
    expect(store.writes).toEqual([]);
    expect(answer.text).toContain('value="allow"');
    expect(fateOf(await browser.post(url, { decision: 'deny', csrf, choice: '1' }))).toBe(
      'access_denied',
    );
  });

  it.each([
    { scope: ['openid'], granted: 'openid' },
    { scope: ['profile', 'openid'], granted: 'openid profile' },
    { scope: ['profile', 'profile'], granted: 'profile' },
    { scope: ['openid', 'email', 'admin:all', '__proto__'], granted: 'openid' },
    { scope: ['offline_access', 'profile'], granted: 'profile offline_access' },
    { scope: SCOPE.split(' '), granted: SCOPE },
  ])('are what is granted: $scope gives $granted (CONSENT-10, CONSENT-21)', async (given) => {
    const { app, browser, url, csrf, store, id } = await opened();
    const answer = await browser.post(url, ticked(csrf, ...given.scope));
    const refreshable = given.granted.includes('offline_access');
    expect(await grantOf(store, answer)).toMatchObject({ granted: given.granted, refreshable });
    // What was not chosen is asked for again, and nothing of it is given unseen.
    const rest = given.granted === SCOPE ? 'code' : 'asked';
    expect(fateOf(await askFrom(browser, id, { scope: SCOPE }))).toBe(rest);
    expect(fateOf(await askFrom(browser, id, { scope: given.granted }))).toBe('code');
    expect(app).toBeDefined();
  });

  it.each([
    { name: 'by scope', options: {}, scope: ['openid'] },
    { name: 'by grant type', options: { refreshTokens: 'grant_type' as const }, scope: ['openid'] },
  ])('give no refresh token without "Stay connected", $name', async ({ options, scope }) => {
    const { app, browser, url, csrf, id, pkce } = await opened({ options });
    const { code = '' } = redirectParameters(await browser.post(url, ticked(csrf, ...scope)));
    const form = redemption(id, code, pkce, { redirect_uri: HOSTED_URI });
    const { status, body } = await tokenRequest(app, form);
    expect({ status, scope: (body as Tokens).scope }).toEqual({ status: 200, scope: 'openid' });
    expect(body).not.toHaveProperty('refresh_token');
  });

  it('are all that were on the page when the form does not say that there was a choice', async () => {
    const { browser, url, csrf, store } = await opened();
    const answer = await browser.post(url, { decision: 'allow', csrf, scope: 'openid' });
    expect(await grantOf(store, answer)).toMatchObject({ granted: SCOPE });
  });

  it('count for nothing without the proof of the page (CONSENT-05)', async () => {
    const { browser, url, store } = await opened();
    expect((await browser.post(url, ticked('x', 'openid'))).status).toBe(403);
    expect(store.writes).toEqual([]);
  });
});

describe('POST /oauth/consent: choosing again', () => {
  it('the same gives the same code; more or less is answered already (CONSENT-23)', async () => {
    const { browser, url, csrf, store, id } = await opened();
    const first = await browser.post(url, ticked(csrf, 'openid'));
    expect(locationOf(await browser.post(url, ticked(csrf, 'openid')))).toBe(locationOf(first));
    store.forget();
    for (const other of [['openid', 'profile'], ['profile'], SCOPE.split(' ')]) {
      const answer = await browser.post(url, ticked(csrf, ...other));
      expect(answer.status).toBe(400);
      expect(readable(answer.text)).toContain(ANSWERED);
    }
    expect(store.writes).toEqual([]);
    expect(await grantOf(store, first)).toMatchObject({ granted: 'openid' });
    expect(fateOf(await askFrom(browser, id, { scope: 'profile' }))).toBe('asked');
  });

  it('at the same time grants one of the two, and says so to the other', async () => {
    const { browser, url, csrf, store } = await opened();
    const answers = await Promise.all([
      browser.post(url, ticked(csrf, 'openid')),
      browser.post(url, ticked(csrf, 'openid', 'profile')),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 400]);
    const won = answers.find(({ status }) => status === 303);
    expect(won && (await grantOf(store, won))).toBeDefined();
  });
});

describe('what was chosen, the next time', () => {
  it('is the difference: what was left out is asked for, what is taken back is not given', async () => {
    const { browser, url, csrf, id } = await opened();
    await browser.post(url, ticked(csrf, 'openid', 'profile'));
    expect(fateOf(await askFrom(browser, id, { scope: 'openid profile' }))).toBe('code');
    // On the page again, by the client's wish: profile is taken back.
    const asked = await askFrom(browser, id, { scope: 'openid profile', prompt: 'consent' });
    await allowAt(browser, locationOf(asked), ['openid']);
    expect(fateOf(await askFrom(browser, id, { scope: 'openid' }))).toBe('code');
    expect(fateOf(await askFrom(browser, id, { scope: 'openid profile' }))).toBe('asked');
  });

  it('keeps what was not on the page', async () => {
    const { browser, url, csrf, id } = await opened();
    await browser.post(url, ticked(csrf, 'openid', 'profile'));
    const more = await askFrom(browser, id, { scope: 'email' });
    expect(fateOf(more)).toBe('asked');
    await allowAt(browser, locationOf(more), ['email']);
    expect(fateOf(await askFrom(browser, id, { scope: 'openid profile email' }))).toBe('code');
  });

  it('does not give a refresh token that the person was never told of', async () => {
    const { browser, url, csrf, id } = await opened({
      options: { refreshTokens: 'grant_type' },
    });
    await browser.post(url, ticked(csrf, 'openid'));
    // Without the scope, this server would let the client stay connected: so the page says it.
    const asked = await askFrom(browser, id, { scope: 'openid' });
    expect(fateOf(asked)).toBe('asked');
    await allowAt(browser, locationOf(asked));
    expect(fateOf(await askFrom(browser, id, { scope: 'openid' }))).toBe('code');
  });

  it('is nothing when the answer of the store is lost: the person sees the page again', async () => {
    const { browser, url, csrf, id, store } = await opened();
    store.fail('consents.remember');
    expect((await browser.post(url, ticked(csrf, 'openid'))).status).toBe(503);
    store.recover();
    expect(fateOf(await browser.post(url, ticked(csrf, 'openid')))).toBe('code');
    expect(
      fateOf(
        await browser.authorize(id, createPkce(), { redirect_uri: HOSTED_URI, scope: 'openid' }),
      ),
    ).toBe('code');
  });
});
