import { describe, expect, it } from '@jest/globals';
import { expectApiError } from './support/expect.ts';
import { grantTokens, isRedeemable, issueCode } from './support/grant.ts';
import { FORM_TYPE, send, type Answer } from './support/send.ts';

const HEADERS = [
  `Basic ${Buffer.from('client:secret').toString('base64')}`,
  `Basic ${Buffer.from(':').toString('base64')}`,
  'Basic',
  'basic x',
  'Bearer x',
  'DPoP x',
  'x',
  '',
];

function encoded(form: object): string {
  return new URLSearchParams(form as Record<string, string>).toString();
}

function expectRefused(answer: Answer): void {
  expectApiError(answer, 401, 'invalid_client');
  expect(answer.headers).toMatchObject({
    'www-authenticate': 'Basic realm="token endpoint", charset="UTF-8"',
    'access-control-allow-origin': '*',
    'access-control-expose-headers': expect.stringMatching(/www-authenticate/i),
  });
}

describe('POST /oauth/token: a public client that authenticates in the header (RFC 6749 §5.2)', () => {
  it.each(HEADERS)('is refused with %j, and the code is not spent', async (Authorization) => {
    const issued = await issueCode();
    const headers = { ...FORM_TYPE, Authorization };
    expectRefused(
      await send(issued.app, 'POST', '/oauth/token', { headers, body: encoded(issued.form) }),
    );
    expect(issued.store.writes).toEqual([]);
    expect(await isRedeemable(issued)).toBe(true);
  });

  it('may name itself there, with an empty secret', async () => {
    const issued = await issueCode();
    const Authorization = `Basic ${Buffer.from(`${issued.id}:`).toString('base64')}`;
    const { client_id, ...form } = issued.form;
    const headers = { ...FORM_TYPE, Authorization };
    const answer = await send(issued.app, 'POST', '/oauth/token', { headers, body: encoded(form) });
    expect(answer.status).toBe(200);
    expect(client_id).toBe(issued.id);
  });

  it('is refused at a refresh, and nothing is rotated', async () => {
    const { app, id, refreshToken, rotate, store, tokens } = await grantTokens();
    const form = { grant_type: 'refresh_token', client_id: id, refresh_token: refreshToken };
    for (const Authorization of ['Basic eDp5', `Bearer ${tokens.access_token}`]) {
      const headers = { ...FORM_TYPE, Authorization };
      expectRefused(await send(app, 'POST', '/oauth/token', { headers, body: encoded(form) }));
    }
    expect(store.writes).toEqual([]);
    expect(await rotate(refreshToken)).toMatch(/\.2\./);
  });

  it('hears nothing of it in the log but that it was refused', async () => {
    const { app, form, log } = await issueCode();
    const headers = { ...FORM_TYPE, Authorization: 'Basic aHVudGVyMjpodW50ZXIy' };
    await send(app, 'POST', '/oauth/token', { headers, body: encoded(form) });
    expect(log.text()).not.toMatch(/aHVudGVyMj|hunter2/);
    expect(log.at('error')).toEqual([]);
  });
});
