import { describe, expect, it } from '@jest/globals';
import type { RequestHandler } from 'express';
import cors from 'cors';
import {
  authorizationQuery,
  Browser,
  createPkce,
  locationOf,
  registeredClientId,
} from '../support/flow.ts';
import { expectErrorPage, expectPage, PAGE_HEADERS } from './support/expect.ts';
import { FORM_TYPE, JSON_TYPE, send } from './support/send.ts';
import { createWatchedApp } from './support/watched-app.ts';

const AUTHORIZE = '/oauth/authorize';

async function prepared(before: readonly RequestHandler[] = []) {
  const made = createWatchedApp({ before });
  const id = await registeredClientId(made.app);
  made.store.forget();
  return { ...made, id, query: authorizationQuery(id, createPkce()) };
}

describe('POST /oauth/authorize (OpenID Connect Core §3.1.2.1)', () => {
  it('takes the parameters from the form, and goes on with GET (AUTHZ-28)', async () => {
    const { app, query } = await prepared();
    const answer = await send(app, 'POST', AUTHORIZE, { headers: FORM_TYPE, body: query });
    expect(answer).toMatchObject({ status: 303, text: '', headers: PAGE_HEADERS });
    expect(answer.headers.location).toMatch(/^\/login\?return_to=/);
  });

  it.each([
    'client_id=x',
    'redirect_uri=https%3A%2F%2Fevil.example%2Fcb',
    'client_id=x&redirect_uri=https%3A%2F%2Fevil.example%2Fcb',
    'state=other',
    '',
    'foo=1',
  ])('refuses a query beside the form: ?%s (AUTHZ-05)', async (extra) => {
    const { app, query, store } = await prepared();
    const path = `${AUTHORIZE}?${extra}`;
    const answer = await send(app, 'POST', path, { headers: FORM_TYPE, body: query });
    expectErrorPage(answer, 400, 'invalid_request');
    expect(store.writes).toEqual([]);
  });

  it('does not read the query when the form is empty (AUTHZ-05)', async () => {
    const { app, query, store } = await prepared();
    const answer = await send(app, 'POST', `${AUTHORIZE}?${query}`, { headers: FORM_TYPE });
    expectErrorPage(answer, 400, 'invalid_request');
    expect(store.writes).toEqual([]);
  });

  it.each([
    'application/json',
    'text/plain',
    'multipart/form-data; boundary=x',
    'application/x-www-form-urlencoded; charset=utf-16',
    'application/x-www-form-urlencodedx',
  ])('refuses %s (AUTHZ-31)', async (type) => {
    const { app, query, store } = await prepared();
    const parameters = Object.fromEntries(new URLSearchParams(query));
    for (const body of [query, JSON.stringify(parameters)]) {
      const headers = { 'Content-Type': type };
      const answer = await send(app, 'POST', AUTHORIZE, { headers, body });
      expectErrorPage(answer, 415, 'invalid_request');
    }
    expect(store.writes).toEqual([]);
  });

  it('refuses more than 64 KiB with a page', async () => {
    const { app, query, store } = await prepared();
    const body = `${query}&x=${'a'.repeat(64 * 1024)}`;
    const answer = await send(app, 'POST', AUTHORIZE, { headers: FORM_TYPE, body });
    expectErrorPage(answer, 413, 'invalid_request');
    expect(store.writes).toEqual([]);
  });

  it.each(['GET', 'POST'])('refuses a thousand parameters by %s (HTTP-05)', async (method) => {
    const { app, query, store } = await prepared();
    const many = `${query}${'&a=1'.repeat(1000)}`;
    const answer =
      method === 'GET'
        ? await send(app, method, `${AUTHORIZE}?${many}`)
        : await send(app, method, AUTHORIZE, { headers: FORM_TYPE, body: many });
    expectErrorPage(answer, 400, 'invalid_request');
    expect(store.writes).toEqual([]);
  });
});

