import { describe, expect, it } from '@jest/globals';
import helmet from 'helmet';
import { Browser, createPkce, registeredClientId } from '../support/flow.ts';
import { PAGE_HEADERS, readable } from './support/expect.ts';
import { openConsent, openPage } from './support/consent.ts';
import { send } from './support/send.ts';
import { createWatchedApp } from './support/watched-app.ts';

const SCOPES = ['openid', 'profile', 'offline_access', 'mcp:read', 'mcp:write', 'constructor'];

/** Two that look like another name, and one of ten characters that are drawn as five. */
const FULLWIDTH = '\uFF27oogle';
const CYRILLIC = 'G\u043E\u043Egle';
const FLAGS = '\u{1F1E9}\u{1F1EA}'.repeat(5);

describe('GET /oauth/consent: what the person reads', () => {
  it('says where the answer goes, who claims to ask, for what, and who is logged in (CONSENT-21)', async () => {
    const { html } = await openConsent({
      options: {
        scopesSupported: SCOPES,
        scopes: { 'mcp:read': 'Read your notes', 'mcp:write': { en: 'Change <your> notes' } },
      },
      people: { alice: { name: 'Alice Example' } },
      metadata: { redirect_uris: ['https://app.example.com/cb'] },
      query: {
        redirect_uri: 'https://app.example.com/cb',
        scope: 'openid offline_access mcp:read mcp:write constructor',
      },
    });
    expect(readable(html)).toBe(
      'Allow access to your account? ' +
        'After this you will be sent to app.example.com ' +
        'The app calls itself Test client . It chose this name itself; nobody has checked it. ' +
        'The app registered itself with this server 1 second ago. ' +
        'You are logged in as Alice Example . ' +
        'The app asks to: ' +
        'Know who you are ( openid ) ' +
        'Stay connected when you are not using the app ( offline_access ) ' +
        'Read your notes ( mcp:read ) ' +
        'Change &lt;your&gt; notes ( mcp:write ) ' +
        'constructor ( constructor ) ' +
        'You can untick what you do not want to allow. ' +
        'At https://auth.example.com/mcp ' +
        'Deny Allow ' +
        'Allow only what you started yourself. If you did not just connect an app, deny.',
    );
  });

  it('shows only what was asked for, not what the baseline would allow (SCOPE-03, SCOPE-18)', async () => {
    const { html } = await openConsent({
      options: { baselineClientScopes: ['offline_access'] },
      metadata: { scope: 'openid' },
      query: { scope: 'openid' },
    });
    expect(html.match(/<li>/g)).toHaveLength(1);
    expect(html).not.toContain('offline_access');
  });

  it.each([
    { uri: 'http://localhost:8080/callback', says: 'an app on this computer (localhost)' },
    { uri: 'http://[::1]:1234/cb', says: 'an app on this computer ([::1])' },
    { uri: 'cursor://x/cb', says: 'the app that opens cursor: links on this device' },
    {
      uri: `https://accounts.google.com.${'a'.repeat(60)}.evil.example/cb`,
      says: `accounts.google.com.${'a'.repeat(60)}.evil.example`,
    },
    { uri: 'https://xn--80ak6aa92e.example/cb', says: 'xn--80ak6aa92e.example' },
    { uri: 'https://[2606:4700::1111]/cb', says: '[2606:4700::1111]' },
  ])('says for $uri: $says (CONSENT-20)', async ({ uri, says }) => {
    const { html } = await openConsent({
      metadata: { redirect_uris: [uri] },
      query: { redirect_uri: uri },
    });
    expect(html).toContain(`<p class="host"><bdi>${says}</bdi></p>`);
  });

  it.each([undefined, '', '   ', '\u3164'])(
    'names a client that calls itself %j by its id (CONSENT-18)',
    async (client_name) => {
      const { html, id } = await openConsent({ metadata: { client_name } });
      expect(readable(html)).toContain(`The app does not say what it is called. Its id is ${id} .`);
    },
  );

  it.each([
    { person: { name: 'A', email: 'a@example.com' }, says: 'A' },
    { person: { email: 'a@example.com' }, says: 'a@example.com' },
    { person: {}, says: 'alice' },
    { person: { name: '<b>A</b>' }, says: '&lt;b&gt;A&lt;/b&gt;' },
  ])('calls the person $says', async ({ person, says }) => {
    const { html } = await openConsent({ people: { alice: person } });
    expect(html).toContain(`You are logged in as <strong><bdi>${says}</bdi></strong>.`);
  });

  it.each([
    { language: 'de-CH,de;q=0.9', says: 'Notizen lesen' },
    { language: 'fr', says: 'Read notes' },
    { language: '*', says: 'Read notes' },
    { language: `${'a'.repeat(5000)}!`, says: 'Read notes' },
  ])('describes scopes in the language of $language', async ({ language, says }) => {
    const { app, browser, url } = await openConsent({
      options: {
        scopesSupported: SCOPES,
        scopes: { 'mcp:read': { en: 'Read notes', de: 'Notizen lesen' } },
      },
      query: { scope: 'mcp:read' },
    });

    const headers = { Cookie: browser.cookie(), 'Accept-Language': language };
    expect((await send(app, 'GET', url, { headers })).text).toContain(says);
  });
});

