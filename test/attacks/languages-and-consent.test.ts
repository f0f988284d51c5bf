import { describe, expect, it } from '@jest/globals';
import supertest from 'supertest';
import { createDocumentApp, documentHost, publish } from '../http/support/document-app.ts';
import { readable } from '../http/support/expect.ts';
import { createPkce, locationOf, Browser } from '../support/flow.ts';
import { allowAt, askFrom, fateOf, HOSTED_URI } from '../support/hosted.ts';

const host = documentHost();
const MINUTE = 60_000;

describe('a metadata document with names in many languages', () => {
  it('has no name by the name of what every object has, whatever the browser asks for (MEET-40)', async () => {
    const names = { 'client_name#toString': 'Bank', 'client_name#de': 'Notizen' };
    const id = publish(host(), '/names', { ...names, 'client_name#valueOf': 'Bank' });
    const { app, clock } = createDocumentApp(host());
    const browser = new Browser(app, 'alice');
    const url = locationOf(await askFrom(browser, id));
    const page = async (language: string): Promise<string> => {
      const request = supertest(app).get(url).set('Cookie', browser.cookie());
      const { status, text } = await request.set('Accept-Language', language);
      expect(status).toBe(200);
      return readable(text);
    };
    for (const language of ['constructor', '__proto__', 'hasOwnProperty, isPrototypeOf;q=0.9']) {
      const text = await page(language);
      expect(text).toContain('Notes');
      expect(text).not.toMatch(/function|native code|\[object/);
    }
    expect(await page('de')).toContain('Notizen');
    expect(fateOf(await allowAt(browser, url))).toBe('code');
    // A name that nobody in the room has read is a name all the same: who may have read it is asked.
    expect(fateOf(await askFrom(browser, id))).toBe('code');
    publish(host(), '/names', { ...names, 'client_name#valueOf': 'Other' });
    clock.advance(MINUTE);
    const again = await browser.authorize(id, createPkce(), { redirect_uri: HOSTED_URI });
    expect(fateOf(again)).toBe('asked');
  });
});
