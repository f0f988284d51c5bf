import { beforeEach, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import type { Express } from 'express';
import { createTestApp, ISSUER } from '../support/app.ts';
import { createClock } from '../support/clock.ts';
import {
  Browser,
  createPkce,
  obtainCode,
  redemption,
  redirectParameters,
  refreshRequest,
  registeredClientId,
  tokenRequest,
  type Form,
} from '../support/flow.ts';
import { expectApiError } from './support/expect.ts';
import { send } from './support/send.ts';
import { createWatchedStore, type WatchedStore } from './support/watched-app.ts';

let store: WatchedStore;
let start: (...resources: string[]) => Express;

beforeEach(() => {
  const clock = createClock();
  store = createWatchedStore(clock);
  // Each start is the same server after another change of its resources; `/mcp` is always there.
  start = (...resources) => createTestApp({ clock, options: { resources, store } }).app;
});

interface Begun {
  readonly id: string;
  readonly code: Form;
}

async function begin(app: Express, resource: string): Promise<Begun> {
  const id = await registeredClientId(app);
  const pkce = createPkce();
  const scope = 'openid offline_access';
  const code = await obtainCode(app, id, pkce, { scope, resource: `${ISSUER}${resource}` });
  store.forget();
  return { id, code: redemption(id, code, pkce) };
}

async function refreshTokenOf(app: Express, { code }: Begun): Promise<string> {
  const { body } = await tokenRequest(app, code);
  store.forget();
  return (body as { refresh_token: string }).refresh_token;
}

function audienceOf({ body }: { body: unknown }): unknown {
  return decodeJwt((body as { access_token: string }).access_token).aud;
}

async function mcpStatus(app: Express, { body }: { body: unknown }): Promise<number> {
  const { access_token } = body as { access_token: string };
  const headers = { Authorization: `Bearer ${access_token}` };
  return (await send(app, 'GET', '/mcp', { headers })).status;
}

describe.each([
  { then: '/mcp', today: '/mcp/', aud: `${ISSUER}/mcp/` },
  { then: '/mcp/', today: '/mcp', aud: `${ISSUER}/mcp` },
  {
    then: '/mcp',
    today: 'https://AUTH.example.com:443/mcp',
    aud: 'https://AUTH.example.com:443/mcp',
  },
])('a resource that was $then and is $today', ({ then, today, aud }) => {
  it('is in the token for a code as it is spelled today, and the route accepts it', async () => {
    const begun = await begin(start(then), '/mcp');
    const app = start(today);
    const answer = await tokenRequest(app, begun.code);
    expect(answer.status).toBe(200);
    expect(audienceOf(answer)).toBe(aud);
    expect(await mcpStatus(app, answer)).toBe(200);
  });

  it.each([undefined, `${ISSUER}/mcp`, `${ISSUER}/mcp/`])(
    'is in the token for a refresh (resource: %s) as it is spelled today',
    async (resource) => {
      const before = start(then);
      const begun = await begin(before, '/mcp');
      const refreshToken = await refreshTokenOf(before, begun);
      const app = start(today);
      const answer = await refreshRequest(app, begun.id, refreshToken, { resource });
      expect(answer.status).toBe(200);
      expect(audienceOf(answer)).toBe(aud);
      expect(await mcpStatus(app, answer)).toBe(200);
    },
  );
});

describe('a resource that was removed', () => {
  it('gives no token for a code; the code works when it is put back', async () => {
    const begun = await begin(start('/mcp', '/other'), '/other');
    expectApiError(await tokenRequest(start('/mcp'), begun.code), 400, 'invalid_target');
    expect(store.writes).toEqual([]);
    const answer = await tokenRequest(start('/other'), begun.code);
    expect(answer.status).toBe(200);
    expect(audienceOf(answer)).toBe(`${ISSUER}/other`);
  });

  it('gives no token for a refresh and rotates nothing; it works when it is put back', async () => {
    const before = start('/mcp', '/other');
    const begun = await begin(before, '/other');
    const refreshToken = await refreshTokenOf(before, begun);
    const without = start('/mcp');
    for (const resource of [undefined, `${ISSUER}/other`, `${ISSUER}/mcp`]) {
      const refused = await refreshRequest(without, begun.id, refreshToken, { resource });
      expectApiError(refused, 400, 'invalid_target');
    }
    expect(store.writes).toEqual([]);
    const answer = await refreshRequest(start('/mcp', '/other/'), begun.id, refreshToken);
    expect(audienceOf(answer)).toBe(`${ISSUER}/other/`);
    expect(answer.body).toHaveProperty('refresh_token', expect.stringMatching(/\.2\./));
  });
});

describe('a resource of a request that is written otherwise (AUTHZ-20)', () => {
  const HOST = 'auth.example.com';

  it.each([
    `https://${HOST}\\mcp`,
    `https://${HOST}/m\tcp`,
    `https://${HOST}/mcp\n`,
    ` https://${HOST}/mcp`,
    `https://${HOST}/x/../mcp`,
    `https://${HOST}/%2e/mcp`,
    `https://${HOST}/mcp?`,
    `https://@${HOST}/mcp`,
    'https://auth%2eexample.com/mcp',
    'https://auth\uFF0Eexample.com/mcp',
  ])('is none when a URL parser has to change it: %j', async (resource) => {
    expect(new URL(resource).href.replace(/\?$/, '')).toBe(`${ISSUER}/mcp`);
    const app = start();
    const begun = await begin(app, '/mcp');
    const browser = new Browser(app, 'alice');
    const answer = await browser.authorize(begun.id, createPkce(), { resource });
    expect(redirectParameters(answer)).toMatchObject({ error: 'invalid_target' });
    const redeemed = await tokenRequest(app, { ...begun.code, resource });
    expectApiError(redeemed, 400, 'invalid_target');
    expect(store.writes).toEqual([]);
    const refreshToken = await refreshTokenOf(app, begun);
    const refreshed = await refreshRequest(app, begun.id, refreshToken, { resource });
    expectApiError(refreshed, 400, 'invalid_target');
    expect(store.writes).toEqual([]);
  });

  it.each([
    `https://${HOST}/mcp`,
    `https://${HOST}/mcp/`,
    `https://${HOST}:443/mcp`,
    'https://AUTH.Example.com/mcp',
    `HTTPS://${HOST}/mcp`,
    `hTTps://AUTH.EXAMPLE.COM:443/mcp/`,
  ])('is the same with another slash, port or case: %s', async (resource) => {
    const app = start();
    const id = await registeredClientId(app);
    const pkce = createPkce();
    const code = await obtainCode(app, id, pkce, { scope: 'openid offline_access', resource });
    const redeemed = await tokenRequest(app, redemption(id, code, pkce, { resource }));
    expect(redeemed.status).toBe(200);
    expect(audienceOf(redeemed)).toBe(`${ISSUER}/mcp`);
    const { refresh_token } = redeemed.body as { refresh_token: string };
    const refreshed = await refreshRequest(app, id, refresh_token, { resource });
    expect(refreshed.status).toBe(200);
    expect(audienceOf(refreshed)).toBe(`${ISSUER}/mcp`);
  });
});
