import { describe, expect, it } from '@jest/globals';
import { openConsent } from './support/consent.ts';
import { FORM_TYPE, send } from './support/send.ts';

/** As much as Node lets through. */
const LENGTH = 14_000;
const WITHIN_MS = 1_000;

const TEXTS = [
  { name: 'letters and a mark', text: `${'a'.repeat(LENGTH)}!` },
  { name: 'labels of a host', text: `https://${'a.'.repeat(LENGTH / 2)}` },
  { name: 'blanks', text: `a${' '.repeat(LENGTH)}a` },
  { name: 'commas', text: ','.repeat(LENGTH) },
  { name: 'languages', text: 'de-DE;q=0.9,'.repeat(LENGTH / 12) },
  { name: 'semicolons', text: `de${';q'.repeat(LENGTH / 2)}` },
  { name: 'hyphens', text: 'de-'.repeat(LENGTH / 3) },
];

describe('a header of 14 000 characters does not hold anybody up (HTTP-23)', () => {
  it.each(TEXTS)('as the languages of a person: $name', async ({ text }) => {
    const { app, browser, url } = await openConsent();
    const headers = { Cookie: browser.cookie(), 'Accept-Language': text };
    const started = performance.now();
    expect((await send(app, 'GET', url, { headers })).status).toBe(200);
    expect(performance.now() - started).toBeLessThan(WITHIN_MS);
  });

  it.each(TEXTS)('as the origin of a form: $name', async ({ text }) => {
    const { app, browser, url, csrf } = await openConsent();
    const headers = { ...FORM_TYPE, Cookie: browser.cookie(), Origin: text };
    const started = performance.now();
    const body = `decision=allow&csrf=${csrf}`;
    expect((await send(app, 'POST', url, { headers, body })).status).toBe(403);
    expect(performance.now() - started).toBeLessThan(WITHIN_MS);
  });

  it.each(TEXTS)('as a cookie: $name', async ({ text }) => {
    const { app, browser, url } = await openConsent();
    const headers = { Cookie: `${text}; ${browser.cookie()}` };
    const started = performance.now();
    expect((await send(app, 'GET', url, { headers })).status).toBe(200);
    expect(performance.now() - started).toBeLessThan(WITHIN_MS);
  });
});
