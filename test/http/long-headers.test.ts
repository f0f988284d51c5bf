import { describe, expect, it } from '@jest/globals';
import { withCpuTime } from '../support/cpu-time.ts';
import { openConsent } from './support/consent.ts';
import { FORM_TYPE, send } from './support/send.ts';

/** As much as Node lets through. */
const LENGTH = 14_000;
const WITHIN_CPU_MS = 1_000;

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
    const { value, cpuMs } = await withCpuTime(() => send(app, 'GET', url, { headers }));
    expect(value.status).toBe(200);
    expect(cpuMs).toBeLessThan(WITHIN_CPU_MS);
  });

  it.each(TEXTS)('as the origin of a form: $name', async ({ text }) => {
    const { app, browser, url, csrf } = await openConsent();
    const headers = { ...FORM_TYPE, Cookie: browser.cookie(), Origin: text };
    const body = `decision=allow&csrf=${csrf}`;
    const { value, cpuMs } = await withCpuTime(() => send(app, 'POST', url, { headers, body }));
    expect(value.status).toBe(403);
    expect(cpuMs).toBeLessThan(WITHIN_CPU_MS);
  });

  it.each(TEXTS)('as a cookie: $name', async ({ text }) => {
    const { app, browser, url } = await openConsent();
    const headers = { Cookie: `${text}; ${browser.cookie()}` };
    const { value, cpuMs } = await withCpuTime(() => send(app, 'GET', url, { headers }));
    expect(value.status).toBe(200);
    expect(cpuMs).toBeLessThan(WITHIN_CPU_MS);
  });
});
