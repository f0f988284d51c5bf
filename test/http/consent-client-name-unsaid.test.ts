import { describe, expect, it } from '@jest/globals';
import { openConsent } from './support/consent.ts';
import { readable } from './support/expect.ts';
import { send } from './support/send.ts';

const NAMES = { client_name: 'Notes', 'client_name#ja': 'Ja-Notes', 'client_name#de': 'Notizen' };

describe('GET /oauth/consent: the name of the app for a reader of any language', () => {
  it.each([
    { language: undefined, shown: 'Notes' },
    { language: '*', shown: 'Notes' },
    { language: 'fr,*;q=0.5', shown: 'Notes' },
    { language: 'en-US,en;q=0.9,*;q=0.1', shown: 'Notes' },
    { language: 'de,*;q=0.5', shown: 'Notizen' },
  ])('is the one in no language: $language reads $shown', async ({ language, shown }) => {
    const { app, browser, url } = await openConsent({ metadata: NAMES });
    const headers = {
      Cookie: browser.cookie(),
      ...(language !== undefined && { 'Accept-Language': language }),
    };
    const { text } = await send(app, 'GET', url, { headers });
    expect(readable(text)).toMatch(new RegExp(` (?:calls itself|nennt sich) ${shown} \\.`));
  });
});
