import { describe, expect, it } from '@jest/globals';
import type { Person } from '../../lib/login/port.ts';
import { ISSUER } from '../support/app.ts';
import {
  Browser,
  createPkce,
  locationOf,
  redemption,
  redirectParameters,
  registeredClientId,
  tokenRequest,
} from '../support/flow.ts';
import { openPage } from './support/consent.ts';
import { expectPage, PAGE_HEADERS } from './support/expect.ts';
import { createWatchedApp } from './support/watched-app.ts';

/** A host that knows the person, and says so only when there is nothing left to do. */
async function prepared(isReady: boolean) {
  const host = { isReady };
  const made = createWatchedApp({
    login: { user: () => (host.isReady ? { sub: 'alice' } : undefined) },
  });
  const id = await registeredClientId(made.app);
  made.store.forget();
  return { ...made, host, id, browser: new Browser(made.app, 'alice') };
}

describe('somebody whose login is not complete (CONSENT-25)', () => {
  it('sees no page and decides nothing until the host has the second factor', async () => {
    const { browser, host, id, store } = await prepared(false);
    const begun = await browser.authorize(id, createPkce());
    expect(locationOf(begun)).toMatch(/^\/login\?/);
    const url = new URL(locationOf(begun), ISSUER).searchParams.get('return_to') ?? '';
    store.forget();
    for (const answer of [
      await browser.get(url),
      await browser.post(url, { decision: 'allow', csrf: 'x' }),
      await browser.post(url, { decision: 'deny', csrf: 'x' }),
    ]) {
      expect(answer).toMatchObject({ status: 303, text: '', headers: PAGE_HEADERS });
      expect(locationOf(answer)).toMatch(/^\/login\?return_to=/);
    }
    expect(store.writes).toEqual([]);
    host.isReady = true;
    expect(redirectParameters(await browser.submit(url, 'allow'))).toHaveProperty('code');
  });

  it('or was ended while the page was open decides nothing with it', async () => {
    const { browser, host, id, store } = await prepared(true);
    const { url, csrf } = await openPage(browser, id);
    host.isReady = false;
    store.forget();
    const answer = await browser.post(url, { decision: 'allow', csrf });
    expect(answer.status).toBe(303);
    expect(locationOf(answer)).toMatch(/^\/login\?return_to=/);
    expect(store.writes).toEqual([]);
  });
});

describe('somebody whose account is disabled (CONSENT-25)', () => {
  /** A host that looks alice up, and has something to say about her when it is asked for a refresh. */
  async function preparedAccount(account: Person | null | undefined | false) {
    const host = { account, asked: 0 };
    const made = createWatchedApp({
      login: {
        user: () => host.account,
        active: () => {
          host.asked += 1;
          return false;
        },
      },
    });
    const id = await registeredClientId(made.app);
    made.store.forget();
    return { ...made, host, id, browser: new Browser(made.app, 'alice') };
  }

  it.each([null, undefined, false] as const)(
    'ends at the login and never at a code when the host says %s of them',
    async (nobody) => {
      const { browser, host, id, store } = await preparedAccount(nobody);
      const begun = await browser.authorize(id, createPkce());
      const url = new URL(locationOf(begun), ISSUER).searchParams.get('return_to') ?? '';
      for (const answer of [
        begun,
        await browser.authorize(id, createPkce(), { prompt: 'consent' }),
        await browser.authorize(id, createPkce(), { prompt: 'login' }),
        await browser.get(url),
        await browser.submit(url, 'allow'),
        await browser.post(url, { decision: 'allow', csrf: 'x' }),
      ]) {
        expect(locationOf(answer)).toMatch(/^\/login\?/);
        expect(answer.text).toBe('');
      }
      const silent = await browser.authorize(id, createPkce(), { prompt: 'none' });
      expect(redirectParameters(silent)).toMatchObject({ error: 'login_required' });
      expect(new Set(store.writes)).toEqual(new Set(['authorizations.insert']));
      expect(host.asked).toBe(0);
    },
  );

  it('after the page was opened decides nothing with it', async () => {
    const { browser, host, id, store } = await preparedAccount({ sub: 'alice' });
    const { url, csrf } = await openPage(browser, id);
    host.account = null;
    store.forget();
    for (const decision of ['allow', 'deny']) {
      const answer = await browser.post(url, { decision, csrf });
      expect(locationOf(answer)).toMatch(/^\/login\?return_to=/);
    }
    expect(store.writes).toEqual([]);
  });

  it('is for the host to say at the login: whether somebody is active is asked at refreshes', async () => {
    const { app, browser, host, id } = await preparedAccount({ sub: 'alice' });
    const pkce = createPkce();
    const { code = '' } = redirectParameters(await browser.decide('allow', id, pkce));
    expect((await tokenRequest(app, redemption(id, code, pkce))).status).toBe(200);
    expect(host.asked).toBe(0);
  });
});

describe('pages of what went wrong here (CONSENT-13)', () => {
  it('keep out of frames like any other: 500 when the host fails', async () => {
    const { app } = createWatchedApp({
      login: {
        user: () => {
          throw new Error('session store away: hunter2');
        },
      },
    });
    const id = await registeredClientId(app);
    const answer = await new Browser(app).authorize(id, createPkce());
    expect(answer.status).toBe(500);
    expectPage(answer);
    expect(answer.text).not.toMatch(/hunter2|session store|\bat \S+:\d+/);
  });

  it('keep out of frames like any other: 503 when the store is away', async () => {
    const { browser, id, store } = await prepared(true);
    const { url } = await openPage(browser, id);
    store.fail();
    for (const answer of [await browser.get(url), await browser.authorize(id, createPkce())]) {
      expect(answer.status).toBe(503);
      expectPage(answer);
    }
  });
});
