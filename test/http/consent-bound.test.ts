import { describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { ISSUER, RESOURCE } from '../support/app.ts';
import {
  Browser,
  createPkce,
  locationOf,
  obtainCode,
  obtainTokens,
  redemption,
  redirectParameters,
  registeredClientId,
  tokenRequest,
} from '../support/flow.ts';
import { openConsent, openPage } from './support/consent.ts';
import { readable } from './support/expect.ts';
import { createWatchedApp } from './support/watched-app.ts';

const FIRST = 'https://app.example.com/cb';
const OTHER = 'https://app.example.com/other';
const APPROVED = { redirect_uri: FIRST, scope: 'openid', resource: RESOURCE };

describe('a consent that was given', () => {
  it.each([
    { name: 'one more scope', query: { scope: 'openid profile' }, person: 'alice' },
    { name: 'another redirect URI', query: { redirect_uri: OTHER }, person: 'alice' },
    { name: 'another resource', query: { resource: `${ISSUER}/other` }, person: 'alice' },
    { name: 'another person', query: {}, person: 'bob' },
  ])('does not hold for $name: the page is shown again (CONSENT-03)', async (given) => {
    const { app, store } = createWatchedApp({ options: { resources: ['/mcp', '/other'] } });
    const id = await registeredClientId(app, { redirect_uris: [FIRST, OTHER] });
    const browser = new Browser(app, 'alice');
    const allowed = await browser.decide('allow', id, createPkce(), APPROVED);
    expect(redirectParameters(allowed)).toHaveProperty('code');
    store.forget();
    const query = { ...APPROVED, ...given.query };
    browser.login(given.person);
    const { html } = await openPage(browser, id, createPkce(), query);
    expect(html).toContain('value="allow"');
    expect(html).toContain(`At <bdi>${query.resource}</bdi>`);
    expect(readable(html)).toContain(`You are logged in as ${given.person} .`);
    expect(html.match(/<li>/g)).toHaveLength(query.scope.split(' ').length);
    expect(store.writes).toEqual(['authorizations.insert']);
    const silent = await browser.authorize(id, createPkce(), { ...query, prompt: 'none' });
    expect(locationOf(silent).startsWith(`${query.redirect_uri}?`)).toBe(true);
    expect(redirectParameters(silent)).toMatchObject({ error: 'consent_required' });
  });
});

describe('the scopes on the page', () => {
  it('are the ones that are granted, and one that nobody described is shown as text (CONSENT-21)', async () => {
    const odd = "<img/src=x>&'";
    const scope = `openid offline_access mcp:write ${odd}`;
    const { app, browser, url, html, id, pkce } = await openConsent({
      options: { scopesSupported: scope.split(' '), scopes: { 'mcp:write': 'Change your notes' } },
      query: { scope },
    });
    expect(html).not.toContain('<img');
    const shown = '&lt;img/src=x&gt;&amp;&#39;';
    expect([...html.matchAll(/<li>(.*?)<\/li>/gs)].map(([, line = '']) => readable(line))).toEqual([
      'Know who you are ( openid )',
      'Stay connected when you are not using the app ( offline_access )',
      'Change your notes ( mcp:write )',
      `${shown} ( ${shown} )`,
    ]);
    const { code = '' } = redirectParameters(await browser.submit(url, 'allow'));
    const { body } = await tokenRequest(app, redemption(id, code, pkce));
    expect(body).toHaveProperty('scope', scope);
  });
});

describe('the audience of a token, when no request names a resource (AUTHZ-21)', () => {
  it.each([
    { name: 'the only resource', options: {}, aud: RESOURCE },
    { name: 'the only one of the options', options: { resources: ['/mcp'] }, aud: RESOURCE },
  ])('is $name', async ({ options, aud }) => {
    const { app } = createWatchedApp({ options });
    const { access_token } = await obtainTokens(app, 'openid');
    expect(decodeJwt(access_token).aud).toBe(aud);
  });

  it('is the one that was approved, also when the token request does not name it', async () => {
    const resource = `${ISSUER}/other`;
    const { app } = createWatchedApp({ options: { resources: ['/mcp', '/other'] } });
    const id = await registeredClientId(app);
    const pkce = createPkce();
    const code = await obtainCode(app, id, pkce, { resource });
    const { body } = await tokenRequest(app, redemption(id, code, pkce));
    expect(decodeJwt((body as { access_token: string }).access_token).aud).toBe(resource);
  });
});
