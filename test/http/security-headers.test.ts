import { describe, expect, it } from '@jest/globals';
import {
  authorizationQuery,
  createPkce,
  METADATA,
  registeredClientId,
  tokenRequest,
} from '../support/flow.ts';
import { openConsent } from './support/consent.ts';
import { PAGE_HEADERS } from './support/expect.ts';
import { grantTokens, issueCode } from './support/grant.ts';
import { FORM_TYPE, JSON_TYPE, send, type Answer } from './support/send.ts';
import { createWatchedApp, type WatchedApp } from './support/watched-app.ts';

const TOKEN = '/oauth/token';
const REGISTER = '/oauth/register';
const AUTHORIZE = '/oauth/authorize';
const TOO_LONG = 'a'.repeat(64 * 1024 + 1);

type Asked = readonly [status: number, name: string, ask: () => Promise<Answer>];

function api(path: string, type: Record<string, string>): Asked[] {
  const { app } = createWatchedApp();
  const post = (headers: Record<string, string>, body = ''): Promise<Answer> =>
    send(app, 'POST', path, { headers, body });
  return [
    [400, `POST ${path}`, () => post(type, 'x')],
    [405, `PUT ${path}`, () => send(app, 'PUT', path)],
    [413, `POST ${path}`, () => post(type, TOO_LONG)],
    [415, `POST ${path}`, () => post({ 'Content-Type': 'text/plain' }, 'x')],
  ];
}

/** A made app that has the fault, and what is then asked of it. */
function registration(
  status: number,
  options: Parameters<typeof createWatchedApp>[0],
  fault: (made: WatchedApp) => void = () => undefined,
): Asked {
  return [
    status,
    `POST ${REGISTER}`,
    () => {
      const made = createWatchedApp(options);
      fault(made);
      const body = JSON.stringify(METADATA);
      return send(made.app, 'POST', REGISTER, { headers: JSON_TYPE, body });
    },
  ];
}

const API: Asked[] = [
  ...api(REGISTER, JSON_TYPE),
  ...api(TOKEN, FORM_TYPE),
  registration(201, {}),
  registration(401, {
    options: {
      registration: 'token',
      initialAccessTokens: ['a-token-for-these-tests-of-headers-'.padEnd(43, 'x')],
    },
  }),
  registration(403, { options: { registration: 'off' } }),
  registration(500, {}, ({ store }) => {
    Object.assign(store.clients, { insert: () => Promise.reject(new Error('broken')) });
  }),
  registration(503, {}, ({ store }) => {
    store.fail();
  }),
  [200, `POST ${TOKEN} with a code`, () => redeemed(() => undefined)],
  [200, `POST ${TOKEN} with a refresh token`, refreshed],
  [400, `POST ${TOKEN} twice`, redeemedTwice],
  [
    401,
    `POST ${TOKEN}`,
    () => {
      const headers = { ...FORM_TYPE, Authorization: 'Basic eDp5' };
      const body = 'grant_type=refresh_token&refresh_token=x';
      return send(createWatchedApp().app, 'POST', TOKEN, { headers, body });
    },
  ],
  [
    500,
    `POST ${TOKEN}`,
    () =>
      redeemed(
        () => undefined,
        () => Promise.reject(new Error('broken')),
      ),
  ],
  [
    503,
    `POST ${TOKEN}`,
    () =>
      redeemed(({ store }) => {
        store.fail();
      }),
  ],
  [405, 'POST /oauth/jwks', () => send(createWatchedApp().app, 'POST', '/oauth/jwks')],
  [401, 'a protected route without a token', () => send(createWatchedApp().app, 'GET', '/mcp')],
  [
    401,
    'a protected route with a token that is none',
    () =>
      send(createWatchedApp().app, 'GET', '/mcp', { headers: { Authorization: 'Bearer x.y.z' } }),
  ],
  [403, 'a protected route with too little scope', narrow],
];

async function redeemed(
  fault: (made: WatchedApp) => void,
  accessTokenClaims?: () => Promise<never>,
): Promise<Answer> {
  const issued = await issueCode(accessTokenClaims ? { login: { accessTokenClaims } } : {});
  fault(issued);
  const body = new URLSearchParams(issued.form as Record<string, string>).toString();
  return send(issued.app, 'POST', TOKEN, { headers: FORM_TYPE, body });
}

async function redeemedTwice(): Promise<Answer> {
  const { app, form } = await issueCode();
  await tokenRequest(app, form);
  const body = new URLSearchParams(form as Record<string, string>).toString();
  return send(app, 'POST', TOKEN, { headers: FORM_TYPE, body });
}

async function refreshed(): Promise<Answer> {
  const { app, id, refreshToken } = await grantTokens();
  const form = { grant_type: 'refresh_token', client_id: id, refresh_token: refreshToken };
  const body = new URLSearchParams(form).toString();
  return send(app, 'POST', TOKEN, { headers: FORM_TYPE, body });
}

