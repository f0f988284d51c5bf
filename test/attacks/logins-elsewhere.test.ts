import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { TestApp } from '../support/app.ts';
import { createDeployment, type TestDeployment } from '../support/deployment.ts';
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
import {
  allowAt,
  askFrom,
  fateOf,
  grantOf,
  HOSTED_URI,
  registerHosted,
} from '../support/hosted.ts';
import { startIdentityProvider, type IdentityProvider } from '../support/identity-provider.ts';
import { STORE_KINDS } from '../support/stores.ts';
import { answerOf, loginAt } from '../support/upstream-flow.ts';
import { held } from './support/ask.ts';

const SCOPE = 'openid offline_access';
const BOB = { sub: 'bob-upstream', name: 'Bob Upstream' };
const CALLBACK = /^\/oauth\/callback\?/;
const CONSENT = /^\/oauth\/consent\?/;

describe.each(STORE_KINDS)('a login elsewhere, and what is under way beside it ($kind)', (kind) => {
  let provider: IdentityProvider;
  let deployment: TestDeployment;
  let here: TestApp;
  let there: TestApp;
  let id: string;
  let browser: Browser;

  beforeEach(async () => {
    provider = await startIdentityProvider();
    deployment = createDeployment(kind, { login: loginAt(provider) });
    [here, there] = [deployment.start(), deployment.start()];
    id = await registerHosted(here.app);
    browser = new Browser(here.app);
  });
  afterEach(async () => {
    await deployment.close();
    await provider.stop();
  });

  /** Where the browser is sent back to by the provider, of a request that it has begun. */
  const answered = async (query: object = {}, client = id): Promise<string> =>
    answerOf(await askFrom(browser, client, { scope: SCOPE, ...query }));

  /** The page of consent, after a login. */
  const pageOf = async (query: object = {}): Promise<string> =>
    locationOf(await browser.get(await answered(query)));

  it('is not that of another tab, whose answer somebody has put in its place (MEET-68)', async () => {
    const other = await registerHosted(here.app, { client_name: 'Other' });
    const mine = await answered();
    provider.script.person = BOB;
    const planted = await answered({}, other);
    const stateOf = (url: string): string =>
      new URL(url, here.issuer).searchParams.get('state') ?? '';
    expect(mine).toMatch(CALLBACK);
    const mixed = planted.replace(encodeURIComponent(stateOf(planted)), stateOf(mine));
    expect(stateOf(mixed)).toBe(stateOf(mine));
    const answer = await browser.get(mixed);
    expect(fateOf(answer)).toBe('server_error');
    expect(locationOf(answer)).not.toContain('code=');
    // Neither of the two has become anybody.
    const begun = await askFrom(browser, id, { scope: SCOPE });
    expect(new URL(locationOf(begun)).origin).toBe(new URL(provider.issuer).origin);
    expect(await here.server.grants.list({ subject: 'oidc|bob-upstream' })).toEqual([]);
    expect(await here.server.grants.list({ subject: 'oidc|alice-upstream' })).toEqual([]);
  });

  it('leaves nothing of a consent of before to whoever logs in over it (MEET-69)', async () => {
    expect(fateOf(await allowAt(browser, await pageOf()))).toBe('code');
    // Everything was allowed: for her the next page would go on by itself.
    const waiting = await pageOf();
    expect(waiting).toMatch(CONSENT);
    provider.script.person = BOB;
    const handle = waiting.replace('/oauth/consent', '/oauth/login');
    const switching = await browser.get(`${handle}&provider=oidc&switch=1`);
    const back = await browser.get(await answerOf(switching));
    const page = await browser.at(there.app).get(locationOf(back));
    expect(page.status).toBe(200);
    expect(page.text).toContain('Bob Upstream');
    const { action, csrf } = consentForm(page.text);
    const pressed = await browser.post(action, { decision: 'allow', csrf });
    expect(await grantOf(deployment.store(), pressed)).toMatchObject({
      subject: 'oidc|bob-upstream',
    });
  });

  it('is not taken again for the answer of a request that was allowed (MEET-70)', async () => {
    const callback = await answered();
    const page = locationOf(await browser.get(callback));
    const allowed = await allowAt(browser, page);
    provider.script.person = BOB;
    for (const at of [here, there]) {
      const again = await browser.at(at.app).get(callback);
      expect({ status: again.status, location: locationOf(again) }).toEqual({
        status: 400,
        location: '',
      });
      const begun = await browser.at(at.app).get(page.replace('/consent', '/login'));
      expect(locationOf(begun)).toBe('');
    }
    expect(await grantOf(deployment.store(), allowed)).toMatchObject({
      subject: 'oidc|alice-upstream',
    });
  });

  it('leads nowhere when the client is blocked while the person is away (MEET-71)', async () => {
    const callback = await answered();
    await there.server.clients.block(id);
    const back = await browser.get(callback);
    const page = locationOf(back).startsWith('/') ? await browser.get(locationOf(back)) : back;
    expect({ status: page.status, location: locationOf(page) }).toEqual({
      status: 400,
      location: '',
    });
    await there.server.clients.unblock(id);
    const { status, text } = await browser.get(locationOf(back));
    expect(status).toBe(200);
    expect(text).toContain('Alice Upstream');
  });

  it('gives the host no token of the provider that was fetched while the client was ended (MEET-72)', async () => {
    const { auth } = await connected();
    const { wait, reached, letGo } = held();
    const slow = loginAt(provider);
    const at = deployment.start({
      login: { ...slow, refresh: async (tokens) => wait().then(() => slow.refresh(tokens)) },
    });
    const insteadOf = (await here.server.upstreamToken(auth)).accessToken;
    const asked = at.server.upstreamToken(auth, { insteadOf });
    const outcome = asked.then(
      () => 'a token',
      (error: unknown) => (error as { code?: string }).code,
    );
    await reached;
    await there.server.clients.block(id);
    letGo();
    expect(await outcome).toBe('no_upstream_token');
  });

  it('gives the host nothing by the access token of a grant that its person has ended (MEET-73)', async () => {
    const { auth, tokens } = await connected();
    expect(await there.server.upstreamToken(auth)).toMatchObject({ upstream: 'oidc' });
    expect(await there.server.grants.revoke({ subject: auth.extra.sub })).toBe(1);
    const refused = { code: 'no_upstream_token', status: 401 };
    for (const at of [here, there]) {
      await expect(at.server.upstreamToken(auth)).rejects.toMatchObject(refused);
    }
    const refreshed = await refreshRequest(here.app, id, tokens.refresh_token);
    expect(refreshed.body).toMatchObject({ error: 'invalid_grant' });
    // What the provider gave is not left with it either.
    expect(provider.grants.revoked.length).toBeGreaterThan(0);
  });

  async function connected(): Promise<{
    readonly tokens: Tokens;
    readonly auth: Awaited<ReturnType<TestApp['server']['verifyAccessToken']>>;
  }> {
    const pkce = createPkce();
    const ask = { redirect_uri: HOSTED_URI, scope: SCOPE };
    const back = await browser.get(await answerOf(await browser.authorize(id, pkce, ask)));
    const { code = '' } = redirectParameters(await allowAt(browser, locationOf(back)));
    const { body } = await tokenRequest(here.app, redemption(id, code, pkce, ask));
    const tokens = body as Tokens;
    return { tokens, auth: await here.server.verifyAccessToken(tokens.access_token) };
  }
});
