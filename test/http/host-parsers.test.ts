import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import cors from 'cors';
import express, { type Express, type RequestHandler } from 'express';
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
  type Form,
} from '../support/flow.ts';
import { expectApiError, expectErrorPage } from './support/expect.ts';
import { openConsent } from './support/consent.ts';
import { isRedeemable, issueCode } from './support/grant.ts';
import { FORM_TYPE, JSON_TYPE, send, type Answer } from './support/send.ts';
import { createWatchedApp } from './support/watched-app.ts';
import { REGISTRATION_MANAGEMENT } from '../support/registration-management.ts';

const LIMIT = '10mb';
const CHUNKED = { 'Transfer-Encoding': 'chunked' };
/** A body that is longer than 64 KiB with this in it. */
const PADDING = 'a'.repeat(64 * 1024);

const encoded = (form: Form): string =>
  new URLSearchParams(form as Record<string, string>).toString();

async function post(
  app: Express,
  path: string,
  headers: Record<string, string>,
  body: string,
): Promise<Answer> {
  return send(app, 'POST', path, { headers, body });
}

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
        ...REGISTRATION_MANAGEMENT,
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

  it.each([
    { name: 'that says its length', more: {} },
    { name: 'that comes in chunks', more: CHUNKED },
  ])('a body of more than 64 KiB $name is refused as ever (HTTP-03)', async ({ more }) => {
    const issued = await issueCode({ before });
    const { app, id, form, store } = issued;
    const [json, urlencoded] = [
      { ...JSON_TYPE, ...more },
      { ...FORM_TYPE, ...more },
    ];
    const metadata = JSON.stringify({ ...METADATA, padding: PADDING });
    const registration = await post(app, '/oauth/register', json, metadata);
    expectApiError(registration, 413, 'invalid_request');
    const redemption = `${encoded(form)}&x=${PADDING}`;
    expectApiError(await post(app, '/oauth/token', urlencoded, redemption), 413, 'invalid_request');
    const request = `${authorizationQuery(id, createPkce())}&x=${PADDING}`;
    const page = await post(app, '/oauth/authorize', urlencoded, request);
    expectErrorPage(page, 413, 'invalid_request');
    expect(store.writes).toEqual([]);
    expect(await isRedeemable(issued)).toBe(true);
  });

  it('a body in chunks that is nested 200 000 deep is refused (HTTP-03)', async () => {
    const { app, store, log } = createWatchedApp({ before });
    const nested = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    const headers = { ...JSON_TYPE, ...CHUNKED };
    for (const name of ['x', 'jwks', 'redirect_uris']) {
      const body = JSON.stringify(METADATA).replace(/\}$/, `,"${name}":${nested}}`);
      expect((await post(app, '/oauth/register', headers, body)).status).toBe(413);
    }
    expect(store.writes).toEqual([]);
    expect(log.at('error')).toEqual([]);
  });

  it('a small body in chunks is accepted as ever', async () => {
    const { app, id, form } = await issueCode({ before });
    const [json, urlencoded] = [
      { ...JSON_TYPE, ...CHUNKED },
      { ...FORM_TYPE, ...CHUNKED },
    ];
    const registered = await post(app, '/oauth/register', json, JSON.stringify(METADATA));
    expect(registered.status).toBe(201);
    expect((await post(app, '/oauth/token', urlencoded, encoded(form))).status).toBe(200);
    const query = authorizationQuery(id, createPkce());
    const begun = await post(app, '/oauth/authorize', urlencoded, query);
    expect(begun.status).toBe(303);
    expect(begun.headers.location).toMatch(/^\/login\?/);
  });

  it('a parameter given twice is refused as ever, and the code is as good as before', async () => {
    const issued = await issueCode({ before });
    const form = encoded(issued.form);
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
    const body = `${encoded(form)}&__proto__[x]=1&constructor[prototype][y]=1&a[b][c]=1`;
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