async function narrow(): Promise<Answer> {
  const { app, server, tokens } = await grantTokens();
  app.get('/narrow', server.requireBearer({ resource: '/mcp', scope: 'email' }));
  const headers = { Authorization: `Bearer ${tokens.access_token}` };
  return send(app, 'GET', '/narrow', { headers });
}

describe('every answer of an API endpoint (HTTP-11)', () => {
  it.each(API)('%s from %s is JSON that nobody keeps or guesses at', async (status, _name, ask) => {
    const answer = await ask();
    expect(answer).toMatchObject({
      status,
      headers: {
        'content-type': expect.stringMatching(/^application\/json(; charset=utf-8)?$/),
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
      },
    });
    expect(answer.body).toBeInstanceOf(Object);
    for (const name of ['etag', 'last-modified', 'server', 'set-cookie', 'location']) {
      expect(answer.headers).not.toHaveProperty(name);
    }
  });

  it.each([REGISTER, TOKEN, '/oauth/jwks', '/.well-known/oauth-authorization-server'])(
    'a preflight at %s has no body and no cookie',
    async (path) => {
      const headers = { Origin: 'https://spa.example', 'Access-Control-Request-Method': 'POST' };
      const answer = await send(createWatchedApp().app, 'OPTIONS', path, { headers });
      expect(answer).toMatchObject({ status: 204, text: '' });
      for (const name of ['etag', 'server', 'set-cookie', 'access-control-allow-credentials']) {
        expect(answer.headers).not.toHaveProperty(name);
      }
    },
  );
});

interface Visit {
  readonly method?: string;
  readonly query?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly login?: () => never;
  readonly away?: boolean;
}

async function authorize({ method = 'GET', query, headers = {}, body, ...more }: Visit) {
  const login = more.login ? { user: more.login } : {};
  const { app, store } = createWatchedApp({ login });
  const own = authorizationQuery(await registeredClientId(app), createPkce());
  if (more.away) store.fail();
  const path = method === 'GET' ? `${AUTHORIZE}?${query ?? own}` : AUTHORIZE;
  return send(app, method, path, { headers, ...(method === 'POST' && { body: body ?? own }) });
}

async function consent({ method = 'GET', query, headers = {}, body, away }: Visit) {
  const { app, url, browser, store, csrf } = await openConsent();
  if (away) store.fail();
  const Cookie = browser.cookie();
  return send(app, method, query ?? url, {
    headers: { Cookie, ...headers },
    ...(method === 'POST' && { body: body ?? `decision=allow&csrf=${csrf}` }),
  });
}

const broken = (): never => {
  throw new Error('broken');
};
const AS_TEXT = { 'Content-Type': 'text/plain' };
const ALICE = { Cookie: 'person=alice' };

const PAGES: Asked[] = [
  [302, 'GET authorize', () => authorize({})],
  [302, 'GET authorize of a known person', () => authorize({ headers: ALICE })],
  [303, 'POST authorize', () => authorize({ method: 'POST', headers: FORM_TYPE })],
  [400, 'GET authorize', () => authorize({ query: 'client_id=x' })],
  [405, 'PUT authorize', () => authorize({ method: 'PUT' })],
  [405, 'HEAD authorize', () => authorize({ method: 'HEAD' })],
  [413, 'POST authorize', () => authorize({ method: 'POST', headers: FORM_TYPE, body: TOO_LONG })],
  [415, 'POST authorize', () => authorize({ method: 'POST', headers: AS_TEXT })],
  [500, 'GET authorize', () => authorize({ login: broken })],
  [503, 'GET authorize', () => authorize({ away: true })],
  [200, 'GET consent', () => consent({})],
  [303, 'POST consent', () => consent({ method: 'POST', headers: FORM_TYPE })],
  [400, 'GET consent', () => consent({ query: '/oauth/consent' })],
  [
    403,
    'POST consent',
    () => consent({ method: 'POST', headers: FORM_TYPE, body: 'decision=allow&csrf=x' }),
  ],
  [405, 'DELETE consent', () => consent({ method: 'DELETE' })],
  [413, 'POST consent', () => consent({ method: 'POST', headers: FORM_TYPE, body: TOO_LONG })],
  [415, 'POST consent', () => consent({ method: 'POST', headers: AS_TEXT })],
  [503, 'GET consent', () => consent({ away: true })],
];

describe('every answer that a person sees (HTTP-11)', () => {
  it.each(PAGES)('%s from %s has the headers of a page', async (status, _name, ask) => {
    const answer = await ask();
    expect(answer).toMatchObject({ status, headers: PAGE_HEADERS });
    for (const name of ['etag', 'last-modified', 'server', 'access-control-allow-origin']) {
      expect(answer.headers).not.toHaveProperty(name);
    }
    if (answer.text !== '') {
      expect(answer.headers).toHaveProperty('content-type', 'text/html; charset=utf-8');
    }
  });
});
