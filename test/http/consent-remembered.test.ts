import { describe, expect, it } from '@jest/globals';
import type { Person } from '../../lib/login/port.ts';
import { ISSUER, personOf } from '../support/app.ts';
import { Browser, locationOf, redirectParameters } from '../support/flow.ts';
import {
  allowAt,
  allowHosted,
  askFrom,
  fateOf,
  grantOf,
  HOSTED_URI,
  registerHosted,
} from '../support/hosted.ts';
import { createChangingApp, type MetadataChange } from './support/consent.ts';
import { expectPage, PAGE_HEADERS, returnLink } from './support/expect.ts';
import { send } from './support/send.ts';
import { createTwoApps, createWatchedApp, type WatchedApp } from './support/watched-app.ts';

const SCOPE = 'openid profile';
const SAID = { client_name: 'Notes', client_uri: 'https://app.example.com' };

/** A client that alice has allowed `openid profile`. */
async function remembered(
  given: Parameters<typeof createWatchedApp>[0] = {},
): Promise<WatchedApp & { id: string; browser: Browser }> {
  const made = createWatchedApp(given);
  const id = await registerHosted(made.app);
  const browser = new Browser(made.app, 'alice');
  await allowHosted(browser, id, { scope: SCOPE });
  made.store.forget();
  return { ...made, id, browser };
}

/** The page of a request that began when nobody was logged in. */
async function afterLogin(browser: Browser, id: string): Promise<string> {
  const begun = await askFrom(browser.logout(), id, { scope: SCOPE });
  return new URL(locationOf(begun), ISSUER).searchParams.get('return_to') ?? '';
}

