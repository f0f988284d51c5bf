import { describe, expect, it } from '@jest/globals';
import {
  Browser,
  createPkce,
  locationOf,
  obtainCode,
  redemption,
  redirectParameters,
  registeredClientId,
  tokenRequest,
} from '../support/flow.ts';
import { expectErrorPage, returnLink } from './support/expect.ts';
import { createWatchedApp, type WatchedApp } from './support/watched-app.ts';

const WEB = 'https://app.example.com/cb';

/** In two parts: lint takes the whole for an address of ours. */
const SCRIPT = 'javascript';

async function registered(...redirect_uris: string[]): Promise<WatchedApp & { id: string }> {
  const made = createWatchedApp();
  const id = await registeredClientId(made.app, { redirect_uris });
  made.store.forget();
  return { ...made, id };
}

describe('GET /oauth/authorize: a client that is not known', () => {
  it.each([
    'dcr_gone',
    '00000000-0000-4000-8000-000000000000',
    '"><script>alert(1)</script>',
    '__proto__',
    'constructor',
    'https://evil.example/cimd.json',
    '{{7*7}}<%= 7*7 %>',
    'a'.repeat(8000),
  ])('gets a page, not a redirect, and nothing of it is repeated: %s (AUTHZ-01)', async (id) => {
    const { app, store, log } = createWatchedApp();
    for (const person of [undefined, 'alice']) {
      const redirect_uri = 'https://evil.example/cb';
      const answer = await new Browser(app, person).authorize(id, createPkce(), { redirect_uri });
      expectErrorPage(answer, 400, 'invalid_client');
      expect(answer.text).toContain('This app must be connected again');
      expect(answer.text).not.toMatch(/evil\.example|alert\(1\)|dcr_gone|49|__proto__/);
      expect(returnLink(answer.text)).toBeUndefined();
    }
    expect(store.writes).toEqual([]);
    expect(log.at('error')).toEqual([]);
  });

  it.each([
    { client_id: undefined },
    { client_id: '' },
    { redirect_uri: 'https://evil.example/cb', client_id: undefined, prompt: 'none' },
  ])('may not be left out: %j', async (query) => {
    const { app, store } = createWatchedApp();
    const answer = await new Browser(app, 'alice').authorize('x', createPkce(), query);
    expectErrorPage(answer, 400, 'invalid_request');
    expect(store.writes).toEqual([]);
  });

  it('is one that was not used for a week', async () => {
    const { app, clock, id } = await registered(WEB);
    clock.advance(7 * 24 * 3600 * 1000 - 1);
    const query = { redirect_uri: WEB };
    expect((await new Browser(app).authorize(id, createPkce(), query)).status).toBe(302);
    clock.advance(1);
    expectErrorPage(
      await new Browser(app, 'alice').authorize(id, createPkce(), query),
      400,
      'invalid_client',
    );
  });
});

