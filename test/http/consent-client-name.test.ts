import { describe, expect, it } from '@jest/globals';
import { redirectParameters } from '../support/flow.ts';
import { openConsent, pageThenChange, type MetadataChange } from './support/consent.ts';
import { expectPage, readable, returnLink } from './support/expect.ts';
import { send } from './support/send.ts';

const NAMES = {
  client_name: 'Notes',
  'client_name#de': 'Notizen',
  'client_name#pt-BR': 'Notas',
  'client_name#zh-Hant': 'Zh-Notes',
  'client_uri#fr': 'https://app.example.com/fr',
};

/** What the page says the app calls itself, as it stands in the page. */
async function nameShown(metadata: object, language?: string): Promise<string | undefined> {
  const { app, browser, url } = await openConsent({ metadata });
  const headers = {
    Cookie: browser.cookie(),
    ...(language !== undefined && { 'Accept-Language': language }),
  };
  const answer = await send(app, 'GET', url, { headers });
  expect(answer.status).toBe(200);
  expectPage(answer);
  return /class="quiet claim">[^<]*<strong><bdi[^>]*>(.*?)<\/bdi>/s.exec(answer.text)?.[1];
}

describe('GET /oauth/consent: the name of the app (RFC 7591 §2.2)', () => {
  it.each([
    { language: 'de', shown: 'Notizen' },
    { language: 'DE', shown: 'Notizen' },
    { language: 'de-AT,en;q=0.5', shown: 'Notizen' },
    { language: 'pt-br', shown: 'Notas' },
    { language: 'pt', shown: 'Notas' },
    { language: 'zh-Hant', shown: 'Zh-Notes' },
    { language: 'en;q=0.5,pt-BR;q=0.4,de;q=0.9', shown: 'Notizen' },
    { language: 'de;q=0,pt-BR', shown: 'Notas' },
  ])('is the one in the language of the reader: $language reads $shown', async (given) => {
    expect(await nameShown(NAMES, given.language)).toBe(given.shown);
  });

  it.each(['fr', 'en', 'de;q=0', '__proto__,constructor', 'de;q=x', '', 'x'.repeat(501)])(
    'is the one in no language when there is none for the reader: %s',
    async (language) => {
      expect(await nameShown(NAMES, language)).toBe('Notes');
    },
  );

  it.each(['fr', ''])('is one of the others when that is all there is: %s', async (language) => {
    const metadata = { client_name: null, 'client_name#de': 'Notizen', 'client_name#ja': 'x' };
    expect(await nameShown(metadata, language)).toBe('Notizen');
  });

  it('does not hang on the languages of the scopes', async () => {
    const { app, browser, url } = await openConsent({
      options: { scopesSupported: ['mcp'], scopes: { mcp: { fr: 'Lire', en: 'Read' } } },
      metadata: NAMES,
      query: { scope: 'mcp' },
    });
    const headers = { Cookie: browser.cookie(), 'Accept-Language': 'fr,de;q=0.5' };
    const { text } = await send(app, 'GET', url, { headers });
    expect(readable(text)).toContain('Die App nennt sich Notizen .');
    expect(readable(text)).toContain('Lire ( mcp )');
  });

  it('is never markup, in whatever language (CONSENT-16)', async () => {
    const metadata = { ...NAMES, 'client_name#de': '<img src=x onerror=alert(1)> & "co"' };
    expect(await nameShown(metadata, 'de')).toBe(
      '&lt;img src=x onerror=alert(1)&gt; &amp; &quot;co&quot;',
    );
  });

  it.each([
    { language: 'pt', lang: ' lang="pt-BR"' },
    { language: 'fr', lang: '' },
  ])(
    'is said to be in its language, where that is known: $language',
    async ({ language, lang }) => {
      const { app, browser, url } = await openConsent({ metadata: NAMES });
      const headers = { Cookie: browser.cookie(), 'Accept-Language': language };
      const { text } = await send(app, 'GET', url, { headers });
      expect(/class="quiet claim">[^<]*<strong><bdi([^>]*)>/.exec(text)?.[1]).toBe(lang);
    },
  );

  it('is nowhere when the app has none', async () => {
    const metadata = { client_name: null, 'client_uri#de': 'https://app.example.com/' };
    expect(await nameShown(metadata, 'de')).toBeUndefined();
  });
});

describe('POST /oauth/consent: an app that was renamed while the page was open', () => {
  const renamed =
    (localized: Record<string, string>): MetadataChange =>
    (metadata) => ({ ...metadata, localized: { ...metadata.localized, ...localized } });

  it.each([
    { name: 'in the language of the reader', localized: { 'client_name#en': 'Bank' } },
    { name: 'in another language', localized: { 'client_name#de': 'Bank' } },
    { name: 'to an address of its own', localized: { 'tos_uri#de': 'https://evil.example/' } },
  ])('makes the person look again: $name (CONSENT-05)', async ({ localized }) => {
    const { browser, url, csrf, writes } = await pageThenChange(NAMES, renamed(localized));
    const answer = await browser.post(url, { decision: 'allow', csrf });
    expect(answer.status).toBe(403);
    expectPage(answer);
    expect(readable(answer.text)).toContain('Please look again');
    expect(returnLink(answer.text)).toEqual({
      href: `${url}&show=page`,
      text: 'Review the request',
    });
    expect(writes).toEqual([]);
    expect(redirectParameters(await browser.submit(url, 'allow'))).toHaveProperty('code');
  });

  it.each<{ name: string; change: MetadataChange }>([
    { name: 'nothing', change: (metadata) => metadata },
    {
      name: 'only the order of the languages',
      change: ({ localized = {}, ...metadata }) => ({
        ...metadata,
        localized: Object.fromEntries(Object.entries(localized).reverse()),
      }),
    },
    {
      name: 'what no person sees',
      change: (metadata) => ({ ...metadata, contacts: ['new@example.com'] }),
    },
  ])('does not when it is $name that changed', async ({ change }) => {
    const { browser, url, csrf } = await pageThenChange(NAMES, change);
    const answer = await browser.post(url, { decision: 'allow', csrf });
    expect(redirectParameters(answer)).toHaveProperty('code');
  });
});
