import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Response } from 'supertest';
import type { TestApp } from '../support/app.ts';
import { atOnce, inEachRound, outcomeOf, ROUNDS, type Instances } from '../support/at-once.ts';
import { createDeployment, type TestDeployment } from '../support/deployment.ts';
import {
  Browser,
  consentForm,
  createPkce,
  locationOf,
  redemption,
  redirectParameters,
  registeredClientId,
  tokenRequest,
  type Pkce,
} from '../support/flow.ts';
import { STORE_KINDS } from '../support/stores.ts';

const SCOPE = 'openid offline_access';

describe.each(STORE_KINDS)(
  'a page that is answered at two instances at once ($kind)',
  (storeKind) => {
    let deployment: TestDeployment;
    let instances: Instances;
    let client_id: string;

    beforeEach(async () => {
      deployment = createDeployment(storeKind);
      instances = [deployment.start(), deployment.start()];
      client_id = await registeredClientId(instances[0].app, { scope: SCOPE });
    });
    afterEach(async () => {
      await deployment.close();
    });

    const headingOf = ({ text }: Response): string | undefined => /<h1>([^<]+)/.exec(text)?.[1];

    /** A consent page that the person has before them in two tabs. */
    async function openPage(pkce: Pkce) {
      const browser = new Browser(instances[0].app, 'alice');
      const begun = await browser.authorize(client_id, pkce, { scope: SCOPE });
      const form = consentForm((await browser.get(locationOf(begun))).text);
      return (decision: 'allow' | 'deny') => (at: TestApp['app']) =>
        browser.at(at).post(form.action, { decision, csrf: form.csrf });
    }

    it('two allows of one page give one code, which is good once (RACE-08)', async () => {
      const outcomes = await inEachRound(async (round) => {
        const pkce = createPkce();
        const press = await openPage(pkce);
        const allowed = await atOnce(instances, round, press('allow'), press('allow'));
        const [code, same] = allowed.map((answer) => redirectParameters(answer)['code'] ?? '');
        const redeem = (at: TestApp['app']): Promise<Response> =>
          tokenRequest(at, redemption(client_id, code ?? '', pkce));
        const redeemed = await atOnce(instances, round, redeem, redeem);
        return [code !== '' && code === same, ...redeemed.map(outcomeOf).sort()];
      });
      expect(outcomes).toEqual(ROUNDS.map(() => [true, '400 invalid_grant', 'tokens']));
    });

    it('an allow and a denial of one page are one of the two (RACE-08)', async () => {
      const outcomes = await inEachRound(async (round) => {
        const pkce = createPkce();
        const press = await openPage(pkce);
        const [allowed, denied] = await atOnce(instances, round, press('allow'), press('deny'));
        const code = allowed.status === 303 ? redirectParameters(allowed)['code'] : undefined;
        const error = denied.status === 303 ? redirectParameters(denied)['error'] : undefined;
        if (code === undefined) return [error, headingOf(allowed)];
        const redeemed = await tokenRequest(instances[0].app, redemption(client_id, code, pkce));
        return [error ?? outcomeOf(redeemed), headingOf(denied)];
      });
      for (const outcome of outcomes) {
        expect([
          ['tokens', 'This request has been answered'],
          ['access_denied', 'This request has been answered'],
        ]).toContainEqual(outcome);
      }
    });
  },
);
