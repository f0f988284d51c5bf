import { describe, expect, it } from '@jest/globals';
import { ISSUER } from '../support/app.ts';
import {
  Browser,
  createPkce,
  locationOf,
  redirectParameters,
  registeredClientId,
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
