import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Response } from 'supertest';
import { atOnce, outcomeOf } from '../support/at-once.ts';
import {
  Browser,
  consentForm,
  createPkce,
  locationOf,
  redemption,
  redirectParameters,
  registeredClientId,
  tokenRequest,
  type At,
  type Pkce,
} from '../support/flow.ts';
import { grantOf, SCOPE } from './support/approvals.ts';
import { startRaceBench, type RaceBench } from './support/bench.ts';
import { inRounds, personOf, ROUNDS, tally } from './support/rounds.ts';

let bench: RaceBench;
let client_id: string;
beforeEach(async () => {
  bench = await startRaceBench();
  client_id = await registeredClientId(bench.instances[0].app, { scope: SCOPE });
});
afterEach(() => bench.close());

/** A consent page of the person of this round, and what presses Allow on it at an instance. */
async function openPage(at: At, round: number, pkce: Pkce) {
  const browser = new Browser(at, personOf(round));
  const begun = await browser.authorize(client_id, pkce, { scope: SCOPE });
  const { action, csrf } = consentForm((await browser.get(locationOf(begun))).text);
  return (elsewhere: At) => browser.at(elsewhere).post(action, { decision: 'allow', csrf });
}

const codeIn = (answer: Response): string | undefined =>
  answer.status === 303 ? redirectParameters(answer)['code'] : undefined;

describe('a consent page that is submitted twice, at two instances', () => {
  it('gives one code, which is good once, and the person has one grant', async () => {
    const { instances } = bench;
    const outcomes = await inRounds(async (round) => {
      const pkce = createPkce();
      const press = await openPage(instances[round % 2]!.app, round, pkce);
      const pressed = await atOnce(instances, round, press, press);
      const [code = '', same] = pressed.map(codeIn);
      const redeem = (at: At) => tokenRequest(at, redemption(client_id, code, pkce));
      const redeemed = await atOnce(instances, round, redeem, redeem);
      const listed = await instances[0].server.grants.list({ subject: personOf(round) });
      const isThat = listed.length === 1 && listed[0]?.grantId === grantOf(code);
      return [
        ...pressed.map(({ status }) => status),
        code === same ? 'one code' : 'two codes',
        ...redeemed.map(outcomeOf).sort(),
        isThat ? 'one grant' : `${String(listed.length)} grants`,
      ].join(', ');
    });
    expect(tally(outcomes)).toEqual({
      '303, 303, one code, 400 invalid_grant, tokens, one grant': ROUNDS,
    });
    expect(await bench.kinds()).toEqual({
      authz: ROUNDS,
      grant: ROUNDS,
      'subject grants': ROUNDS,
      client: 1,
      'clients used': 1,
    });
    expect(await bench.wrong()).toEqual([]);
  });
});
