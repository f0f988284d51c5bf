import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Express } from 'express';
import { createTestApp, ISSUER, RESOURCE } from '../support/app.ts';
import {
  Browser,
  createPkce,
  locationOf,
  redemption,
  redirectParameters,
  register,
  registeredClientId,
  tokenRequest,
  type Pkce,
  type Query,
} from '../support/flow.ts';
import { HOSTED_URI, registerHosted } from '../support/hosted.ts';
import { beginPushed, pushedUri } from '../support/pushed.ts';
import { expectErrorPage } from './support/expect.ts';
import { createWatchedApp, type WatchedApp } from './support/watched-app.ts';

let made: WatchedApp;
let app: Express;
let client_id: string;
let pkce: Pkce;
let browser: Browser;

beforeEach(async () => {
  made = createWatchedApp();
  ({ app } = made);
  client_id = await registeredClientId(app);
  pkce = createPkce();
  browser = new Browser(app, 'alice');
});

const uriOf = (query: Query = {}): Promise<string> => pushedUri(app, client_id, pkce, query);

describe('GET /oauth/authorize: a pushed request (RFC 9126 §4)', () => {
  it('leads to a code for what was pushed, and to where it was pushed', async () => {
    const request_uri = await uriOf({ scope: 'openid', state: 'pushed state' });
    const begun = await beginPushed(browser, client_id, request_uri);
    const answer = await browser.submit(locationOf(begun), 'allow');
    const { code = '', ...rest } = redirectParameters(answer);
    expect(rest).toEqual({ state: 'pushed state', iss: ISSUER });
    const { status, body } = await tokenRequest(app, redemption(client_id, code, pkce));
    expect({ status, body }).toMatchObject({ status: 200, body: { scope: 'openid' } });
  });

  it('is all that counts: every other parameter is ignored (AUTHZ-33)', async () => {
    const request_uri = await uriOf({ scope: 'openid', state: 'pushed state' });
    const begun = await beginPushed(browser, client_id, request_uri, {
      redirect_uri: 'https://evil.example/cb',
      scope: 'openid profile email',
      state: 'other state',
      resource: 'https://evil.example',
      code_challenge: createPkce().code_challenge,
      code_challenge_method: 'plain',
      response_type: 'token',
      prompt: 'none login',
      request: 'e30.e30.',
    });
    const answer = await browser.submit(locationOf(begun), 'allow');
    expect(locationOf(answer)).toMatch(/^http:\/\/localhost:8080\/callback\?/);
    const { code = '', state } = redirectParameters(answer);
    expect(state).toBe('pushed state');
    const { status, body } = await tokenRequest(app, redemption(client_id, code, pkce));
    expect({ status, body }).toMatchObject({ status: 200, body: { scope: 'openid' } });
  });

  it('may come as a form, too', async () => {
    const request_uri = await uriOf();
    const begun = await browser.post('/oauth/authorize', { client_id, request_uri });
    expect(begun.status).toBe(303);
    expect(locationOf(begun)).toMatch(/^\/oauth\/consent\?/);
  });

  it('may be begun again by who reloads, in the same browser', async () => {
    const request_uri = await uriOf();
    for (let times = 0; times < 2; times++) {
      const begun = await beginPushed(browser, client_id, request_uri);
      expect(locationOf(begun)).toMatch(/^\/oauth\/consent\?/);
    }
  });

  it('is used up by the first browser, for every other one (AUTHZ-33)', async () => {
    const request_uri = await uriOf();
    await beginPushed(browser, client_id, request_uri);
    made.store.forget();
    const others = [new Browser(app, 'alice'), new Browser(app), new Browser(app, 'bob')];
    await others[2]?.authorize(client_id, pkce);
    made.store.forget();
    for (const other of others) {
      const answer = await beginPushed(other, client_id, request_uri);
      expectErrorPage(answer, 400, 'invalid_request_uri');
      expect(answer.headers).not.toHaveProperty('set-cookie');
    }
    expect(made.store.writes).toEqual([]);
  });

  it('goes to one of two browsers that come at the same time', async () => {
    const request_uri = await uriOf();
    const both = [new Browser(app, 'alice'), new Browser(app, 'bob')];
    const answers = await Promise.all(both.map((one) => beginPushed(one, client_id, request_uri)));
    expect(answers.map(({ status }) => status).sort()).toEqual([302, 400]);
  });

  it('is of the client that pushed it, and of no other (AUTHZ-33)', async () => {
    const request_uri = await uriOf();
    const other = await registeredClientId(app);
    const refused = await beginPushed(browser, other, request_uri);
    expectErrorPage(refused, 400, 'invalid_request_uri');
    expectErrorPage(await beginPushed(browser, 'x', request_uri), 400, 'invalid_client');
    const nobody = await browser.get(
      `/oauth/authorize?${new URLSearchParams({ request_uri }).toString()}`,
    );
    expectErrorPage(nobody, 400, 'invalid_request');
    // Nobody has spoilt it.
    const begun = await beginPushed(browser, client_id, request_uri);
    expect(locationOf(begun)).toMatch(/^\/oauth\/consent\?/);
  });

  it('ends after 90 seconds (AUTHZ-33)', async () => {
    const request_uri = await uriOf();
    made.clock.advance(90_000);
    const answer = await beginPushed(browser, client_id, request_uri);
    expectErrorPage(answer, 400, 'invalid_request_uri');
  });

  it.each([
    '',
    'a',
    'a'.repeat(22),
    '../../authz',
    `${'a'.repeat(22)}\n`,
    'x'.repeat(2000),
    '{a}:*',
  ])('is not there under an id that we did not give: %j (REDIS-01)', async (id) => {
    const request_uri = `urn:ietf:params:oauth:request_uri:${id}`;
    const answer = await beginPushed(browser, client_id, request_uri);
    expectErrorPage(answer, 400, 'invalid_request_uri');
  });

  it('is not there when it is named twice', async () => {
    const request_uri = await uriOf();
    const query = new URLSearchParams({ client_id, request_uri });
    query.append('request_uri', request_uri);
    const answer = await browser.get(`/oauth/authorize?${query.toString()}`);
    expectErrorPage(answer, 400, 'invalid_request');
  });

  it('is held against the policy of the moment at which it begins', async () => {
    const request_uri = await uriOf({ scope: 'openid profile' });
    const { store, clock } = made;
    const narrower = createTestApp({ clock, options: { store, scopesSupported: ['openid'] } });
    const answer = await beginPushed(new Browser(narrower.app, 'alice'), client_id, request_uri);
    expect(redirectParameters(answer)).toMatchObject({
      error: 'invalid_scope',
      state: 'xyz-state',
      iss: ISSUER,
    });
  });

  it('is a page that can be reloaded while the store is away', async () => {
    const request_uri = await uriOf();
    for (const call of ['pushedRequests.find', 'pushedRequests.bind', 'authorizations.insert']) {
      made.store.fail(call);
      expect((await beginPushed(browser, client_id, request_uri)).status).toBe(503);
      made.store.recover();
    }
    const begun = await beginPushed(browser, client_id, request_uri);
    expect(locationOf(begun)).toMatch(/^\/oauth\/consent\?/);
  });
});