describe('what was allowed before', () => {
  it.each<{ name: string; change: MetadataChange; want: string }>([
    { name: 'its name', change: (m) => ({ ...m, client_name: 'Bank' }), want: 'asked' },
    {
      name: 'its home page',
      change: ({ client_uri: _, ...m }) => ({ ...m }),
      want: 'asked',
    },
    { name: 'a logo', change: (m) => ({ ...m, logo_uri: 'https://x.example/l' }), want: 'asked' },
    {
      name: 'its name in a language',
      change: (m) => ({ ...m, localized: { 'client_name#de': 'Bank' } }),
      want: 'asked',
    },
    { name: 'its contacts', change: (m) => ({ ...m, contacts: ['a@x.example'] }), want: 'code' },
    {
      name: 'its redirect URI',
      change: (m) => ({ ...m, redirect_uris: ['https://app.example.com/other'] }),
      want: '400',
    },
  ])('does not count once the client says something else: $name, $want', async (given) => {
    const { app, change } = createChangingApp();
    const id = await registerHosted(app, SAID);
    const browser = new Browser(app, 'alice');
    await allowHosted(browser, id, { scope: SCOPE });
    change(given.change);
    const answer = await askFrom(browser, id, { scope: SCOPE });
    expect(fateOf(answer)).toBe(given.want);
    if (given.want !== 'asked') return;
    await allowAt(browser, locationOf(answer), ['openid']);
    expect(fateOf(await askFrom(browser, id, { scope: SCOPE }))).toBe('asked');
    expect(fateOf(await askFrom(browser, id, { scope: 'openid' }))).toBe('code');
  });

  it.each<{ scopes: readonly string[] | undefined; want: string; granted?: string }>([
    { scopes: ['openid'], want: 'code', granted: 'openid' },
    { scopes: ['openid', 'profile', 'email'], want: 'code', granted: SCOPE },
    { scopes: undefined, want: 'code', granted: SCOPE },
    { scopes: ['email'], want: 'asked' },
    { scopes: [], want: 'asked' },
  ])('is no more than the person still has: $scopes, $granted', async (given) => {
    const people: Record<string, Omit<Person, 'sub'>> = { alice: {} };
    const { browser, id, store } = await remembered({ people });
    people['alice'] = given.scopes ? { scopes: given.scopes } : {};
    const answer = await askFrom(browser, id, { scope: SCOPE });
    expect(fateOf(answer)).toBe(given.want);
    if (given.granted !== undefined) {
      expect(await grantOf(store, answer)).toMatchObject({ granted: given.granted });
    }
  });

  it('does not count for a scope that a person has been given since', async () => {
    const people: Record<string, Omit<Person, 'sub'>> = { alice: { scopes: ['openid'] } };
    const { browser, id } = await remembered({ people });
    people['alice'] = { scopes: ['openid', 'profile'] };
    expect(fateOf(await askFrom(browser, id, { scope: SCOPE }))).toBe('asked');
  });

  it('is no more than the policy of the moment: beyond it the client is refused', async () => {
    const { first, second } = createTwoApps({ options: { baselineClientScopes: ['profile'] } }, {});
    const id = await registerHosted(first.app, { scope: 'openid' });
    const browser = new Browser(first.app, 'alice');
    await allowHosted(browser, id, { scope: SCOPE });
    const there = browser.at(second.app);
    expect(fateOf(await askFrom(there, id, { scope: SCOPE }))).toBe('invalid_scope');
    expect(fateOf(await askFrom(there, id, { scope: 'openid' }))).toBe('code');
  });

  it('is not widened or renewed by a code that nobody was asked for', async () => {
    const { browser, id, store } = await remembered();
    expect(fateOf(await askFrom(browser, id, { scope: 'openid' }))).toBe('code');
    expect([...store.writes].sort()).toEqual([
      'authorizations.allow',
      'authorizations.insert',
      'clients.renew',
      'grants.index',
    ]);
  });

  it('gives nothing to somebody whose login is not complete, or who is locked out (CONSENT-25)', async () => {
    const host = { isReady: true };
    const user = (): Person | undefined => (host.isReady ? { sub: 'alice' } : undefined);
    const { browser, id, store } = await remembered({ login: { user } });
    host.isReady = false;
    const url = await afterLogin(browser, id);
    store.forget();
    expect(fateOf(await askFrom(browser, id, { scope: SCOPE }))).toBe('login');
    expect(fateOf(await browser.get(url))).toBe('login');
    const silent = await askFrom(browser, id, { scope: SCOPE, prompt: 'none' });
    expect(silent.text).toContain('error=login_required');
    expect(store.writes).toEqual(['authorizations.insert']);
  });

  it('still stands after the person denied something more', async () => {
    const { browser, id } = await remembered();
    const more = await askFrom(browser, id, { scope: `${SCOPE} email` });
    expect(fateOf(await browser.submit(locationOf(more), 'deny'))).toBe('access_denied');
    expect(fateOf(await askFrom(browser, id, { scope: SCOPE }))).toBe('code');
  });
});

