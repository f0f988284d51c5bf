import { describe, expect, it } from '@jest/globals';
import type { ScopeDescriptions } from '../../lib/pages/scope-descriptions.ts';
import { openConsent, type OpenConsentOptions } from './support/consent.ts';
import { readable } from './support/expect.ts';
import { send } from './support/send.ts';

const NOTES = { en: 'Read notes', de: 'Notizen lesen', pt: 'Ler notas', 'zh-Hant': 'Traditional' };

async function pageIn(language: string | undefined, scopes: ScopeDescriptions): Promise<string> {
  const scope = Object.keys(scopes).join(' ');
  const { app, browser, url } = await openConsent({
    options: { scopesSupported: Object.keys(scopes), scopes },
    query: { scope },
  });
  const headers = {
    Cookie: browser.cookie(),
    ...(language !== undefined && { 'Accept-Language': language }),
  };
  const { status, text } = await send(app, 'GET', url, { headers });
  expect(status).toBe(200);
  return readable(text);
}

describe('GET /oauth/consent: the language of the reader', () => {
  it.each([
    { language: 'de', says: 'Notizen lesen' },
    { language: 'DE', says: 'Notizen lesen' },
    { language: 'de-AT', says: 'Notizen lesen' },
    { language: 'pt-BR', says: 'Ler notas' },
    { language: 'pt-BR,en;q=0.8', says: 'Ler notas' },
    { language: 'zh-Hant', says: 'Traditional' },
    { language: 'en;q=0.5,de;q=0.9', says: 'Notizen lesen' },
    { language: 'fr,de;q=0.5', says: 'Notizen lesen' },
    { language: 'de;q=0', says: 'Read notes' },
    { language: 'fr', says: 'Read notes' },
    { language: '*', says: 'Read notes' },
    { language: 'de;q=x,;;,=', says: 'Read notes' },
    { language: '__proto__,constructor', says: 'Read notes' },
    { language: '', says: 'Read notes' },
    { language: undefined, says: 'Read notes' },
  ])('of $language reads "$says"', async ({ language, says }) => {
    expect(await pageIn(language, { 'mcp:notes': NOTES })).toContain(`${says} ( mcp:notes )`);
  });

  it.each([
    { name: 'as long as a browser may send', length: 500, says: 'Notizen lesen' },
    { name: 'longer than any browser sends', length: 501, says: 'Read notes' },
    { name: 'of 14 KB', length: 14_000, says: 'Read notes' },
  ])('of a header $name reads "$says"', async ({ length, says }) => {
    const language = 'de'.concat(',x'.repeat(length)).slice(0, length);
    expect(await pageIn(language, { 'mcp:notes': NOTES })).toContain(says);
  });

  it('may be another one than some descriptions have', async () => {
    const text = await pageIn('pt-BR,de;q=0.5', {
      'mcp:notes': NOTES,
      'mcp:files': { fr: 'Lire les fichiers', en: 'Read files' },
      'mcp:mail': { fr: 'Lire le courrier', es: 'Leer el correo' },
      'mcp:plain': 'In one language only',
      constructor: 'Build things',
    });
    expect(text).toContain('Ler notas ( mcp:notes )');
    expect(text).toContain('Read files ( mcp:files )');
    expect(text).toContain('Lire le courrier ( mcp:mail )');
    expect(text).toContain('In one language only ( mcp:plain )');
    expect(text).toContain('Build things ( constructor )');
  });

  it('asks nothing of a host that describes in one language only', async () => {
    expect(await pageIn('de', { 'mcp:notes': 'Read notes' })).toContain('Read notes');
  });
});

/** Texts of an operator and of a client in a script that runs from right to left. */
const ARABIC =
  '\u0642\u0631\u0627\u0621\u0629 \u0627\u0644\u0645\u0644\u0627\u062D\u0638\u0627\u062A';
const ARABIC_NAME = '\u0645\u0644\u0627\u062D\u0638\u0627\u062A';
const HEBREW_NAME = '\u05E4\u05EA\u05E7\u05D9\u05DD';

