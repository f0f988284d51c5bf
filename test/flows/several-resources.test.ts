import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Express } from 'express';
import { decodeJwt } from 'jose';
import supertest, { type Response } from 'supertest';
import { expectApiError } from '../http/support/expect.ts';
import { createTestApp, ISSUER, type TestApp } from '../support/app.ts';
import { createClock, type Clock } from '../support/clock.ts';
import {
  Browser,
  createPkce,
  obtainCode,
  redemption,
  refreshRequest,
  registeredClientId,
  tokenRequest,
  type Form,
  type Tokens,
} from '../support/flow.ts';
import { allowHosted, askFrom, fateOf, grantOf, registerHosted } from '../support/hosted.ts';
import { STORE_KINDS, type Deployment } from '../support/stores.ts';

const SCOPE = 'openid offline_access';
const MCP = `${ISSUER}/mcp`;
const ELSEWHERE = 'https://api.example.com/v1';
const NOT_GRANTED = `${ISSUER}/reports`;
/** Asked for in an order that is not that of the options. */
const BOTH = [ELSEWHERE, MCP];
const ALL = ['/mcp', '/reports', ELSEWHERE];

describe.each(STORE_KINDS)('a grant for several resources (RFC 8707), on $kind', ({ deploy }) => {
  let clock: Clock;
  let deployment: Deployment;
  let app: Express;
  let client_id: string;

  beforeEach(async () => {
    clock = createClock(Date.now());
    deployment = deploy(clock);
    ({ app } = instance());
    client_id = await registeredClientId(app);
  });
  afterEach(async () => {
    await deployment.close();
  });

  function instance(resources: readonly string[] = ALL): TestApp {
    return createTestApp({ clock, options: { store: deployment.store(), resources } });
  }

  /** What redeems a code for both. */
  async function codeForm(resource: readonly string[] = BOTH): Promise<Form> {
    const pkce = createPkce();
    const code = await obtainCode(app, client_id, pkce, { scope: SCOPE, resource });
    return redemption(client_id, code, pkce);
  }

  async function tokensFor(resource: string): Promise<Tokens> {
    return tokensOf(await tokenRequest(app, { ...(await codeForm()), resource }));
  }

  it('gives no token for a code without knowing for which, and spends nothing (TOKEN-20)', async () => {
    const form = await codeForm();
    for (const resource of [undefined, '', NOT_GRANTED, `${ISSUER}/nowhere`, BOTH.join(' ')]) {
      expectApiError(await tokenRequest(app, { ...form, resource }), 400, 'invalid_target');
    }
    const answer = await tokenRequest(app, { ...form, resource: MCP });
    expect(audienceOf(answer)).toBe(MCP);
    expectApiError(await tokenRequest(app, { ...form, resource: MCP }), 400, 'invalid_grant');
  });

  it('gives no token for two at a time, and spends nothing (TOKEN-20)', async () => {
    const form = await codeForm();
    const twice = new URLSearchParams(form as Record<string, string>);
    for (const resource of BOTH) twice.append('resource', resource);
    const refused = await supertest(app).post('/oauth/token').type('form').send(twice.toString());
    expectApiError(refused, 400, 'invalid_target');
    expect((await tokenRequest(app, { ...form, resource: ELSEWHERE })).status).toBe(200);
  });

  it('gives tokens that are each for one of them, another one at each refresh', async () => {
    let { access_token, refresh_token } = await tokensFor(MCP);
    for (const resource of [ELSEWHERE, `${MCP}/`, ELSEWHERE]) {
      const isForMcp = decodeJwt(access_token).aud === MCP;
      const { status } = await call(app, access_token);
      expect(status).toBe(isForMcp ? 200 : 401);
      const answer = await refreshRequest(app, client_id, refresh_token, { resource });
      expect(audienceOf(answer)).toBe(resource.replace(/\/$/, ''));
      ({ access_token, refresh_token } = tokensOf(answer));
    }
  });

  it('is not refreshed without knowing for which, and rotates nothing (REFRESH-10)', async () => {
    const { refresh_token } = await tokensFor(MCP);
    for (const resource of [undefined, NOT_GRANTED, `${ISSUER}/nowhere`]) {
      const refused = await refreshRequest(app, client_id, refresh_token, { resource });
      expectApiError(refused, 400, 'invalid_target');
    }
    const answer = await refreshRequest(app, client_id, refresh_token, { resource: ELSEWHERE });
    expect(audienceOf(answer)).toBe(ELSEWHERE);
    expect(tokensOf(answer).refresh_token).toMatch(/\.2\./);
  });

  it('goes on with those that are left when one is not configured any more', async () => {
    const { refresh_token } = await tokensFor(MCP);
    const { app: later } = instance(['/reports']);
    const gone = await refreshRequest(later, client_id, refresh_token, { resource: ELSEWHERE });
    expectApiError(gone, 400, 'invalid_target');
    const only = await refreshRequest(later, client_id, refresh_token);
    expect(audienceOf(only)).toBe(MCP);
    const next = tokensOf(only).refresh_token;
    // Put back, it is there again.
    const back = await refreshRequest(app, client_id, next, { resource: ELSEWHERE });
    expect(audienceOf(back)).toBe(ELSEWHERE);
  });

  it('is for each API once, in the order of the request, and the page names them all (AUTHZ-20)', async () => {
    const resource = [...BOTH, `${ELSEWHERE}/`, MCP];
    const browser = new Browser(app, 'alice');
    const begun = await browser.authorize(client_id, createPkce(), { scope: SCOPE, resource });
    const { text } = await browser.get((begun.headers as { location: string }).location);
    expect(text).toContain(`At <bdi>${ELSEWHERE}</bdi>, <bdi>${MCP}</bdi></p>`);
  });

  it('is remembered for these resources in any order, and for no others (CONSENT-03)', async () => {
    const id = await registerHosted(app);
    const browser = new Browser(app, 'alice');
    const allowed = await allowHosted(browser, id, { scope: SCOPE, resource: BOTH });
    expect(await grantOf(deployment.store(), allowed)).toMatchObject({ resources: BOTH });
    const fateFor = async (resource: readonly string[]): Promise<string> =>
      fateOf(await askFrom(browser, id, { scope: SCOPE, resource }));
    expect(await fateFor([MCP, ELSEWHERE])).toBe('code');
    for (const others of [[MCP], [ELSEWHERE], [...BOTH, NOT_GRANTED], [MCP, NOT_GRANTED]]) {
      expect(await fateFor(others)).toBe('asked');
    }
  });

  it('is listed with all of them for a page of the host', async () => {
    const { server } = instance();
    await tokensFor(MCP);
    const [grant] = await server.grants.list({ subject: 'alice' });
    expect(grant).toMatchObject({ clientId: client_id, resources: BOTH });
  });
});

function tokensOf(answer: Response): Tokens {
  expect(answer).toHaveProperty('status', 200);
  return answer.body as Tokens;
}

function audienceOf(answer: Response): unknown {
  return decodeJwt(tokensOf(answer).access_token).aud;
}

function call(app: Express, token: string): Promise<Response> {
  return supertest(app).get('/mcp').auth(token, { type: 'bearer' });
}
