import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Response } from 'supertest';
import { atOnce, outcomeOf } from '../support/at-once.ts';
import { refreshRequest, registeredClientId, type At, type Tokens } from '../support/flow.ts';
import { redeemed, SCOPE, type Held } from './support/approvals.ts';
import { startRaceBench, type RaceBench } from './support/bench.ts';
import { expectEach, inRounds, ROUNDS, tally } from './support/rounds.ts';

/** Past the window in which the token before gives the same successor. */
const AFTER_GRACE_MS = 31_000;

let bench: RaceBench;
let client_id: string;
beforeEach(async () => {
  bench = await startRaceBench();
  client_id = await registeredClientId(bench.instances[0].app, { scope: SCOPE });
});
afterEach(() => bench.close());

const tokensOf = ({ body }: Response): Partial<Tokens> => body as Partial<Tokens>;

const refreshWith =
  (token: string | undefined) =>
  (at: At): Promise<Response> =>
    refreshRequest(at, client_id, token);

describe('two refreshes at two instances', () => {
  it('get one successor within the window, and after it the older token ends the grant', async () => {
    const { instances, clock, store } = bench;
    const [{ app: first }, { app: second }] = instances;
    const held: Held[] = [];
    const successors: string[] = [];
    const within = await inRounds(async (round) => {
      const { refresh_token, ...more } = await redeemed(first, { client_id, round });
      held[round] = { refresh_token, ...more };
      const refresh = refreshWith(refresh_token);
      const both = await atOnce(instances, round, refresh, refresh);
      const [one, other] = both.map(tokensOf);
      successors[round] = one?.refresh_token ?? '';
      const isSame = one?.refresh_token === other?.refresh_token;
      const isFresh = one?.access_token !== other?.access_token;
      return [...both.map(outcomeOf), isSame && isFresh ? 'one successor' : 'two'].join(', ');
    });
    expect(tally(within)).toEqual({ 'tokens, tokens, one successor': ROUNDS });
    // Rotated once, however many asked.
    const grants = await Promise.all(held.map(({ grant_id }) => store.grants.find(grant_id)));
    const generations = grants.map((grant) => String(grant?.generation));
    expect(tally(generations)).toEqual({ 2: ROUNDS });
    expect(await bench.wrong()).toEqual([]);
    expect(bench.events()).toMatchObject({ 'grant.created': ROUNDS });

    clock.advance(AFTER_GRACE_MS);
    const after = await inRounds(async (round) => {
      const reuse = refreshWith(held[round]?.refresh_token);
      const refresh = refreshWith(successors[round]);
      const [refreshed, reused] = await atOnce(instances, round, refresh, reuse);
      const last = tokensOf(refreshed).refresh_token ?? successors[round];
      const dead = await Promise.all([refreshWith(last)(first), refreshWith(last)(second)]);
      return [refreshed, reused, ...dead].map(outcomeOf).join(', ');
    });
    const refused = '400 invalid_grant';
    expectEach(
      after,
      ['tokens', refused].map((one) => [one, refused, refused, refused].join(', ')),
    );
    expect(bench.events()).toMatchObject({ 'refresh.reused': ROUNDS });
    expect(await bench.kinds()).not.toHaveProperty('grant');
  });
});
