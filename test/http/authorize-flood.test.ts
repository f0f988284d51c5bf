import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
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
import { createWatchedApp, type WatchedApp } from './support/watched-app.ts';

const PENDING = 10_000;
const ARRIVING = 20;
const TTL_MS = 10 * 60_000;

/** Keeps what the endpoint has kept of one request as often as a stranger likes to ask; the ids. */
async function flood({ store }: WatchedApp, request: string): Promise<string[]> {
  const found = await store.authorizations.find(request);
  if (!found) throw new Error('there is nothing to repeat');
  const ids = Array.from({ length: PENDING }, () => randomBytes(16).toString('base64url'));
  for (const grant_id of ids) {
    await store.authorizations.insert({ ...found.pending, grant_id }, TTL_MS);
  }
  return ids;
}

/** Where a login that was just begun leads back to. */
async function begun(browser: Browser, id: string, pkce = createPkce()): Promise<string> {
  const login = new URL(locationOf(await browser.authorize(id, pkce)), ISSUER);
  return login.searchParams.get('return_to') ?? '';
}

describe('authorization requests of strangers who never come back', () => {
  it('keep nobody from logging in, before, during or after them (AUTHZ-30)', async () => {
    const made = createWatchedApp();
    const { app, store, log } = made;
    const [id, other] = [await registeredClientId(app), await registeredClientId(app)];
    const early = { browser: new Browser(app), pkce: createPkce() };
    const earlyUrl = await begun(early.browser, id, early.pkce);
    const { searchParams } = new URL(await begun(new Browser(app), other), ISSUER);
    const ids = await flood(made, searchParams.get('request') ?? '');

    const arrived: number[] = [];
    /** One step of a person, and more strangers at the same time. */
    async function amidArrivals<Value>(step: () => Promise<Value>): Promise<Value> {
      const arrive = async (): Promise<void> => {
        arrived.push((await new Browser(app).authorize(other, createPkce())).status);
      };
      const strangers = Array.from({ length: ARRIVING }, arrive);
      const [value] = await Promise.all([step(), ...strangers]);
      return value;
    }

    const late = { browser: new Browser(app), pkce: createPkce() };
    const lateUrl = await amidArrivals(() => begun(late.browser, id, late.pkce));
    for (const { browser, pkce, url } of [
      { ...early, url: earlyUrl },
      { ...late, url: lateUrl },
    ]) {
      const page = await amidArrivals(() => browser.login('alice').get(url));
      expect(page.status).toBe(200);
      const decided = await amidArrivals(() => browser.submit(url, 'allow'));
      const { code = '' } = redirectParameters(decided);
      const tokens = await amidArrivals(() => tokenRequest(app, redemption(id, code, pkce)));
      expect(tokens).toMatchObject({ status: 200, body: { access_token: expect.any(String) } });
    }
    expect(arrived).toEqual(Array<number>(7 * ARRIVING).fill(302));
    expect(log.at('error')).toEqual([]);
    // They were there all the time.
    for (const grantId of [ids[0], ids.at(-1)]) {
      expect(await store.authorizations.find(grantId ?? '')).toBeDefined();
    }
  });
});
