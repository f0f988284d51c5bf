import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Express } from 'express';
import { openPage } from '../http/support/consent.ts';
import { expectApiError, expectErrorPage } from '../http/support/expect.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { inHeader, tokenRequestAs, type ConfidentialClient } from '../support/confidential.ts';
import {
  Browser,
  consentForm,
  createPkce,
  locationOf,
  redemption,
  redirectParameters,
  refreshRequest,
  tokenRequest,
  type Tokens,
} from '../support/flow.ts';
import { allowAt, allowHosted, askFrom, fateOf, HOSTED_URI } from '../support/hosted.ts';
import { registered, registrationIn, update, type Registration } from '../support/management.ts';
import { beginPushed, pushedUri } from '../support/pushed.ts';

const WEB = { redirect_uris: [HOSTED_URI], client_name: 'Notes' };
const where = { redirect_uri: HOSTED_URI };
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const OTHER = 'https://app.example.com/other';

let made: TestApp;
let app: Express;
let browser: Browser;

beforeEach(() => {
  made = createTestApp({ options: { refreshTokens: 'grant_type' } });
  ({ app } = made);
  browser = new Browser(app, 'alice');
});

describe('what a person allowed a client, when the client is another one by an update', () => {
  it('is no leave to stay connected for one that could not when it was given (MEET-05)', async () => {
    const client = await registered(app, { ...WEB, grant_types: ['authorization_code'] });
    await allowHosted(browser, client.client_id, { scope: 'openid' });
    expect(fateOf(await askFrom(browser, client.client_id, { scope: 'openid' }))).toBe('code');

    registrationIn(await update(app, client, WEB));
    const asked = await askFrom(browser, client.client_id, { scope: 'openid' });
    expect(fateOf(asked)).toBe('asked');
    const silent = await askFrom(browser, client.client_id, { scope: 'openid', prompt: 'none' });
    expect(fateOf(silent)).toBe('consent_required');
    // Who unticks nothing gives it, knowing.
    const page = await browser.get(locationOf(asked));
    expect(page.text).toMatch(/stay connected/i);
  });

  it('is given to the client as it is when the code comes, with the proof that it has now (MEET-06)', async () => {
    const client = await registered(app, WEB);
    const pkce = createPkce();
    const { url } = await openPage(browser, client.client_id, pkce, where);
    const method = { token_endpoint_auth_method: 'client_secret_basic' };
    const updated = await update(app, client, { ...WEB, ...method });
    const { client_secret = '' } = registrationIn(updated);
    const answer = await allowAt(browser, url);
    const { code = '' } = redirectParameters(answer);
    const form = redemption(client.client_id, code, pkce, where);
    expectApiError(await tokenRequest(app, form), 401, 'invalid_client');
    const proven: ConfidentialClient = { client_id: client.client_id, client_secret };
    const { status, body } = await tokenRequestAs(app, inHeader(proven), form);
    expect(status).toBe(200);
    // Nor does the refresh token of those days do without it.
    const { refresh_token } = body as Tokens;
    const bare = await refreshRequest(app, client.client_id, refresh_token);
    expectApiError(bare, 401, 'invalid_client');
  });

  it('is decided by the page of the name that it has, however often the name goes to and fro (MEET-07)', async () => {
    let client = await registered(app, WEB);
    const renamed = async (client_name: string): Promise<Registration> =>
      registrationIn(await update(app, client, { ...WEB, client_name }));
    const pkce = createPkce();
    const { url, csrf } = await openPage(browser, client.client_id, pkce, where);
    client = await renamed('Bank');
    expect((await browser.post(url, { decision: 'allow', csrf })).status).toBe(403);
    const shown = await browser.get(url);
    expect(shown.text).toContain('Bank');
    const ofTheBank = consentForm(shown.text).csrf;
    client = await renamed('Notes');
    // What she read last was the name of the bank.
    expect((await browser.post(url, { decision: 'allow', csrf: ofTheBank })).status).toBe(403);
    expect(fateOf(await browser.post(url, { decision: 'allow', csrf }))).toBe('code');
  });

  it('is not asked for at a redirect URI that was pushed and then taken away (MEET-08)', async () => {
    const client = await registered(app, { ...WEB, redirect_uris: [HOSTED_URI, OTHER] });
    const pkce = createPkce();
    const pushed = await pushedUri(app, client.client_id, pkce, { redirect_uri: OTHER });
    registrationIn(await update(app, client, WEB));
    const begun = await beginPushed(browser, client.client_id, pushed);
    expectErrorPage(begun, 400, 'invalid_request');
    expect(begun.text).not.toContain(OTHER);
  });

  it('is refreshed no more by a client that gave the grant type back, and again when it took it (MEET-09)', async () => {
    let client = await registered(app, WEB);
    const pkce = createPkce();
    const answer = await allowHosted(browser, client.client_id, {
      ...{ scope: 'openid', code_challenge: pkce.code_challenge },
    });
    const { code = '' } = redirectParameters(answer);
    const { body } = await tokenRequest(app, redemption(client.client_id, code, pkce, where));
    const { refresh_token } = body as Tokens;
    const types = { grant_types: ['authorization_code'] };
    client = registrationIn(await update(app, client, { ...WEB, ...types }));
    const refused = await refreshRequest(app, client.client_id, refresh_token);
    expectApiError(refused, 400, 'unauthorized_client');
    client = registrationIn(await update(app, client, WEB));
    // Were the token used up by that, its grace window would be over by now.
    made.clock.advance(MINUTE);
    const again = await refreshRequest(app, client.client_id, refresh_token);
    expect(again.status).toBe(200);
  });

  it('is nothing when it is allowed after the last minute of a client that nobody used (MEET-10)', async () => {
    const client = await registered(app, WEB);
    // Nobody has allowed it anything, and this is its last minute.
    made.clock.advance(7 * DAY - MINUTE);
    const { url, csrf } = await openPage(browser, client.client_id, createPkce(), where);
    // So soon after its end the store still has it, to be swept out.
    made.clock.advance(MINUTE + 1000);
    const answer = await browser.post(url, { decision: 'allow', csrf });
    expect(answer.status).toBe(400);
    expect(answer.headers).not.toHaveProperty('location');
    expect(await made.server.grants.list({ subject: 'alice' })).toEqual([]);
  });
});
