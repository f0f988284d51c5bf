import { describe, expect, it } from '@jest/globals';
import { redirectParameters } from '../support/flow.ts';
import { expectPage, readable } from './support/expect.ts';
import { openConsent } from './support/consent.ts';

const LOCALHOST = 'http://localhost:3000';

describe('POST /oauth/consent: an app that is reached by another name of the same machine', () => {
  it.each([
    { Host: '127.0.0.1:3000', Origin: 'http://127.0.0.1:3000' },
    { Host: '[::1]:3000', Origin: 'http://[::1]:3000' },
    { Host: 'my-machine:3000', Origin: 'http://my-machine:3000' },
    { Host: 'tunnel.example', Origin: 'https://tunnel.example' },
    { Host: '127.0.0.1:3000', Origin: 'null' },
    { Host: '127.0.0.1:3000', Origin: LOCALHOST },
    { Host: '127.0.0.1:3000' },
  ])('decides when the browser says that the form is from there: %j', async (headers) => {
    const { browser, url, csrf } = await openConsent({ options: { issuer: LOCALHOST } });
    const sent = { ...headers, 'Sec-Fetch-Site': 'same-origin' } as Record<string, string>;
    const answer = await browser.post(url, { decision: 'allow', csrf }, sent);
    expect(answer.status).toBe(303);
    expect(redirectParameters(answer)).toHaveProperty('code');
  });

  it.each([
    { Host: '127.0.0.1:3000', Origin: 'http://127.0.0.1:3000' },
    { Host: '127.0.0.1:3000', Origin: 'null' },
    { Host: 'localhost:3000', Origin: 'null' },
    { Host: 'localhost:3000', Origin: 'https://localhost:3000' },
    { Host: '127.0.0.1:3000', Origin: 'http://127.0.0.1:3000', 'Sec-Fetch-Site': 'same-site' },
    { Host: '127.0.0.1:3000', Origin: 'http://127.0.0.1:3000', 'Sec-Fetch-Site': 'cross-site' },
    { Host: '127.0.0.1:3000', Origin: 'http://127.0.0.1:3000', 'Sec-Fetch-Site': 'none' },
    { Host: '127.0.0.1:3000', Origin: 'http://127.0.0.1:4000', 'Sec-Fetch-Site': 'same-origin' },
    { Host: '127.0.0.1:3000', Origin: 'http://127.0.0.1', 'Sec-Fetch-Site': 'same-origin' },
    { Host: '127.0.0.1:3000', Origin: 'HTTP://127.0.0.1:3000', 'Sec-Fetch-Site': 'same-origin' },
    { Host: '127.0.0.1:3000', Origin: 'ftp://127.0.0.1:3000', 'Sec-Fetch-Site': 'same-origin' },
    { Host: '127.0.0.1:3000', Origin: '', 'Sec-Fetch-Site': 'same-origin' },
    { Host: 'localhost:3000', Origin: 'https://evil.example', 'Sec-Fetch-Site': 'same-origin' },
    { Host: '127.0.0.1:3000', Origin: 'http://evil.example:3000', 'Sec-Fetch-Site': 'same-origin' },
    {
      Host: 'localhost:3000',
      Origin: 'http://evil.example',
      'X-Forwarded-Host': 'evil.example',
      'Sec-Fetch-Site': 'same-origin',
    },
  ])('decides nothing otherwise: %j', async (headers) => {
    const { app, browser, url, csrf, store } = await openConsent({
      options: { issuer: LOCALHOST },
    });
    app.set('trust proxy', true);
    const sent = headers as Record<string, string>;
    const answer = await browser.post(url, { decision: 'allow', csrf }, sent);
    expect(answer.status).toBe(403);
    expectPage(answer);
    expect(readable(answer.text)).toContain('This form came from another site');
    expect(store.writes).toEqual([]);
  });
});

describe('POST /oauth/consent: the origin of a form', () => {
  it.each([
    { Host: 'auth.example.com', Origin: 'https://evil.example', 'Sec-Fetch-Site': 'same-origin' },
    { Host: 'auth.example.com', Origin: 'null' },
    { Host: 'evil.example', Origin: 'https://evil.example' },
    { Host: 'evil.example', Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' },
  ])('that does not fit decides nothing: %j', async (headers) => {
    const { browser, url, csrf, store } = await openConsent();
    const sent = headers as Record<string, string>;
    const answer = await browser.post(url, { decision: 'allow', csrf }, sent);
    expect({ status: answer.status, writes: store.writes }).toEqual({ status: 403, writes: [] });
  });
});