describe('GET /oauth/authorize: a redirect URI that is not registered', () => {
  it.each([
    'https://app.example.com/cb/',
    'https://app.example.com/CB',
    'https://app.example.com/cb?',
    'https://app.example.com/cb?x=1',
    'https://app.example.com/c%62',
    'https://app.example.com:443/cb',
    'https://app.example.com:8443/cb',
    'https://app.example.com/cb#f',
    'https://app.example.com/x/../cb',
    'https://app.example.com/cb/..;/evil',
    '//app.example.com/cb',
    'http://app.example.com/cb',
    'https://APP.example.com/cb',
    'https://app.example.com./cb',
    'https://app.example.com/cb ',
    'https://app.example.com/cb%20',
    'https://app.example.com/cb;x',
    'https://app.example.com/cb\r\nSet-Cookie: x=1',
    'https://user@app.example.com/cb',
    'https://evil.example/cb',
    'https://evil.example/cb?https://app.example.com/cb',
    `${SCRIPT}:alert(1)//https://app.example.com/cb`,
    `${WEB} ${WEB}`,
    'x'.repeat(8000),
  ])('is shown a page, whoever is there: %j (URI-01, URI-03, URI-21)', async (redirect_uri) => {
    const { app, id, store } = await registered(WEB);
    for (const person of [undefined, 'alice']) {
      for (const prompt of [undefined, 'none']) {
        const query = { redirect_uri, prompt };
        const answer = await new Browser(app, person).authorize(id, createPkce(), query);
        expectErrorPage(answer, 400, 'invalid_request');
        expect(answer.text).toContain('redirect_uri is not registered for this client');
        expect(answer.text).not.toMatch(/app\.example\.com|evil\.example/);
        expect(returnLink(answer.text)).toBeUndefined();
      }
    }
    expect(store.writes).toEqual([]);
  });

  it.each([
    { kept: 'http://127.0.0.1/cb', asked: 'http://localhost/cb' },
    { kept: 'http://localhost/cb', asked: 'http://127.0.0.1/cb' },
    { kept: 'http://127.0.0.1/cb', asked: 'http://[::1]/cb' },
    { kept: 'http://localhost/cb', asked: 'https://localhost/cb' },
    { kept: 'http://localhost/cb', asked: 'http://localhost/cb/' },
    { kept: 'http://localhost/cb', asked: 'http://localhost/CB' },
    { kept: 'http://localhost/cb', asked: 'http://localhost/cb?x=1' },
    { kept: 'http://localhost/cb', asked: 'http://localhost/cb?' },
    { kept: 'http://localhost/cb', asked: 'http://localhost/cb#x' },
    { kept: 'http://localhost/cb', asked: 'http://localhost:0/cb' },
    { kept: 'http://localhost/cb', asked: 'http://localhost:65536/cb' },
    { kept: 'http://localhost/cb', asked: 'http://localhost:80@evil.example/cb' },
    { kept: 'http://localhost/cb', asked: 'http://localhost.evil.example/cb' },
    { kept: 'http://localhost/cb', asked: 'http://localhost:/cb' },
    { kept: 'https://localhost:3000/cb', asked: 'https://localhost:3001/cb' },
    { kept: 'cursor://host/cb', asked: 'cursor://host:1/cb' },
    { kept: 'cursor://host/cb', asked: 'CURSOR://host/cb' },
  ])('does not stretch $kept to $asked (URI-06)', async ({ kept, asked }) => {
    const { app, id, store } = await registered(kept);
    const query = { redirect_uri: asked };
    const answer = await new Browser(app, 'alice').authorize(id, createPkce(), query);
    expectErrorPage(answer, 400, 'invalid_request');
    expect(store.writes).toEqual([]);
  });
});

describe('GET /oauth/authorize: the client and its redirect URI come first', () => {
  const WRONG = { scope: 'bad"', response_type: 'bad', code_challenge: 'x', prompt: 'none' };

  const EVIL = { redirect_uri: 'https://evil.example/cb' };

  it.each([
    { name: 'an unknown client', client: 'unknown', error: 'invalid_client', query: WRONG },
    { name: 'a known one', client: undefined, error: 'invalid_request', query: WRONG },
    {
      name: 'a known one that wants no page',
      client: undefined,
      error: 'invalid_request',
      query: { prompt: 'none' },
    },
  ])('whatever else is wrong with $name (AUTHZ-23)', async ({ client, error, query }) => {
    const { app, id, store } = await registered(WEB);
    for (const person of [undefined, 'alice']) {
      const browser = new Browser(app, person);
      const answer = await browser.authorize(client ?? id, createPkce(), { ...query, ...EVIL });
      expectErrorPage(answer, 400, error);
      expect(answer.text).not.toContain('evil.example');
      expect(returnLink(answer.text)).toBeUndefined();
    }
    expect(store.writes).toEqual([]);
  });

  it.each([undefined, 'none'])(
    'also for somebody who has allowed this client before: prompt %s (URI-03)',
    async (prompt) => {
      const { app, id, store } = await registered(WEB);
      const browser = new Browser(app, 'alice');
      const allowed = await browser.decide('allow', id, createPkce(), { redirect_uri: WEB });
      expect(redirectParameters(allowed)).toHaveProperty('code');
      store.forget();
      const answer = await browser.authorize(id, createPkce(), { ...EVIL, prompt });
      expectErrorPage(answer, 400, 'invalid_request');
      expect(answer.text).not.toContain('evil.example');
      expect(store.writes).toEqual([]);
    },
  );
});