/** The page as a reader gets it, with its tags. */
async function htmlIn(language: string, given: OpenConsentOptions): Promise<string> {
  const { app, browser, url } = await openConsent(given);
  const headers = { Cookie: browser.cookie(), 'Accept-Language': language };
  return (await send(app, 'GET', url, { headers })).text;
}

describe('GET /oauth/consent: texts in another language than the page', () => {
  const SCOPES = {
    'mcp:notes': { en: 'Read notes', ar: ARABIC },
    'mcp:files': { en: 'Read files', de: 'Dateien lesen' },
    'mcp:admin': { en: 'Do anything', ar: ARABIC_NAME },
    'mcp:plain': 'In one language only',
    offline_access: { 'pt-BR': 'Ficar', ar: HEBREW_NAME },
  };
  const scopesSupported = ['mcp:notes', 'mcp:files', 'mcp:admin', 'mcp:plain'];
  const GIVEN = {
    options: { scopes: SCOPES, scopesSupported, refreshTokens: 'grant_type' },
    people: {
      alice: { name: ARABIC_NAME, scopes: ['mcp:notes', 'mcp:files', 'mcp:plain'] },
    },
    metadata: { client_name: HEBREW_NAME, 'client_name#ar': ARABIC_NAME },
    query: { scope: scopesSupported.join(' ') },
  } as const;

  it.each([
    {
      language: 'ar',
      notes: `<bdi lang="ar">${ARABIC}</bdi>`,
      staying: `<bdi lang="ar">${HEBREW_NAME}</bdi>`,
      admin: `<bdi lang="ar">${ARABIC_NAME}</bdi>`,
      name: `<bdi lang="ar">${ARABIC_NAME}</bdi>`,
    },
    {
      language: 'fr',
      notes: '<bdi lang="en">Read notes</bdi>',
      staying: '<bdi lang="pt-BR">Ficar</bdi>',
      admin: '<bdi lang="en">Do anything</bdi>',
      name: `<bdi>${HEBREW_NAME}</bdi>`,
    },
  ])(
    'say which, and stand apart from their neighbours: $language',
    async ({ language, notes, staying, admin, name }) => {
      const html = await htmlIn(language, GIVEN);
      const lines = [
        ...html.matchAll(/<li>(?:<label><input[^>]*> <span>)?(.*?)(?: <span| \(|<\/li>)/g),
      ].map(([, line]) => line);
      expect(lines).toEqual([
        notes,
        '<bdi lang="en">Read files</bdi>',
        '<bdi>In one language only</bdi>',
        staying,
        admin,
      ]);
      expect(html).toContain(`The app calls itself <strong>${name}</strong>.`);
      expect(html).toContain(`You are logged in as <strong><bdi>${ARABIC_NAME}</bdi></strong>.`);
      // What runs from right to left turns nothing around that stands beside it.
      expect(html.replace(/<bdi[^>]*>[^<]*<\/bdi>/g, '')).not.toMatch(/[^\p{ASCII}]/u);
    },
  );

  it.each([
    ['"><img src=x onerror=alert(1)>', '&quot;&gt;&lt;img src=x onerror=alert(1)&gt;'],
    ['en" onmouseover="alert(1)', 'en&quot; onmouseover=&quot;alert(1)'],
    ["'><script>alert(1)</script>", '&#39;&gt;&lt;script&gt;alert(1)&lt;/script&gt;'],
    ['<%= 7*7 %>', '&lt;%= 7*7 %&gt;'],
    ['&quot;&gt;', '&amp;quot;&amp;gt;'],
    ['__proto__', '__proto__'],
    ['x-default', 'x-default'],
  ])('are never markup by the tag of their language: %s (CONSENT-16)', async (tag, shown) => {
    const html = await htmlIn(`${tag},fr;q=0.5`, {
      options: {
        scopesSupported: ['mcp:notes'],
        scopes: { 'mcp:notes': Object.fromEntries([[tag, 'Read notes']]) },
      },
      query: { scope: 'mcp:notes' },
    });
    expect(html).toContain(`<span><bdi lang="${shown}">Read notes</bdi> <span class="quiet">`);
    expect(html).not.toMatch(/<script|<img|\sonmouseover="/);
  });
});
