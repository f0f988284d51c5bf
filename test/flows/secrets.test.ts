import { describe, expect, it } from '@jest/globals';
import { createDeployment } from '../support/deployment.ts';
import {
  Browser,
  consentForm,
  createPkce,
  locationOf,
  redemption,
  redirectParameters,
  refreshRequest,
  registeredClientId,
  tokenRequest,
  type Tokens,
} from '../support/flow.ts';
import { redisContents, secretsIn } from '../support/secrets.ts';
import { STORE_KINDS } from '../support/stores.ts';

const SCOPE = 'openid offline_access';

describe.each(STORE_KINDS)('the secrets of one whole flow ($kind)', (storeKind) => {
  it('are in no log line and in no Redis value, whatever happens to them', async () => {
    const deployment = createDeployment(storeKind);
    const { app, log } = deployment.start();
    const client_id = await registeredClientId(app, { scope: SCOPE });
    const pkce = createPkce();
    const browser = new Browser(app, 'alice');
    const begun = await browser.authorize(client_id, pkce, { scope: SCOPE, nonce: 'n-0S6' });
    const { action, csrf } = consentForm((await browser.get(locationOf(begun))).text);
    const decided = await browser.post(action, { decision: 'allow', csrf });
    const { code = '' } = redirectParameters(decided);

    await tokenRequest(app, redemption(client_id, code, createPkce()));
    const redeemed = (await tokenRequest(app, redemption(client_id, code, pkce))).body as Tokens;
    await tokenRequest(app, redemption(client_id, code, pkce));
    const first = await refreshRequest(app, client_id, redeemed.refresh_token);
    const refreshed = first.body as Tokens;
    deployment.clock.advance(60_000);
    await refreshRequest(app, client_id, redeemed.refresh_token);
    await deployment.close();

    const browserId = /dcr-[0-9a-f]{8}=([^;]+)/.exec(browser.cookie())?.[1] ?? '';
    const secrets = {
      code,
      csrf,
      browserId,
      code_verifier: pkce.code_verifier,
      access_token: redeemed.access_token,
      refresh_token: redeemed.refresh_token ?? '',
      refreshed_access_token: refreshed.access_token,
      successor: refreshed.refresh_token ?? '',
    };
    for (const secret of Object.values(secrets)) expect(secret.length).toBeGreaterThan(40);
    const stored = (await redisContents()).map(([, text]) => text).join('\n');
    const places = { log: log.text(), stored };
    for (const [place, text] of Object.entries(places)) {
      const found = Object.entries(secrets).filter(([, secret]) => text.includes(secret));
      expect({ place, found: found.map(([name]) => name) }).toEqual({ place, found: [] });
    }
    expect(log.entries.length).toBeGreaterThan(5);
  });
});

describe('the search for secrets at the end of every test file', () => {
  it.each([
    { name: 'authorization code', text: `code ${'g'.repeat(22)}.${'m'.repeat(43)} seen` },
    { name: 'refresh token', text: `{"t":"${'g'.repeat(22)}.7.${'m'.repeat(43)}"}` },
    { name: 'signed token', text: 'Bearer eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln' },
    { name: 'code verifier', text: createPkce().code_verifier },
    { name: 'private key', text: '-----BEGIN PRIVATE KEY-----' },
  ])('finds a planted $name', ({ name, text }) => {
    expect(secretsIn([['a place', text]])).toEqual([`${name} in a place`]);
  });
});
