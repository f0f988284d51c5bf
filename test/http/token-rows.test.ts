import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { withCpuTime } from '../support/cpu-time.ts';
import {
  authorizationQuery,
  createPkce,
  METADATA,
  obtainCode,
  redemption,
  registeredClientId,
  tokenRequest,
  type Tokens,
} from '../support/flow.ts';
import { expectApiError } from './support/expect.ts';
import { grantTokens, isRedeemable, issueCode } from './support/grant.ts';
import { FORM_TYPE, JSON_TYPE, send } from './support/send.ts';
import { createWatchedApp } from './support/watched-app.ts';

const TOKEN = '/oauth/token';
const COOKIES = Array.from({ length: 1_000 }, (_, i) => `c${String(i)}=1`).join('; ');

describe('POST /oauth/token: a token of the same client for a code', () => {
  it.each(['refresh_token', 'access_token'] as const)(
    'an own %s is no code, and stays good (TOKEN-06)',
    async (kind) => {
      const { app, id, tokens, refreshToken, rotate, store } = await grantTokens();
      const code = tokens[kind] ?? '';
      expect(code).not.toBe('');
      const form = {
        ...redemption(id, code, { code_verifier: 'a'.repeat(43), code_challenge: '' }),
      };
      expectApiError(await tokenRequest(app, form), 400, 'invalid_grant');
      expect(store.writes).toEqual([]);
      expect(await rotate(refreshToken)).toMatch(/\.2\./);
    },
  );

  it('the code of another grant of the same client with this verifier is refused (TOKEN-06)', async () => {
    const issued = await issueCode();
    const { app, id, form, pkce } = issued;
    const other = await obtainCode(app, id, { ...pkce, code_challenge: 'A'.repeat(43) });
    issued.store.forget();
    expectApiError(await tokenRequest(app, { ...form, code: other }), 400, 'invalid_grant');
    expect(issued.store.writes).toEqual([]);
    expect(await isRedeemable(issued)).toBe(true);
  });
});

describe('POST /oauth/token: what is too much', () => {
  it('a grant type of 60 KB, and the code is as good as before (TOKEN-10)', async () => {
    const issued = await issueCode();
    const grant_type = 'a'.repeat(60_000);
    const answer = await tokenRequest(issued.app, { ...issued.form, grant_type });
    expectApiError(answer, 400, 'unsupported_grant_type');
    expect(issued.store.writes).toEqual([]);
    expect(await isRedeemable(issued)).toBe(true);
  });

  const MANY = 'the request has too many parameters';
  const NONE = 'the parameter grant_type is missing';

  it.each([
    { name: '32 000 names without a value', body: 'a&'.repeat(32_000), says: MANY },
    {
      name: '10 000 times the same parameter',
      body: Array(10_000).fill('a=1').join('&'),
      says: MANY,
    },
    {
      name: '7 000 different parameters',
      body: Array.from({ length: 7_000 }, (_, i) => `p${String(i)}=1`).join('&'),
      says: MANY,
    },
    { name: '64 000 ampersands', body: '&'.repeat(64_000), says: NONE },
    { name: '64 000 percent signs', body: '%'.repeat(64_000), says: NONE },
    { name: '21 000 bytes, encoded', body: '%F0'.repeat(21_000), says: NONE },
  ])('$name, within a second of work (HTTP-05)', async ({ body, says }) => {
    // Longer ones are refused unread.
    expect(body.length).toBeLessThanOrEqual(64 * 1024);
    const { app, store } = createWatchedApp();
    const { value, cpuMs } = await withCpuTime(() =>
      send(app, 'POST', TOKEN, { headers: FORM_TYPE, body }),
    );
    expectApiError(value, 400, 'invalid_request');
    expect(value.body).toHaveProperty('error_description', says);
    expect(cpuMs).toBeLessThan(1_000);
    expect(store.writes).toEqual([]);
  });

  it.each([
    {
      name: '200 headers',
      more: Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`X-${String(i)}`, 'x'])),
    },
    { name: '1 000 cookies', more: { Cookie: COOKIES } },
    { name: 'a cookie of 8 KB', more: { Cookie: `c=${'a'.repeat(8_000)}` } },
  ])('but not $name (HTTP-05)', async ({ more }) => {
    const { app } = createWatchedApp();
    const headers = { ...JSON_TYPE, ...more };
    const body = JSON.stringify(METADATA);
    expect((await send(app, 'POST', '/oauth/register', { headers, body })).status).toBe(201);
  });

  it('nor 1 000 cookies at the authorization endpoint (HTTP-05)', async () => {
    const { app } = createWatchedApp();
    const query = authorizationQuery(await registeredClientId(app), createPkce());
    const headers = { Cookie: `${COOKIES}; person=alice` };
    const { value, cpuMs } = await withCpuTime(() =>
      send(app, 'GET', `/oauth/authorize?${query}`, { headers }),
    );
    expect(value.status).toBe(302);
    expect(value.headers.location).toMatch(/^\/oauth\/consent\?/);
    expect(cpuMs).toBeLessThan(1_000);
  });
});