describe('GET /oauth/authorize: no redirect URI', () => {
  const LOOPBACK = 'http://127.0.0.1/cb';

  it.each([
    { name: 'two registered ones', uris: [WEB, 'https://app.example.com/other'] },
    { name: 'a loopback one, whose port nobody knows', uris: [LOOPBACK] },
  ])('is refused with $name (URI-15)', async ({ uris }) => {
    const { app, id, store } = await registered(...uris);
    const query = { redirect_uri: undefined };
    const answer = await new Browser(app, 'alice').authorize(id, createPkce(), query);
    expectErrorPage(answer, 400, 'invalid_request');
    expect(answer.text).toContain('the parameter redirect_uri is missing');
    expect(store.writes).toEqual([]);
  });

  it('means the only one there is, and may then be left out at the token endpoint (URI-15)', async () => {
    const { app, id } = await registered(WEB);
    const pkce = createPkce();
    const browser = new Browser(app, 'alice');
    const decided = await browser.decide('allow', id, pkce, { redirect_uri: undefined });
    expect(locationOf(decided)).toMatch(/^https:\/\/app\.example\.com\/cb\?code=/);
    const code = redirectParameters(decided)['code'] ?? '';
    const { status } = await tokenRequest(
      app,
      redemption(id, code, pkce, { redirect_uri: undefined }),
    );
    expect(status).toBe(200);
  });
});

describe('GET /oauth/authorize: a loopback redirect URI', () => {
  it.each([
    { kept: 'http://127.0.0.1/cb', asked: 'http://127.0.0.1:51004/cb' },
    { kept: 'http://[::1]/cb', asked: 'http://[::1]:51004/cb' },
    { kept: 'http://127.0.0.1:3000/cb', asked: 'http://127.0.0.1:51004/cb' },
    { kept: 'http://localhost:3000/cb', asked: 'http://localhost/cb' },
    { kept: 'http://localhost', asked: 'http://localhost:51004/' },
    { kept: 'http://localhost/cb', asked: 'http://LocalHost:51004/cb' },
  ])('gets its code at the port of the moment: $kept at $asked (URI-13)', async (uris) => {
    const { app, id } = await registered(uris.kept);
    const pkce = createPkce();
    const query = { redirect_uri: uris.asked };
    const decided = await new Browser(app, 'alice').decide('allow', id, pkce, query);
    expect(locationOf(decided)).toMatch(/^http:\/\/[^?]+\?code=/);
    expect(locationOf(decided).split('?')[0]).toBe(uris.asked);
    const { code = '' } = redirectParameters(decided);
    const elsewhere = { redirect_uri: uris.kept };
    expect((await tokenRequest(app, redemption(id, code, pkce, elsewhere))).status).toBe(400);
    expect((await tokenRequest(app, redemption(id, code, pkce, query))).status).toBe(200);
  });

  it('keeps the query that it was registered with', async () => {
    const { app, id } = await registered('https://app.example.com/cb?tenant=1&x=%20');
    const query = { redirect_uri: 'https://app.example.com/cb?tenant=1&x=%20' };
    const code = await obtainCode(app, id, createPkce(), query);
    expect(code).toMatch(/^[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}$/);
    const asking = { ...query, prompt: 'consent' };
    const decided = await new Browser(app, 'alice').decide('deny', id, createPkce(), asking);
    expect(locationOf(decided)).toMatch(
      /^https:\/\/app\.example\.com\/cb\?tenant=1&x=%20&error=access_denied&/,
    );
  });
});