describe('GET /oauth/consent: text of strangers', () => {
  it.each([
    ['<img src=x onerror=alert(1)>', '&lt;img src=x onerror=alert(1)&gt;'],
    ['</title><script>alert(1)</script>', '&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt;'],
    ['"><svg/onload=1>', '&quot;&gt;&lt;svg/onload=1&gt;'],
    ['</title><script>', '&lt;/title&gt;&lt;script&gt;'],
    ['{{7*7}} #{7*7} <%= 7*7 %>', '{{7*7}} #{7*7} &lt;%= 7*7 %&gt;'],
    ['{{7*7}}', '{{7*7}}'],
    [`\${7*7}`, `\${7*7}`],
    ['<%= 1 %>', '&lt;%= 1 %&gt;'],
    ['#{7}', '#{7}'],
    ['%s%n', '%s%n'],
    ['&lt;script&gt;', '&amp;lt;script&amp;gt;'],
    ["' onfocus=1 '", '&#39; onfocus=1 &#39;'],
    ['</bdi></strong><h1>Google</h1>', '&lt;/bdi&gt;&lt;/strong&gt;&lt;h1&gt;Google&lt;/h1&gt;'],
    ...['\u0645\u0631\u062D\u0628\u0627', FULLWIDTH, CYRILLIC, FLAGS].map((name) => [name, name]),
  ])(
    'is shown as it is, once escaped and set apart: %s (CONSENT-15, CONSENT-16)',
    async (client_name, shown) => {
      const { html } = await openConsent({ metadata: { client_name } });
      const [, name] = /The app calls itself <strong>(.*?)<\/strong>/s.exec(html) ?? [];
      expect(name).toBe(`<bdi>${shown}</bdi>`);
      expect(html).not.toMatch(/<script|<svg|<img/);
      expect(html).toContain('<title>Allow access?</title>');
    },
  );

  it('loads nothing from the addresses of the client (REG-23)', async () => {
    const { html } = await openConsent({
      metadata: {
        logo_uri: 'https://app.example.com/logo.png',
        client_uri: 'https://app.example.com/?onmouseover=1',
        tos_uri: 'https://app.example.com/tos',
        policy_uri: 'https://app.example.com/policy',
      },
    });
    expect(html).not.toMatch(/<img|<link|<iframe|<script|url\(|app\.example\.com/);
  });
});

describe('GET /oauth/consent: a long name', () => {
  it.each([
    { name: 'as it is', client_name: 'a'.repeat(80), says: 'a'.repeat(80) },
    { name: 'cut', client_name: 'a'.repeat(256), says: `${'a'.repeat(79)}\u2026` },
    {
      name: 'cut between characters',
      client_name: '\u{1F600}'.repeat(81),
      says: `${'\u{1F600}'.repeat(79)}\u2026`,
    },
  ])('is shown $name (CONSENT-16)', async ({ client_name, says }) => {
    const { html } = await openConsent({ metadata: { client_name } });
    expect(html).toContain(`<bdi>${says}</bdi>`);
  });
});

describe('GET /oauth/consent: headers', () => {
  it.each([
    { name: 'alone', before: [] },
    { name: 'behind helmet', before: [helmet()] },
  ])(
    'keep the page out of frames and caches, and let its form lead away: $name (CONSENT-13)',
    async ({ before }) => {
      const { browser, url, csrf, app, id } = await openConsent({ before });
      const answers = [
        await browser.get(url),
        await browser.get('/oauth/consent'),
        await browser.post(url, { decision: 'allow', csrf: 'wrong' }),
        await browser.post(url, { decision: 'x', csrf }),
        await browser.post(url, { decision: 'allow', csrf }, { 'Sec-Fetch-Site': 'cross-site' }),
        await new Browser(app).get(url),
        await browser.post(url, { decision: 'deny', csrf }),
        await browser.get(url),
        await browser.authorize('unknown', createPkce()),
        await browser.authorize(id, createPkce()),
      ];
      expect(answers.map(({ status }) => status)).toEqual([
        200, 400, 403, 400, 403, 400, 303, 400, 400, 302,
      ]);
      for (const answer of answers) {
        expect(answer.headers).toMatchObject(PAGE_HEADERS);
        expect(answer.headers).not.toHaveProperty('etag');
      }
    },
  );
});

describe('the cookie of the browser', () => {
  it.each([
    {
      issuer: 'https://auth.example.com',
      cookie: /^__Host-dcr-[0-9a-f]{8}=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    },
    {
      issuer: 'http://localhost:3000',
      cookie: /^dcr-[0-9a-f]{8}=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/,
    },
  ])('of $issuer is one, and only as open as it must be', async ({ issuer, cookie }) => {
    const { app } = createWatchedApp({ options: { issuer } });
    const id = await registeredClientId(app);
    const browser = new Browser(app, 'alice');
    const first = await browser.authorize(id, createPkce());
    expect(first.headers).toHaveProperty('set-cookie', [expect.stringMatching(cookie)]);
    const second = await browser.authorize(id, createPkce());
    expect(second.headers).not.toHaveProperty('set-cookie');
    expect((await openPage(browser, id)).csrf).not.toBe('');
  });

  it('is another one for each browser, and for each server', async () => {
    const ids = new Set<string>();
    for (const issuer of ['https://auth.example.com', 'https://other.example.com']) {
      const { app } = createWatchedApp({ options: { issuer } });
      const id = await registeredClientId(app);
      for (const browser of [new Browser(app), new Browser(app)]) {
        await browser.authorize(id, createPkce());
        ids.add(browser.cookie());
      }
    }
    expect(new Set([...ids].map((cookie) => cookie.split('=')[0])).size).toBe(2);
    expect(new Set([...ids].map((cookie) => cookie.split('=')[1])).size).toBe(4);
  });

  it('is not what the store keeps', async () => {
    const { browser, url, store } = await openConsent();
    const found = await store.authorizations.find(
      new URL(url, 'https://x').searchParams.get('request') ?? '',
    );
    const value = browser.cookie().split('; ').at(-1)?.split('=')[1] ?? '';
    expect(value).toHaveLength(43);
    expect(JSON.stringify(found)).not.toContain(value);
  });
});