describe('POST /oauth/token: a body that cannot be read', () => {
  it.each<{ encoding: string; pack: (text: string) => Buffer }>([
    { encoding: 'gzip', pack: (text) => gzipSync(text + 'a'.repeat(20 * 1024 * 1024)) },
    { encoding: 'gzip, gzip', pack: (text) => gzipSync(gzipSync(text)) },
    { encoding: 'deflate', pack: (text) => deflateSync(text) },
    { encoding: 'br', pack: (text) => brotliCompressSync(text) },
    { encoding: 'br', pack: () => Buffer.from('garbage') },
    { encoding: 'zstd', pack: () => Buffer.from('garbage') },
    { encoding: 'x-unknown', pack: (text) => Buffer.from(text) },
  ])(
    'is refused as $encoding, and the code is as good as before (HTTP-01, HTTP-03)',
    async (given) => {
      const issued = await issueCode();
      const body = given.pack(
        new URLSearchParams(issued.form as Record<string, string>).toString(),
      );
      const headers = { ...FORM_TYPE, 'Content-Encoding': given.encoding };
      const answer = await send(issued.app, 'POST', TOKEN, { headers, body });
      expectApiError(answer, 415, 'invalid_request');
      expect(issued.store.writes).toEqual([]);
      expect(await isRedeemable(issued)).toBe(true);
    },
  );

  it.each(['utf-7', 'utf-16le', 'x-unknown', 'iso-8859-1'])(
    'is refused in %s, and the code is as good as before (HTTP-01)',
    async (charset) => {
      const issued = await issueCode();
      const headers = { 'Content-Type': `application/x-www-form-urlencoded; charset=${charset}` };
      const body = new URLSearchParams(issued.form as Record<string, string>).toString();
      const answer = await send(issued.app, 'POST', TOKEN, { headers, body });
      expectApiError(answer, 415, 'invalid_request');
      expect(await isRedeemable(issued)).toBe(true);
    },
  );
});

describe('POST /oauth/token: a refresh with something said twice', () => {
  it.each(['refresh_token', 'client_id', 'grant_type', 'scope'])(
    '%s, the same or not, rotates nothing (REFRESH-10, TOKEN-18)',
    async (name) => {
      const { app, id, refreshToken, rotate, store } = await grantTokens();
      const form: Record<string, string> = {
        grant_type: 'refresh_token',
        client_id: id,
        refresh_token: refreshToken,
        scope: 'openid',
      };
      for (const value of [form[name] ?? '', 'other']) {
        const body = `${new URLSearchParams(form).toString()}&${new URLSearchParams({ [name]: value }).toString()}`;
        const answer = await send(app, 'POST', TOKEN, { headers: FORM_TYPE, body });
        expectApiError(answer, 400, 'invalid_request');
      }
      expect(store.writes).toEqual([]);
      expect(await rotate(refreshToken)).toMatch(/\.2\./);
    },
  );

  it('is not spoiled by all the errors there are, one after another (REFRESH-10)', async () => {
    const { refresh, refreshToken, store } = await grantTokens();
    const errors: string[] = [];
    for (const more of [
      { scope: 'openid email' },
      { resource: 'https://other.example' },
      { client_id: 'unknown' },
      { grant_type: 'password' },
    ]) {
      errors.push(((await refresh(refreshToken, more)).body as { error: string }).error);
    }
    expect(errors).toEqual([
      'invalid_scope',
      'invalid_target',
      'invalid_client',
      'unsupported_grant_type',
    ]);
    expect(store.writes).toEqual([]);
    const { status, body } = await refresh(refreshToken);
    expect(status).toBe(200);
    expect((body as Tokens).refresh_token).toMatch(/\.2\./);
  });
});