describe('GET /oauth/authorize: what is in no specification', () => {
  it.each([
    { query: 'client_id=%' },
    { query: 'client_id=%zz&redirect_uri=%E0%A4%A' },
    { query: '%' },
    { query: '&&==&=' },
    { query: 'client_id=%00' },
    { query: 'client_id[]=1' },
    { query: '?client_id=1' },
  ])('answers to ?$query with a page (HTTP-06)', async ({ query }) => {
    const { app, store, log } = await prepared();
    const answer = await send(app, 'GET', `${AUTHORIZE}?${query}`);
    expect(answer.status).toBe(400);
    expectPage(answer);
    expect(store.writes).toEqual([]);
    expect(log.at('error')).toEqual([]);
  });

  it('takes a state with bad percent-encoding for no state (HTTP-06)', async () => {
    const { app, query } = await prepared();
    const broken = query.replace('xyz-state', '%E0%A4%A');
    const answer = await send(app, 'GET', `${AUTHORIZE}?${broken}`);
    expect(answer.headers.location).toMatch(/\?error=invalid_request&(?!.*state=)/);
  });

  it('does not fall over a cookie with bad percent-encoding (HTTP-06)', async () => {
    const { app, query } = await prepared();
    const headers = { Cookie: 'a=%; %=b; ; =; __Host-dcr-00000000=%E0%A4%A' };
    expect((await send(app, 'GET', `${AUTHORIZE}?${query}`, { headers })).status).toBe(302);
  });

  it.each([
    { length: 7_000, status: 303 },
    { length: 14_000, status: 303 },
    { length: 70_000, status: 431 },
  ])('answers $status to a state of $length characters (HTTP-20)', async ({ length, status }) => {
    const { app, query, store } = await prepared();
    const long = query.replace('xyz-state', 'x'.repeat(length));
    const answer = await send(app, 'GET', `${AUTHORIZE}?${long}`);
    expect(answer.status).toBe(status);
    expect((answer.headers.location ?? '').length).toBeLessThan(300);
    expect(store.writes).toEqual([]);
  });
});

describe('/oauth/authorize: other methods', () => {
  it('HEAD begins nothing (AUTHZ-26)', async () => {
    const { app, query, store } = await prepared();
    const answer = await send(app, 'HEAD', `${AUTHORIZE}?${query}`, {
      headers: { Cookie: 'person=alice' },
    });
    expect(answer).toMatchObject({ status: 405, text: '' });
    expect(answer.headers.allow).toBe('GET, POST');
    expect(answer.headers).not.toHaveProperty('location');
    expect(answer.headers).not.toHaveProperty('set-cookie');
    expect(store.writes).toEqual([]);
  });

  it.each([
    ...['PUT', 'PATCH', 'DELETE', 'OPTIONS'].map((method) => ({ method, path: AUTHORIZE })),
    ...['PUT', 'PATCH', 'DELETE', 'OPTIONS'].map((method) => ({ method, path: '/oauth/consent' })),
  ])('$method $path is refused with a page like any other (CONSENT-13, HTTP-11)', async (given) => {
    const { app, query, store } = await prepared([
      cors({ origin: true, credentials: false, preflightContinue: true }),
    ]);
    const answer = await send(app, given.method, `${given.path}?${query}`, {
      headers: { ...JSON_TYPE, Origin: 'https://spa.example' },
    });
    expectErrorPage(answer, 405, 'invalid_request');
    expect(answer.headers.allow).toBe('GET, POST');
    expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
    expect(store.writes).toEqual([]);
  });
});

describe('/oauth/authorize and /oauth/consent: no CORS (OAuth 2.1 §3.1)', () => {
  it.each([
    { name: 'by itself', before: [] },
    { name: 'when the host lets any origin in', before: [cors()] },
    {
      name: 'when the host lets any origin in with credentials',
      before: [cors({ origin: true, credentials: true })],
    },
  ])('$name (TOKEN-23)', async ({ before }) => {
    const { app, query, id } = await prepared(before);
    const headers = { Origin: 'https://spa.example', Cookie: 'person=alice' };
    const browser = new Browser(app, 'alice');
    const consent = locationOf(await browser.authorize(id, createPkce()));
    const answers = [
      await send(app, 'GET', `${AUTHORIZE}?${query}`, { headers }),
      await send(app, 'GET', `${AUTHORIZE}?${query}&scope=nonsense`, { headers }),
      await send(app, 'GET', `${AUTHORIZE}?client_id=x`, { headers }),
      await send(app, 'POST', AUTHORIZE, { headers: { ...headers, ...FORM_TYPE }, body: query }),
      await send(app, 'GET', consent, { headers: { ...headers, Cookie: browser.cookie() } }),
      await send(app, 'POST', consent, { headers: { ...headers, ...FORM_TYPE }, body: 'csrf=x' }),
      await send(app, 'HEAD', `${AUTHORIZE}?${query}`, { headers }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([302, 303, 400, 303, 200, 403, 405]);
    for (const answer of answers) {
      expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
      expect(answer.headers).not.toHaveProperty('access-control-allow-credentials');
    }
  });
});
