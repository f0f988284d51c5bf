import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import supertest, { type Response } from 'supertest';
import { atOnce, outcomeOf } from '../support/at-once.ts';
import { refreshRequest, registeredClientId, type At, type Tokens } from '../support/flow.ts';
import { redeemed, SCOPE } from './support/approvals.ts';
import { startRaceBench, type RaceBench } from './support/bench.ts';
import { expectEach, inRounds, ROUNDS } from './support/rounds.ts';

let bench: RaceBench;
let client_id: string;
beforeEach(async () => {
  bench = await startRaceBench();
  client_id = await registeredClientId(bench.instances[0].app, { scope: SCOPE });
});
afterEach(() => bench.close());

const revoke = async (at: At, token: string): Promise<Response> =>
  supertest(at).post('/oauth/revoke').type('form').send({ client_id, token });

const callApi = async (at: At, token: string): Promise<number> =>
  (await supertest(at).get('/oauth/userinfo').auth(token, { type: 'bearer' })).status;

describe('a refresh and a revocation (RFC 7009) at two instances', () => {
  it('leave nothing that works, whichever came first', async () => {
    const { instances } = bench;
    const [{ app: first }, { app: second }] = instances;
    const outcomes = await inRounds(async (round) => {
      const { refresh_token, access_token } = await redeemed(first, { client_id, round });
      // Any token of the grant ends it.
      const token = round % 4 < 2 ? refresh_token : access_token;
      const [refreshed, revoked] = await atOnce(
        instances,
        round,
        (at) => refreshRequest(at, client_id, refresh_token),
        (at) => revoke(at, token),
      );
      const got = refreshed.body as Partial<Tokens>;
      const ends = await Promise.all([
        refreshRequest(second, client_id, got.refresh_token ?? refresh_token).then(outcomeOf),
        refreshRequest(first, client_id, refresh_token).then(outcomeOf),
        callApi(first, got.access_token ?? access_token),
        callApi(second, access_token),
      ]);
      return [outcomeOf(refreshed), revoked.status, ...ends].join(', ');
    });
    const end = '200, 400 invalid_grant, 400 invalid_grant, 401, 401';
    expectEach(outcomes, [`tokens, ${end}`, `400 invalid_grant, ${end}`]);
    expect(await bench.kinds()).not.toHaveProperty('grant');
    expect(bench.events()).toEqual({
      'client.registered': 1,
      'grant.created': ROUNDS,
      'grant.revoked': ROUNDS,
    });
  });
});
