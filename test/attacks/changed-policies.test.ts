import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { AuthorizationServerOptions } from '../../lib/options/options.ts';
import { openPage } from '../http/support/consent.ts';
import { expectApiError } from '../http/support/expect.ts';
import { createDeployment, type TestDeployment } from '../support/deployment.ts';
import { inHeader, tokenRequestAs } from '../support/confidential.ts';
import {
  Browser,
  createPkce,
  redemption,
  redirectParameters,
  refreshRequest,
  tokenRequest,
  type Tokens,
} from '../support/flow.ts';
import { allowHosted, askFrom, fateOf, HOSTED_URI } from '../support/hosted.ts';
import { manage, registered, registrationIn, update } from '../support/management.ts';
import { STORE_KINDS } from '../support/stores.ts';

const SUPPORTED = { scopesSupported: ['openid', 'offline_access', 'files'] };
const rule = (name: string, match: object) => ({ name, match, scopes: ['files'] });
const BY_HOST = rule('by host', { redirect_host: 'app.example.com' });
const BY_NAME = rule('by name', { client_name: 'Notes' });
const WEB = { redirect_uris: [HOSTED_URI], client_name: 'Notes', scope: 'openid offline_access' };
const OTHER_URI = 'https://other.example/cb';
const where = { redirect_uri: HOSTED_URI };
const ALL = 'openid offline_access files';

describe.each(STORE_KINDS)('a policy that changes under a client ($kind)', (storeKind) => {
  let deployment: TestDeployment;
  beforeEach(() => {
    deployment = createDeployment(storeKind, SUPPORTED);
  });
  afterEach(() => deployment.close());

  const start = (options: Partial<AuthorizationServerOptions>) => deployment.start(options);

  it('takes nothing with one of two rules that gave the same, and says whose gift it is now (MEET-27)', async () => {
    const both = start({ baselineRules: [BY_HOST, BY_NAME] });
    let client = await registered(both.app, WEB);
    const { client_id } = client;
    const pkce = createPkce();
    const browser = new Browser(both.app, 'alice');
    const allowed = await allowHosted(browser, client_id, {
      ...{ scope: ALL, code_challenge: pkce.code_challenge },
    });
    const { code = '' } = redirectParameters(allowed);
    const { body } = await tokenRequest(both.app, redemption(client_id, code, pkce, where));

    const one = start({ baselineRules: [BY_NAME] });
    expect(await one.server.clients.reconcile()).toMatchObject({ changed: 0, refreshed: 1 });
    const refreshed = await refreshRequest(one.app, client_id, (body as Tokens).refresh_token);
    expect(refreshed.body).toHaveProperty('scope', ALL);
    // It answers with all it was told under the first rule: no wish, so it ends with the second.
    const told = { ...WEB, scope: ALL };
    client = registrationIn(await update(one.app, client, told));
    expect(client.scope).toBe(ALL);
    client = registrationIn(await update(one.app, client, { ...told, client_name: 'Other' }));
    expect(client.scope).toBe('openid offline_access');
    const { refresh_token } = refreshed.body as Tokens;
    const last = await refreshRequest(one.app, client_id, refresh_token);
    expect(last.body).toHaveProperty('scope', 'openid offline_access');
  });

  it('gives back by itself nothing that the person has ended while it was away (MEET-28)', async () => {
    const wide = start({ baselineRules: [BY_HOST] });
    const { client_id } = await registered(wide.app, WEB);
    const browser = new Browser(wide.app, 'alice');
    await allowHosted(browser, client_id, { scope: ALL });
    expect(fateOf(await askFrom(browser, client_id, { scope: ALL }))).toBe('code');
    const narrow = start({});
    const there = browser.at(narrow.app);
    expect(fateOf(await askFrom(there, client_id, { scope: ALL }))).toBe('invalid_scope');
    expect(await narrow.server.grants.revoke({ subject: 'alice', clientId: client_id })).not.toBe(
      0,
    );
    expect(fateOf(await askFrom(browser, client_id, { scope: ALL }))).toBe('asked');
  });

  it('drops a redirect URI at an update that it was fine with before, with the page that is open for it, and makes no grant wider by the rule that holds then (MEET-29)', async () => {
    const before = start({ baselineRules: [BY_HOST] });
    const metadata = { ...WEB, redirect_uris: [HOSTED_URI, OTHER_URI] };
    let client = await registered(before.app, metadata);
    const { client_id } = client;
    expect(client.scope).toBe(WEB.scope);
    const browser = new Browser(before.app, 'alice');
    const pkce = createPkce();
    const { url, csrf } = await openPage(browser, client_id, pkce, { redirect_uri: OTHER_URI });
    const allowed = await allowHosted(browser, client_id, {
      ...{ scope: WEB.scope, code_challenge: pkce.code_challenge },
    });
    const { code = '' } = redirectParameters(allowed);

    const redirectHosts = ['app.example.com'];
    const after = start({
      ...{ baselineRules: [BY_HOST], redirectHosts, invalidRedirectUris: 'drop' },
    });
    client = registrationIn(await update(after.app, client, metadata));
    expect(client).toMatchObject({ redirect_uris: [HOSTED_URI], scope: ALL });
    expect((await browser.at(after.app).post(url, { decision: 'allow', csrf })).status).toBe(400);
    const { body } = await tokenRequest(after.app, redemption(client_id, code, pkce, where));
    expect(body).toHaveProperty('scope', WEB.scope);
    const { refresh_token } = body as Tokens;
    const wider = await refreshRequest(after.app, client_id, refresh_token, { scope: ALL });
    expectApiError(wider, 400, 'invalid_scope');
  });

  it('refuses an update of a client that could not register any more, and leaves it all that it has (MEET-30)', async () => {
    const before = start({});
    const method = { token_endpoint_auth_method: 'client_secret_basic' };
    const client = await registered(before.app, { ...WEB, ...method });
    const { client_id, client_secret = '' } = client;
    const record = await deployment.store().clients.find(client_id);
    const after = start({ confidentialClients: false, redirectHosts: ['other.example'] });
    const sent = { ...WEB, ...method, client_secret };
    expectApiError(await update(after.app, client, sent), 400, 'invalid_client_metadata');
    const open = { ...WEB, token_endpoint_auth_method: 'none' };
    expectApiError(await update(after.app, client, open), 400, 'invalid_redirect_uri');
    // Neither token nor secret has been followed by another, and none is let in without.
    expect(await deployment.store().clients.find(client_id)).toEqual(record);
    expect((await manage(after.app, 'get', client)).status).toBe(200);
    const guess = { grant_type: 'refresh_token', refresh_token: 'guessed' };
    const proven = inHeader({ client_id, client_secret });
    expectApiError(await tokenRequestAs(after.app, proven, guess), 400, 'invalid_grant');
    expectApiError(await tokenRequest(after.app, { ...guess, client_id }), 401, 'invalid_client');
    expect(fateOf(await askFrom(new Browser(after.app, 'alice'), client_id))).toBe('asked');
  });
});
