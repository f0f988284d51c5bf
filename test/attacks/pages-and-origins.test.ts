import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import supertest from 'supertest';
import { ADMIN, createAdminApp, HOST, type AdminApp } from '../admin/support.ts';
import { Browser, logInAndDecide } from '../support/browser.ts';
import { startExample, type RunningExample } from '../support/example.ts';
import {
  authorizationQuery,
  createPkce,
  locationOf,
  METADATA,
  redemption,
  registeredClientId,
  type Form,
  type Tokens,
} from '../support/flow.ts';

const ALICE = { username: 'alice', password: 'password' };
const SCOPE = 'notes:read offline_access';

describe('pages of operators and what leads there', () => {
  let made: AdminApp;
  let id: string;

  beforeEach(async () => {
    made = createAdminApp();
    id = await registeredClientId(made.app);
  });

  const isBlocked = async (client: string): Promise<boolean> =>
    (await made.store.clientStates.find(client))?.blocked !== undefined;

  it('block and delete nothing for an address that somebody is made to open (MEET-79)', async () => {
    const operator = { operator: 'yes', host: HOST, 'sec-fetch-site': 'cross-site' };
    for (const path of ['/client/block', '/client/delete']) {
      const url = `${ADMIN}${path}?id=${id}&sure=yes&_method=POST`;
      const agent = supertest(made.host);
      const override = { ...operator, 'x-http-method-override': 'POST', 'x-http-method': 'POST' };
      for (const ask of [agent.get(url).set(override), agent.head(url).set(override)]) {
        expect((await ask).status).toBe(404);
      }
      for (const method of ['put', 'patch', 'delete'] as const) {
        const sent = agent[method](url).set(operator).type('form').send({ id, sure: 'yes' });
        expect((await sent).status).toBe(403);
      }
      // A form of a page of ours, with what it is about in the address alone.
      expect((await made.post(`${path}?id=${id}&sure=yes`, {})).status).not.toBe(303);
    }
    expect(await isBlocked(id)).toBe(false);
    expect(await made.store.clients.find(id)).toBeDefined();
  });

  it.each([
    '//evil.example/x',
    'https://evil.example/?a=b&done=unblocked#c',
    '\\\\evil.example',
    '../../../logout',
    'a\r\nLocation: https://evil.example',
    '%0d%0aSet-Cookie: a=b',
    '\u202Eevil',
  ])('lead back to themselves when a client is called %j (MEET-80)', async (client) => {
    const answer = await made.post('/client/block', { id: client });
    expect(answer.status).toBe(303);
    const back = new URL(locationOf(answer), `https://${HOST}`);
    expect([back.origin, back.pathname]).toEqual([`https://${HOST}`, `${ADMIN}/client`]);
    expect([...back.searchParams]).toEqual([
      ['id', client],
      ['done', 'blocked'],
    ]);
    expect(answer.headers).not.toHaveProperty('set-cookie');
    expect(await isBlocked(client)).toBe(true);
    expect(await isBlocked(id)).toBe(false);
  });
});

describe('the page of connected apps of the example, and forms of others', () => {
  let example: RunningExample;

  beforeEach(async () => {
    example = await startExample({});
  });
  afterEach(async () => {
    await example.stop();
  });

  const send = (
    path: string,
    body: string | URLSearchParams,
    headers: object = {},
  ): Promise<Response> =>
    fetch(`${example.url}${path}`, {
      ...{ method: 'POST', redirect: 'manual', body },
      headers: { ...headers },
    });
  const token = (form: Form): Promise<Response> =>
    send('/oauth/token', new URLSearchParams(form as Record<string, string>));

  /** An app that alice has connected, her browser, and what refreshes. */
  async function connected(): Promise<{ browser: Browser; client_id: string; form: Form }> {
    const metadata = JSON.stringify({ ...METADATA, scope: SCOPE });
    const type = { 'content-type': 'application/json' };
    const { client_id } = (await (await send('/oauth/register', metadata, type)).json()) as Tokens;
    const browser = new Browser(example.url);
    const pkce = createPkce();
    const query = authorizationQuery(client_id, pkce, { scope: SCOPE });
    const begin = `${example.url}/oauth/authorize?${query}`;
    const back = await logInAndDecide(browser, begin, ALICE, 'allow');
    const code = back.url.searchParams.get('code') ?? '';
    const redeemed = await token(redemption(client_id, code, pkce));
    const { refresh_token } = (await redeemed.json()) as Tokens;
    return { browser, client_id, form: { grant_type: 'refresh_token', client_id, refresh_token } };
  }

  it.each<{ name: string; headers?: Record<string, string>; times?: number; status?: number }>([
    { name: 'another site', headers: { 'sec-fetch-site': 'cross-site' } },
    { name: 'a host beside it', headers: { 'sec-fetch-site': 'same-site' } },
    { name: 'an address that was typed', headers: { 'sec-fetch-site': 'none' } },
    { name: 'nowhere', headers: { origin: 'null' } },
    { name: 'an origin that begins alike', headers: { origin: 'http://HOST@evil.example' } },
    {
      name: 'another site, with our origin beside it',
      headers: { origin: 'http://HOST', 'sec-fetch-site': 'cross-site' },
    },
    { name: 'the page itself, about two apps at once', times: 2, status: 303 },
  ])(
    'do nothing when they come from $name (MEET-81)',
    async ({ headers = {}, times = 1, status = 403 }) => {
      const { browser, client_id, form } = await connected();
      const { host } = new URL(example.url);
      const given = Object.entries(headers).map(([name, value]) => [
        name,
        value.replace('HOST', host),
      ]);
      const cookie = browser.cookies.headerFor(new URL('/apps/disconnect', example.url));
      const body = new URLSearchParams();
      for (let nth = 0; nth < times; nth += 1) body.append('client_id', client_id);
      const answer = await send('/apps/disconnect', body, { cookie, ...Object.fromEntries(given) });
      expect(answer.status).toBe(status);
      expect((await token(form)).status).toBe(200);
    },
  );
});