describe('the consent page of a request that was allowed before', () => {
  it('goes on by itself after a login, with the headers of a page', async () => {
    const { browser, id } = await remembered();
    const url = await afterLogin(browser, id);
    const answer = await browser.login('alice').get(url);
    expect(answer).toMatchObject({ status: 303, text: '', headers: PAGE_HEADERS });
    expect(redirectParameters(answer)).toHaveProperty('code');
  });

  it('gives nothing to HEAD (CONSENT-11)', async () => {
    const { app, browser, id, store } = await remembered();
    const url = await afterLogin(browser, id);
    store.forget();
    const headers = { Cookie: browser.login('alice').cookie() };
    const answer = await send(app, 'HEAD', url, { headers });
    expect(answer.headers).not.toHaveProperty('location');
    expect(store.writes).toEqual([]);
  });

  it('gives nothing in another browser (CONSENT-08)', async () => {
    const { app, browser, id, store } = await remembered();
    const url = await afterLogin(browser, id);
    store.forget();
    expect((await new Browser(app, 'alice').get(url)).status).toBe(400);
    expect(store.writes).toEqual([]);
  });

  it('is shown to somebody who came as another person, before anything is given (CONSENT-26)', async () => {
    const { browser, id, store } = await remembered();
    const asked = await askFrom(browser.login('bob'), id, { scope: SCOPE });
    const page = await browser.get(locationOf(asked));
    const csrf = /name="csrf" value="([^"]+)"/.exec(page.text)?.[1] ?? '';
    browser.login('alice');
    store.forget();
    const refused = await browser.post(locationOf(asked), { decision: 'allow', csrf });
    expect(refused.status).toBe(403);
    const again = await browser.get(returnLink(refused.text)?.href ?? '');
    expectPage(again);
    expect(again.text).toContain('alice');
    expect(again.text).toContain('value="allow"');
    expect(store.writes).toEqual([]);
  });

  it('has expired like any other (CONSENT-23)', async () => {
    const { browser, id, clock, store } = await remembered();
    const url = await afterLogin(browser, id);
    clock.advance(10 * 60_000);
    store.forget();
    expect((await browser.login('alice').get(url)).status).toBe(400);
    expect(store.writes).toEqual([]);
  });

  it('leads nowhere once its code was used (CONSENT-23)', async () => {
    const { browser, id, store } = await remembered();
    const url = await afterLogin(browser, id);
    const { code = '' } = redirectParameters(await browser.login('alice').get(url));
    const [grantId = ''] = code.split('.');
    const redeem = { accessTtlMs: 1000, idleTtlMs: 1000, doubledWithinMs: 0, requestId: 'x' };
    await store.grants.redeem({ grantId, ...redeem });
    const answer = await browser.get(url);
    expect(answer.status).toBe(400);
    expectPage(answer);
  });
});

describe('when the store fails', () => {
  it.each(['consents.find', 'authorizations.insert', 'authorizations.allow', 'clients.renew'])(
    'at %s, the answer is a page with 503, and nothing is granted unseen',
    async (call) => {
      const { browser, id, store } = await remembered();
      store.fail(call);
      const answer = await askFrom(browser, id, { scope: SCOPE });
      expect(answer.status).toBe(503);
      expectPage(answer);
      store.recover();
      expect(fateOf(await askFrom(browser, id, { scope: SCOPE }))).toBe('code');
    },
  );
});

describe('the host, before a request is known to be good', () => {
  it.each([
    { name: 'a client that nobody knows', id: 'unknown', query: {} },
    { name: 'a redirect URI of somebody else', query: { redirect_uri: 'https://evil.example/' } },
  ])('is no hindrance to say no to $name', async ({ id, query }) => {
    const host = { fails: false };
    const made = await remembered({
      login: {
        user: (req) => {
          if (host.fails) throw new Error('the session store is away');
          return { sub: personOf(req) ?? 'nobody' };
        },
      },
    });
    host.fails = true;
    const answer = await askFrom(made.browser, id ?? made.id, { scope: SCOPE, ...query });
    expect(answer.status).toBe(400);
    expect((await askFrom(made.browser, made.id, { scope: SCOPE })).status).toBe(500);
  });

  it.each([
    { name: 'malformed', query: { response_type: 'token' } },
    { name: 'for a page', query: { prompt: 'consent' } },
    { name: 'for this computer', query: { redirect_uri: 'http://localhost:8080/callback' } },
    { name: 'good', query: {} },
  ])('is asked once who is there, for a request that is $name', async ({ query }) => {
    const host = { asked: 0 };
    const user = (): Person => {
      host.asked += 1;
      return { sub: 'alice' };
    };
    const { app } = createWatchedApp({ login: { user } });
    const redirect_uris = [HOSTED_URI, 'http://localhost:8080/callback'];
    const id = await registerHosted(app, { redirect_uris });
    await askFrom(new Browser(app, 'alice'), id, { scope: SCOPE, ...query });
    expect(host.asked).toBe(1);
  });
});
