import { describe, expect, it } from '@jest/globals';
import { METADATA } from '../support/flow.ts';
import { openConsent } from './support/consent.ts';
import { PAGE_HEADERS } from './support/expect.ts';
import { grantTokens, issueCode } from './support/grant.ts';
import { FORM_TYPE, JSON_TYPE, send } from './support/send.ts';
import { createWatchedApp } from './support/watched-app.ts';

const CONDITIONS: Record<string, string>[] = [
  { 'If-None-Match': '*' },
  { 'If-None-Match': '"x"', 'If-Modified-Since': 'Sat, 01 Jan 2124 00:00:00 GMT' },
  { 'If-Match': '"x"' },
  { 'If-Unmodified-Since': 'Sat, 01 Jan 2000 00:00:00 GMT' },
  { Range: 'bytes=0-10' },
  { Range: 'bytes=0-10,20-30', 'If-Range': '"x"' },
  { 'Cache-Control': 'only-if-cached' },
  { 'X-Forwarded-Host': 'evil.example', 'X-Original-URL': '/oauth/jwks' },
];

/** What belongs to an answer that could be kept, or to a part of one. */
function expectUnkept(headers: object): void {
  for (const name of [
    'etag',
    'last-modified',
    'content-range',
    'accept-ranges',
    'expires',
    'age',
  ]) {
    expect(headers).not.toHaveProperty(name);
  }
  expect(headers).toHaveProperty('cache-control', 'no-store');
}

describe.each(CONDITIONS)('a request with %j is answered as without (HTTP-13)', (condition) => {
  it('by tokens for a code', async () => {
    const { app, form } = await issueCode();
    const body = new URLSearchParams(form as Record<string, string>).toString();
    const headers = { ...FORM_TYPE, ...condition };
    const answer = await send(app, 'POST', '/oauth/token', { headers, body });
    expect(answer).toMatchObject({ status: 200, body: { token_type: 'Bearer' } });
    expectUnkept(answer.headers);
  });

  it('by tokens for a refresh token', async () => {
    const { app, id: client_id, refreshToken: refresh_token } = await grantTokens();
    const form = { grant_type: 'refresh_token', client_id, refresh_token };
    const body = new URLSearchParams(form).toString();
    const headers = { ...FORM_TYPE, ...condition };
    const answer = await send(app, 'POST', '/oauth/token', { headers, body });
    expect(answer).toMatchObject({ status: 200, body: { token_type: 'Bearer' } });
    expectUnkept(answer.headers);
  });

  it('by a registration', async () => {
    const { app } = createWatchedApp();
    const headers = { ...JSON_TYPE, ...condition };
    const body = JSON.stringify(METADATA);
    const answer = await send(app, 'POST', '/oauth/register', { headers, body });
    expect(answer).toMatchObject({ status: 201, body: METADATA });
    expectUnkept(answer.headers);
  });

  it('by the whole consent page', async () => {
    const { app, browser, url, html } = await openConsent();
    const headers = { Cookie: browser.cookie(), ...condition };
    const answer = await send(app, 'GET', url, { headers });
    expect(answer).toMatchObject({ status: 200, headers: PAGE_HEADERS });
    expect(answer.text).toHaveLength(html.length);
    expectUnkept(answer.headers);
  });
});
