import { describe, expect, it } from '@jest/globals';
import { StoreUnavailableError, type Store } from '../../lib/storage/store.ts';
import { createTestApp } from '../support/app.ts';
import { createClock } from '../support/clock.ts';
import {
  Browser,
  consentForm,
  createPkce,
  redemption,
  redirectParameters,
  registeredClientId,
  tokenRequest,
} from '../support/flow.ts';
import { openPage } from './support/consent.ts';
import { expectPage, readable, returnLink } from './support/expect.ts';
import { createWatchedStore } from './support/watched-app.ts';

const ANSWERED = 'This request has been answered';

/** A consent page of alice, whose allow is done and its answer lost on the way back. */
async function lostAllow() {
  const clock = createClock();
  const store = createWatchedStore(clock);
  const inner = store.authorizations;
  let loses = true;
  const lossy: Store = {
    ...store,
    authorizations: {
      insert: (...given) => inner.insert(...given),
      find: (...given) => inner.find(...given),
      beginLogin: (...given) => inner.beginLogin(...given),
      takeLogin: (...given) => inner.takeLogin(...given),
      completeLogin: (...given) => inner.completeLogin(...given),
      deny: (...given) => inner.deny(...given),
      async allow(...given) {
        const outcome = await inner.allow(...given);
        if (loses) throw new StoreUnavailableError('the store is unavailable (lost)');
        return outcome;
      },
    },
  };
  const { app } = createTestApp({ clock, options: { store: lossy } });
  const id = await registeredClientId(app);
  const pkce = createPkce();
  const browser = new Browser(app, 'alice');
  const { url, csrf } = await openPage(browser, id, pkce);
  const grantId = new URLSearchParams(url.split('?')[1]).get('request') ?? '';
  const lost = await browser.post(url, { decision: 'allow', csrf });
  loses = false;
  return { app, store, clock, id, pkce, browser, url, csrf, grantId, lost };
}

describe('an allow whose answer was lost', () => {
  it('is a page of 503 that offers to try again', async () => {
    const { store, grantId, lost, url } = await lostAllow();
    expect(lost.status).toBe(503);
    expectPage(lost);
    expect(returnLink(lost.text)).toEqual({ href: url, text: 'Try again' });
    expect(await store.grants.find(grantId)).toMatchObject({ subject: 'alice' });
  });

  it('shows the page again, with a form that works', async () => {
    const { browser, url, csrf, grantId } = await lostAllow();
    const page = await browser.get(url);
    expect(page.status).toBe(200);
    expect(consentForm(page.text)).toEqual({ action: url, csrf });
    const { code = '' } = redirectParameters(await browser.submit(url, 'allow'));
    expect(code.split('.')[0]).toBe(grantId);
  });

  it('can be sent again and again for the same code, until it is redeemed', async () => {
    const { app, browser, url, csrf, id, pkce, store, grantId } = await lostAllow();
    const grant = await store.grants.find(grantId);
    const codes: unknown[] = [];
    for (let times = 0; times < 3; times += 1) {
      codes.push(redirectParameters(await browser.post(url, { decision: 'allow', csrf }))['code']);
    }
    expect(new Set(codes).size).toBe(1);
    expect(await store.grants.find(grantId)).toEqual(grant);
    const redeemed = await tokenRequest(app, redemption(id, String(codes[0]), pkce));
    expect(redeemed.status).toBe(200);
    for (const answer of [
      await browser.get(url),
      await browser.post(url, { decision: 'allow', csrf }),
      await browser.post(url, { decision: 'deny', csrf }),
    ]) {
      expect(answer.status).toBe(400);
      expect(readable(answer.text)).toContain(ANSWERED);
    }
  });

  it('cannot be turned into a denial', async () => {
    const { browser, url, csrf, store, grantId } = await lostAllow();
    const answer = await browser.post(url, { decision: 'deny', csrf });
    expect(answer.status).toBe(400);
    expect(readable(answer.text)).toContain(ANSWERED);
    expect(await store.grants.find(grantId)).toMatchObject({ subject: 'alice' });
    const again = await browser.post(url, { decision: 'allow', csrf });
    expect(redirectParameters(again)).toHaveProperty('code');
  });

  it('is not repeated by somebody else at the same browser', async () => {
    const { browser, url, csrf } = await lostAllow();
    browser.login('bob');
    const page = await browser.get(url);
    expect(page.status).toBe(400);
    expect(readable(page.text)).toContain(ANSWERED);
    expect(consentForm(page.text).csrf).toBe('');
    expect((await browser.post(url, { decision: 'allow', csrf })).status).toBe(403);
  });

  it('is not repeated by another browser', async () => {
    const { app, url, csrf } = await lostAllow();
    const other = new Browser(app, 'alice');
    expect((await other.get(url)).status).toBe(400);
    expect((await other.post(url, { decision: 'allow', csrf })).status).toBe(400);
  });

  it('is over with the request', async () => {
    const { browser, url, csrf, clock } = await lostAllow();
    clock.advance(10 * 60_000);
    expect((await browser.get(url)).status).toBe(400);
    expect((await browser.post(url, { decision: 'allow', csrf })).status).toBe(400);
  });
});