describe('GET /oauth/authorize: pushed requests and what was allowed before', () => {
  it('answers without a question, and the code goes to the first browser alone', async () => {
    const id = await registerHosted(app);
    const query = { redirect_uri: HOSTED_URI, scope: 'openid', resource: RESOURCE };
    await browser.decide('allow', id, pkce, query);
    const request_uri = await pushedUri(app, id, pkce, { ...query, prompt: 'none' });
    const answer = await beginPushed(browser, id, request_uri);
    expect(redirectParameters(answer)).toHaveProperty('code');
    const other = await beginPushed(new Browser(app, 'alice'), id, request_uri);
    expectErrorPage(other, 400, 'invalid_request_uri');
  });
});

describe('GET /oauth/authorize: where requests have to be pushed (RFC 9126 §5, §6)', () => {
  const REQUIRED = 'require_pushed_authorization_requests';

  it('a client can ask for it, for itself; the answer says so', async () => {
    const { status, body } = await register(app, { [REQUIRED]: true });
    expect({ status, body }).toMatchObject({ status: 201, body: { [REQUIRED]: true } });
    const { client_id: own } = body as { client_id: string };
    const refused = await browser.authorize(own, pkce);
    expect(redirectParameters(refused)).toEqual({
      error: 'invalid_request',
      error_description: 'the authorization request must be pushed first',
      state: 'xyz-state',
      iss: ISSUER,
    });
    const pushed = await beginPushed(browser, own, await pushedUri(app, own, pkce));
    expect(locationOf(pushed)).toMatch(/^\/oauth\/consent\?/);
    // Others need not.
    const begun = await browser.authorize(client_id, pkce);
    expect(locationOf(begun)).toMatch(/^\/oauth\/consent\?/);
  });

  it.each([false, null])('a client that says %j need not', async (value) => {
    const id = await registeredClientId(app, { [REQUIRED]: value });
    expect(locationOf(await browser.authorize(id, pkce))).toMatch(/^\/oauth\/consent\?/);
  });

  it.each(['true', 1, ['true'], {}])('a client that says %j says nothing', async (value) => {
    const { status, body } = await register(app, { [REQUIRED]: value });
    expect({ status, body }).toEqual({
      status: 400,
      body: {
        error: 'invalid_client_metadata',
        error_description: `${REQUIRED} must be true or false`,
      },
    });
  });

  it('the server can ask it of everybody; where the error goes is as for any other', async () => {
    const options = { requirePushedAuthorizationRequests: true };
    const required = createWatchedApp({ options });
    const id = await registerHosted(required.app);
    const query = { redirect_uri: HOSTED_URI };
    const known = await new Browser(required.app, 'alice').authorize(id, pkce, query);
    expect(redirectParameters(known)).toMatchObject({ error: 'invalid_request' });
    const stranger = new Browser(required.app);
    expectErrorPage(await stranger.authorize(id, pkce, query), 400, 'invalid_request');
    expect(required.store.writes).not.toContain('authorizations.insert');
    const request_uri = await pushedUri(required.app, id, pkce, query);
    const begun = await beginPushed(stranger, id, request_uri);
    expect(locationOf(begun)).toMatch(/^\/login\?/);
  });
});
