import { describe, expect, it } from '@jest/globals';
import {
  Browser,
  createPkce,
  obtainCode,
  obtainTokens,
  redemption,
  redirectParameters,
  refreshRequest,
  registeredClientId,
  tokenRequest,
} from '../support/flow.ts';
import { openPage } from './support/consent.ts';
import { expectApiError, expectPage, readable } from './support/expect.ts';
import { createTwoApps } from './support/watched-app.ts';

const [A, B, C] = ['a', 'b', 'c'].map((letter) => letter.repeat(40)) as [string, string, string];

/** What the first writes, the second reads. */
const ROTATIONS = [
  { name: 'a,b -> b,a', from: [A, B], to: [B, A] },
  { name: 'b,a -> a,b', from: [B, A], to: [A, B] },
  { name: 'a -> b,a', from: [A], to: [B, A] },
  { name: 'a,b -> c,b,a', from: [A, B], to: [C, B, A] },
];

function instances(from: readonly string[], to: readonly string[]) {
  return createTwoApps({ options: { secret: from } }, { options: { secret: to } });
}

describe.each(ROTATIONS)('while secrets are rotated ($name)', ({ from, to }) => {
  it.each(['allow', 'deny'] as const)(
    'a page of one instance is answered with %s at the other',
    async (decision) => {
      const { first, second } = instances(from, to);
      const id = await registeredClientId(first.app);
      const browser = new Browser(first.app, 'alice');
      const { url, csrf } = await openPage(browser, id);
      const answer = await browser.at(second.app).post(url, { decision, csrf });
      expect(answer.status).toBe(303);
      expect(redirectParameters(answer)).toHaveProperty(decision === 'allow' ? 'code' : 'error');
    },
  );

  it('a code of one instance is redeemed at the other', async () => {
    const { first, second } = instances(from, to);
    const id = await registeredClientId(first.app);
    const pkce = createPkce();
    const code = await obtainCode(first.app, id, pkce);
    expect((await tokenRequest(second.app, redemption(id, code, pkce))).status).toBe(200);
  });

  it('a refresh token of one instance is rotated at the other', async () => {
    const { first, second } = instances(from, to);
    const { client_id, refresh_token } = await obtainTokens(first.app, 'openid offline_access');
    const { body } = await refreshRequest(second.app, client_id, refresh_token);
    expect(body).toHaveProperty('refresh_token', expect.stringMatching(/\.2\./));
  });
});

describe('with a secret that the other does not know', () => {
  it('a page of one instance decides nothing at the other', async () => {
    const { first, second, store } = instances([A], [C]);
    const id = await registeredClientId(first.app);
    const browser = new Browser(first.app, 'alice');
    const { url, csrf } = await openPage(browser, id);
    store.forget();
    for (const decision of ['allow', 'deny']) {
      const answer = await browser.at(second.app).post(url, { decision, csrf });
      expect(answer.status).toBe(403);
      expectPage(answer);
      expect(readable(answer.text)).toContain('Please look again');
    }
    expect(store.writes).toEqual([]);
    expect((await browser.post(url, { decision: 'allow', csrf })).status).toBe(303);
  });

  it('a code of one instance is nothing to the other, and stays good', async () => {
    const { first, second } = instances([A], [C]);
    const id = await registeredClientId(first.app);
    const pkce = createPkce();
    const form = redemption(id, await obtainCode(first.app, id, pkce), pkce);
    expectApiError(await tokenRequest(second.app, form), 400, 'invalid_grant');
    expect((await tokenRequest(first.app, form)).status).toBe(200);
  });

  it('a refresh token of one instance is nothing to the other, and stays good', async () => {
    const { first, second } = instances([A], [C]);
    const { client_id, refresh_token } = await obtainTokens(first.app, 'openid offline_access');
    const refused = await refreshRequest(second.app, client_id, refresh_token);
    expectApiError(refused, 400, 'invalid_grant');
    expect((await refreshRequest(first.app, client_id, refresh_token)).status).toBe(200);
  });

  it('a secret that was taken out reads no more', async () => {
    const { first, second } = instances([A, B], [B]);
    const id = await registeredClientId(first.app);
    const pkce = createPkce();
    const form = redemption(id, await obtainCode(first.app, id, pkce), pkce);
    expectApiError(await tokenRequest(second.app, form), 400, 'invalid_grant');
  });
});
