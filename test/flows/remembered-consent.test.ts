import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Express } from 'express';
import { CONSENT_TTL_MS } from '../../lib/policy/remembered-consent.ts';
import type { Store } from '../../lib/storage/store.ts';
import { createTestApp, ISSUER, RESOURCE, type TestAppOptions } from '../support/app.ts';
import { createClock, type Clock } from '../support/clock.ts';
import {
  Browser,
  createPkce,
  locationOf,
  METADATA,
  redemption,
  redirectParameters,
  refreshRequest,
  tokenRequest,
  type Tokens,
} from '../support/flow.ts';
import {
  allowAt,
  allowHosted,
  askFrom,
  fateOf,
  grantOf,
  HOSTED_URI,
  registerHosted,
} from '../support/hosted.ts';
import { STORE_KINDS, type Deployment } from '../support/stores.ts';

const OTHER_URI = 'https://app.example.com/other';
const URIS = { redirect_uris: [HOSTED_URI, OTHER_URI] };
const DAY_MS = 24 * 60 * 60 * 1000;
const APPROVED = { scope: 'openid profile', resource: RESOURCE };

describe.each(STORE_KINDS)('a consent that is remembered, on $kind', ({ deploy }) => {
  let clock: Clock;
  let deployment: Deployment;
  let app: Express;
  let store: Store;

  beforeEach(() => {
    clock = createClock(Date.now());
    deployment = deploy(clock);
    ({ app, store } = instance());
  });
  afterEach(async () => {
    await deployment.close();
  });

  function instance(given: TestAppOptions = {}): { app: Express; store: Store } {
    const own = deployment.store();
    const options = { store: own, resources: ['/mcp', '/other'], ...given.options };
    return { app: createTestApp({ ...given, clock, options }).app, store: own };
  }

  async function approved(metadata: object = URIS): Promise<{ id: string; browser: Browser }> {
    const id = await registerHosted(app, metadata);
    const browser = new Browser(app, 'alice');
    expect(fateOf(await allowHosted(browser, id, APPROVED))).toBe('code');
    return { id, browser };
  }

  it('answers the same request without a page, with a code of its own that works', async () => {
    const { id, browser } = await approved();
    const pkce = createPkce();
    const answer = await browser.authorize(id, pkce, { ...APPROVED, redirect_uri: HOSTED_URI });
    expect(answer.status).toBe(303);
    expect(locationOf(answer)).toMatch(/^https:\/\/app\.example\.com\/cb\?code=/);
    const { code = '', state, iss } = redirectParameters(answer);
    expect({ state, iss }).toEqual({ state: 'xyz-state', iss: ISSUER });
    const form = redemption(id, code, pkce, { redirect_uri: HOSTED_URI });
    const { status, body } = await tokenRequest(app, form);
    expect({ status, scope: (body as Tokens).scope }).toEqual({
      status: 200,
      scope: 'openid profile',
    });
    expect((await tokenRequest(app, form)).status).toBe(400);
  });

  it('answers at another instance, and less than was allowed', async () => {
    const { id, browser } = await approved();
    const there = browser.at(instance().app);
    const answer = await askFrom(there, id, { ...APPROVED, scope: 'profile' });
    expect(fateOf(answer)).toBe('code');
    expect(await grantOf(store, answer)).toMatchObject({ subject: 'alice', granted: 'profile' });
  });

  it.each([
    { name: 'one more scope', query: { scope: 'openid profile email' } },
    { name: 'another redirect URI', query: { redirect_uri: OTHER_URI } },
    { name: 'another resource', query: { resource: `${ISSUER}/other` } },
    { name: 'one more resource', query: { resource: [RESOURCE, `${ISSUER}/other`] } },
    { name: 'another person', query: {}, person: 'bob' },
    { name: 'prompt=consent', query: { prompt: 'consent' } },
    { name: 'prompt=select_account', query: { prompt: 'select_account' }, want: 'login' },
    { name: 'prompt=login', query: { prompt: 'login' }, want: 'login' },
  ])(
    'does not answer for $name: $want (CONSENT-03)',
    async ({ query, person = 'alice', want = 'asked' }) => {
      const { id, browser } = await approved();
      browser.login(person);
      expect(fateOf(await askFrom(browser, id, { ...APPROVED, ...query }))).toBe(want);
      expect(fateOf(await askFrom(browser, id, APPROVED))).toBe(
        person === 'bob' ? 'asked' : 'code',
      );
    },
  );

  it('does not answer for a client that looks the same in everything (CONSENT-01)', async () => {
    const { browser } = await approved();
    const twin = await registerHosted(app, URIS);
    const asked = await askFrom(browser, twin, APPROVED);
    expect(fateOf(asked)).toBe('asked');
    expect((await browser.get(locationOf(asked))).text).toContain('value="allow"');
    const silent = await askFrom(browser, twin, { ...APPROVED, prompt: 'none' });
    expect(fateOf(silent)).toBe('consent_required');
  });

  it.each([
    METADATA.redirect_uris[0],
    'http://127.0.0.1:1234/cb',
    'cursor://anysphere.cursor-mcp/oauth/callback',
    'com.example.app:/cb',
  ])('is never one of %s, where anybody may listen (RFC 8252 §8.6)', async (redirect_uri = '') => {
    const id = await registerHosted(app, { redirect_uris: [redirect_uri] });
    const browser = new Browser(app, 'alice');
    const query = { ...APPROVED, redirect_uri };
    expect(fateOf(await allowHosted(browser, id, query))).toBe('code');
    const again = await askFrom(browser, id, query);
    expect(fateOf(again)).toBe('asked');
    expect((await browser.get(locationOf(again))).status).toBe(200);
    expect(fateOf(await askFrom(browser, id, { ...query, prompt: 'none' }))).toBe(
      'consent_required',
    );
  });

  it('answers after a login, without showing its page', async () => {
    const { id, browser } = await approved();
    browser.logout();
    const begun = await askFrom(browser, id, APPROVED);
    const url = new URL(locationOf(begun), ISSUER).searchParams.get('return_to') ?? '';
    const answer = await browser.login('alice').get(url);
    expect({ status: answer.status, fate: fateOf(answer) }).toEqual({ status: 303, fate: 'code' });
    // Reloaded, it leads to the same code.
    expect(locationOf(await browser.get(url))).toBe(locationOf(answer));
  });

  it('ends a year after the click, however often it was used', async () => {
    const { id, browser } = await approved();
    // In steps, for a client that nobody uses for half a year is gone.
    for (const days of [120, 120, 120]) {
      clock.advance(days * DAY_MS);
      expect(fateOf(await askFrom(browser, id, APPROVED))).toBe('code');
    }
    clock.advance(CONSENT_TTL_MS - 360 * DAY_MS + 1_000);
    expect(fateOf(await askFrom(browser, id, APPROVED))).toBe('asked');
  });

  it('is forgotten when a code is replayed', async () => {
    const { id, browser } = await approved();
    const pkce = createPkce();
    const query = { ...APPROVED, redirect_uri: HOSTED_URI };
    const { code = '' } = redirectParameters(await browser.authorize(id, pkce, query));
    const form = redemption(id, code, pkce, { redirect_uri: HOSTED_URI });
    expect((await tokenRequest(app, form)).status).toBe(200);
    expect(fateOf(await askFrom(browser, id, APPROVED))).toBe('code');
    clock.advance(11_000);
    expect((await tokenRequest(app, form)).status).toBe(400);
    expect(fateOf(await askFrom(browser, id, APPROVED))).toBe('asked');
  });

  it('is forgotten when a refresh token is reused', async () => {
    const id = await registerHosted(app, { scope: 'openid offline_access' });
    const browser = new Browser(app, 'alice');
    const query = { ...APPROVED, scope: 'openid offline_access', redirect_uri: HOSTED_URI };
    const pkce = createPkce();
    const begun = await browser.authorize(id, pkce, query);
    const { code = '' } = redirectParameters(await allowAt(browser, locationOf(begun)));
    const form = redemption(id, code, pkce, { redirect_uri: HOSTED_URI });
    const { refresh_token } = (await tokenRequest(app, form)).body as Tokens;
    expect((await refreshRequest(app, id, refresh_token)).status).toBe(200);
    expect(fateOf(await askFrom(browser, id, query))).toBe('code');
    clock.advance(31_000);
    expect((await refreshRequest(app, id, refresh_token)).status).toBe(400);
    expect(fateOf(await askFrom(browser, id, query))).toBe('asked');
  });
});
