import { describe, expect, it } from '@jest/globals';
import type { ScopeDescriptions } from '../../lib/pages/scope-descriptions.ts';
import { openConsent } from './support/consent.ts';
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
