import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createDeployment, type TestDeployment } from '../support/deployment.ts';
import type { TestApp } from '../support/app.ts';
import { consentForm, Browser, locationOf } from '../support/flow.ts';
import { allowAt, allowHosted, askFrom, fateOf, grantOf, HOSTED_URI } from '../support/hosted.ts';
import { registered, registrationIn, update, type Registration } from '../support/management.ts';
import { STORE_KINDS } from '../support/stores.ts';

const DAY = 24 * 3600_000;
const WIDE = { scope: 'openid profile' };
const NARROW = { scope: 'openid', prompt: 'consent' };
const AT_HOST = { redirect_uris: [HOSTED_URI] };

describe.each(STORE_KINDS)('what was allowed before, and what came since ($kind)', (storeKind) => {
  let deployment: TestDeployment;
  let here: TestApp;
  let browser: Browser;

  beforeEach(() => {
    deployment = createDeployment(storeKind);
    here = deployment.start();
    browser = new Browser(here.app, 'alice');
  });
  afterEach(async () => {
    await deployment.close();
  });

  /** What becomes of a request in the same browser, at this instance. */
  const fateAt = async (at: TestApp, id: string, query: object): Promise<string> =>
    fateOf(await askFrom(browser.at(at.app), id, { ...query }));

  async function client(metadata: object = {}): Promise<Registration> {
    return registered(here.app, { ...AT_HOST, ...metadata });
  }

  it('does not outlive its year for an app that has less of it allowed again and again (MEET-47)', async () => {
    const { client_id: id } = await client();
    await allowHosted(browser, id, WIDE);
    for (let clicks = 0; clicks < 3; clicks += 1) {
      deployment.clock.advance(120 * DAY);
      await allowHosted(browser, id, NARROW);
      expect(await fateAt(here, id, WIDE)).toBe('code');
    }
    deployment.clock.advance(6 * DAY);
    expect(await fateAt(here, id, WIDE)).toBe('asked');
  });

  it('is not put beyond the end of all by a later click on less (MEET-48)', async () => {
    const { client_id: id } = await client();
    await allowHosted(browser, id, WIDE);
    deployment.clock.advance(DAY);
    const moment = Math.floor(deployment.store().now());
    deployment.clock.advance(DAY);
    await allowHosted(browser, id, NARROW);
    await deployment.store().switches.raise(moment);
    expect(await fateAt(deployment.start(), id, WIDE)).toBe('asked');
  });

  it('comes back from a form of before as no more than what was on it (MEET-49)', async () => {
    const { client_id: id } = await client();
    await allowHosted(browser, id, WIDE);
    const page = await browser.get(locationOf(await askFrom(browser, id, NARROW)));
    const { action, csrf } = consentForm(page.text);
    await here.server.grants.revoke({ subject: 'alice', clientId: id });
    const pressed = await browser.post(action, { decision: 'allow', csrf });
    expect(fateOf(pressed)).toBe('code');
    expect(await fateAt(here, id, { scope: 'openid' })).toBe('code');
    expect(await fateAt(here, id, WIDE)).toBe('asked');
  });

  it('is no consent to stay, when the operator gives that by the grant type since (MEET-50)', async () => {
    const { client_id: id } = await client();
    await allowHosted(browser, id, { scope: 'openid' });
    const later = deployment.start({ refreshTokens: 'grant_type' });
    expect(await fateAt(later, id, { scope: 'openid' })).toBe('asked');
    expect(await fateAt(later, id, { scope: 'openid', prompt: 'none' })).toBe('consent_required');
    expect(await fateAt(here, id, { scope: 'openid' })).toBe('code');
  });

  it('is not what a client answers with that has put off its secret since (MEET-51)', async () => {
    const secret = await client({ token_endpoint_auth_method: 'client_secret_basic' });
    const { client_id: id } = secret;
    await allowHosted(browser, id, WIDE);
    expect(await fateAt(here, id, WIDE)).toBe('code');
    const open = registrationIn(await update(here.app, secret, AT_HOST));
    expect(await fateAt(deployment.start(), id, WIDE)).toBe('asked');
    // What the person allows the one is nothing to the other.
    await allowHosted(browser, id, WIDE);
    const asSecret = { ...AT_HOST, token_endpoint_auth_method: 'client_secret_basic' };
    await update(here.app, open, asSecret);
    expect(await fateAt(deployment.start(), id, WIDE)).toBe('asked');
  });

  it('does not reach a scope that is restricted since, however high the ceiling (MEET-52)', async () => {
    const scopesSupported = ['openid', 'offline_access', 'mcp:admin', 'mcp:read'];
    const open = { scopesSupported, scopeCeiling: 'supported' } as const;
    const before = deployment.start(open);
    const { client_id: id } = await registered(before.app, { ...AT_HOST, scope: 'openid' });
    const there = browser.at(before.app);
    await allowHosted(there, id, { scope: 'openid mcp:admin' });
    expect(await fateAt(before, id, { scope: 'openid mcp:admin' })).toBe('code');
    const since = deployment.start({ ...open, restrictedScopes: ['mcp:*'] });
    expect(await fateAt(since, id, { scope: 'openid mcp:admin' })).toBe('invalid_scope');
    const left = await askFrom(there.at(since.app), id, { scope: 'openid' });
    expect(await grantOf(deployment.store(), left)).toMatchObject({ granted: 'openid' });
  });

  it('counts for nobody when two people share the browser and one has less (MEET-53)', async () => {
    const people = { bob: { scopes: ['openid'] } };
    const at = deployment.start({}, { people });
    const { client_id: id } = await client();
    const shared = browser.at(at.app);
    const page = locationOf(await askFrom(shared, id, WIDE));
    const { action, csrf } = consentForm((await shared.get(page)).text);
    await allowHosted(shared, id, WIDE);
    shared.login('bob');
    // The page of alice, sent by bob, and the page that she would have passed by.
    expect(fateOf(await shared.post(action, { decision: 'allow', csrf }))).not.toBe('code');
    expect((await shared.get(page)).status).toBe(200);
    const allowed = await allowAt(shared, page, ['openid', 'profile']);
    expect(await grantOf(deployment.store(), allowed)).toMatchObject({
      subject: 'bob',
      granted: 'openid',
    });
  });
});
