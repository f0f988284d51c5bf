import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import cors from 'cors';
import express, { type RequestHandler } from 'express';
import helmet from 'helmet';
import {
  authorizationQuery,
  createPkce,
  METADATA,
  obtainTokens,
  redirectParameters,
  refreshRequest,
  register,
  registeredClientId,
  tokenRequest,
} from '../support/flow.ts';
import { expectApiError } from './support/expect.ts';
import { openConsent } from './support/consent.ts';
import { isRedeemable, issueCode } from './support/grant.ts';
import { FORM_TYPE, JSON_TYPE, send } from './support/send.ts';
import { createWatchedApp } from './support/watched-app.ts';

const LIMIT = '10mb';

const HOSTS: { name: string; before: RequestHandler[] }[] = [
  { name: 'express.json', before: [express.json({ limit: LIMIT })] },
  {
    name: 'express.json that takes anything',
    before: [express.json({ limit: LIMIT, strict: false })],
  },
  { name: 'urlencoded, extended', before: [express.urlencoded({ limit: LIMIT, extended: true })] },
  { name: 'urlencoded, simple', before: [express.urlencoded({ limit: LIMIT, extended: false })] },
  { name: 'text for all types', before: [express.text({ limit: LIMIT, type: '*/*' })] },
  { name: 'raw for all types', before: [express.raw({ limit: LIMIT, type: '*/*' })] },
  {
    name: 'json and urlencoded and helmet and cors',
    before: [express.json(), express.urlencoded({ extended: true }), helmet(), cors()],
  },
];

describe.each(HOSTS)('behind a host with $name (HTTP-08)', ({ before }) => {
  it('the whole flow works', async () => {
    const { app } = createWatchedApp({ before });
    const tokens = await obtainTokens(app, 'openid offline_access');
    expect(tokens.scope).toBe('openid offline_access');
    const refreshed = await refreshRequest(app, tokens.client_id, tokens.refresh_token);
    expect(refreshed.status).toBe(200);
  });

  it('a registration is answered as ever', async () => {
    const { app } = createWatchedApp({ before });
    const { status, body } = await register(app, {
      scope: ['openid', 'profile'],
      client_name: 'Caf\u00E9',
      skip_consent: true,
    });
    expect({ status, body }).toEqual({
      status: 201,
      body: {
        ...METADATA,
        client_id: expect.any(String),
        client_id_issued_at: expect.any(Number),
        client_name: 'Caf\u00E9',
        scope: 'openid profile',
      },
    });
  });

  it('a body that is no object is refused as ever', async () => {
    const { app, store } = createWatchedApp({ before });
    for (const body of ['[]', JSON.stringify([METADATA])]) {
      const answer = await send(app, 'POST', '/oauth/register', { headers: JSON_TYPE, body });
      expectApiError(answer, 400, 'invalid_client_metadata');
    }
    expect(store.writes).toEqual([]);
  });

  it('a body of another type is refused as ever', async () => {
    const { app, store } = createWatchedApp({ before });
    const form = new URLSearchParams({ client_name: 'x' }).toString();
    for (const [path, type, body] of [
      ['/oauth/register', 'application/x-www-form-urlencoded', form],
      ['/oauth/register', 'text/plain', JSON.stringify(METADATA)],
      ['/oauth/token', 'application/json', JSON.stringify({ grant_type: 'refresh_token' })],
    ] as const) {
      const answer = await send(app, 'POST', path, { headers: { 'Content-Type': type }, body });
      expectApiError(answer, 415, 'invalid_request');
    }
    expect(store.writes).toEqual([]);
  });

  it('a body of more than 64 KiB is refused as ever', async () => {
    const issued = await issueCode({ before });
    issued.store.forget();
    const padding = 'a'.repeat(64 * 1024);
    const tooLong = [
      await send(issued.app, 'POST', '/oauth/register', {
        headers: JSON_TYPE,
        body: JSON.stringify({ ...METADATA, padding }),
      }),
      await send(issued.app, 'POST', '/oauth/token', {
        headers: FORM_TYPE,
        body: `${new URLSearchParams(issued.form as Record<string, string>).toString()}&x=${padding}`,
      }),
    ];
    for (const answer of tooLong) expectApiError(answer, 413, 'invalid_request');
    expect(issued.store.writes).toEqual([]);
    expect(await isRedeemable(issued)).toBe(true);
  });

  it('a parameter given twice is refused as ever, and the code is as good as before', async () => {
    const issued = await issueCode({ before });
    const form = new URLSearchParams(issued.form as Record<string, string>).toString();
    for (const twice of ['code=x', 'code_verifier=x', `client_id=${issued.id}`, 'grant_type=x']) {
      const body = `${form}&${twice}`;
      const answer = await send(issued.app, 'POST', '/oauth/token', { headers: FORM_TYPE, body });
      expectApiError(answer, 400, 'invalid_request');
    }
    expect(issued.store.writes).toEqual([]);
    expect(await isRedeemable(issued)).toBe(true);
  });

  it('nested and prototype parameters are ignored as ever', async () => {
    const { app, form } = await issueCode({ before });
    const body = `${new URLSearchParams(form as Record<string, string>).toString()}&__proto__[x]=1&constructor[prototype][y]=1&a[b][c]=1`;
    expect((await send(app, 'POST', '/oauth/token', { headers: FORM_TYPE, body })).status).toBe(
      200,
    );
    expect({}).not.toHaveProperty('y');
  });

  it('a form at the authorization endpoint and at the consent page is read as ever', async () => {
    const { app, browser, url, csrf, id } = await openConsent({ before });
    const body = authorizationQuery(id, createPkce());
    const begun = await send(app, 'POST', '/oauth/authorize', { headers: FORM_TYPE, body });
    expect(begun.headers.location).toMatch(/^\/login\?/);
    expect((await browser.post(url, { decision: 'allow', csrf: '' })).status).toBe(403);
    const decided = await browser.post(url, { decision: 'allow', csrf });
    expect(redirectParameters(decided)).toHaveProperty('code');
  });

  it('a compressed body of more than 64 KiB is refused as ever (HTTP-03)', async () => {
    const { app, store } = createWatchedApp({ before });
    const headers = { ...JSON_TYPE, 'Content-Encoding': 'gzip' };
    const body = gzipSync(JSON.stringify({ ...METADATA, padding: 'a'.repeat(80 * 1024) }));
    const answer = await send(app, 'POST', '/oauth/register', { headers, body });
    expect([413, 415]).toContain(answer.status);
    expectApiError(answer, answer.status, 'invalid_request');
    expect(store.writes).toEqual([]);
  });
});

describe('behind a host that parses first', () => {
  it('a list in brackets is no way around anything', async () => {
    const before = [express.urlencoded({ extended: true })];
    const issued = await issueCode({ before });
    const form = { ...issued.form, code: undefined };
    const answer = await tokenRequest(issued.app, { ...form, 'code[x]': issued.code });
    expectApiError(answer, 400, 'invalid_request');
    expect(await isRedeemable(issued)).toBe(true);
  });

  it('a parser after the router changes nothing', async () => {
    const { app } = createWatchedApp();
    app.use(express.json());
    expect(await registeredClientId(app)).not.toBe('');
  });
});
