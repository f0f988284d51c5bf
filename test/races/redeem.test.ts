import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RedisStore } from '../../lib/storage/redis/redis-store.ts';
import { startChildInstance, type ChildInstance } from '../faults/support/child-instance.ts';
import { wrongInKeys } from '../faults/support/state.ts';
import { atOnce, outcomeOf } from '../support/at-once.ts';
import { SIGNING_KEY } from '../support/deployment.ts';
import {
  refreshRequest,
  registeredClientId,
  tokenRequest,
  type At,
  type Tokens,
} from '../support/flow.ts';
import { randomPrefix, redisUrl } from '../support/redis-url.ts';
import { atKey } from '../support/topology.ts';
import { approved, grantOf, SCOPE } from './support/approvals.ts';
import { inRounds, ROUNDS, tally } from './support/rounds.ts';

let prefix: string;
let store: RedisStore;
let children: readonly [ChildInstance, ChildInstance];

/** In processes of their own: no event loop puts one request after the other. */
beforeEach(async () => {
  prefix = randomPrefix();
  const url = redisUrl();
  store = new RedisStore({ url, prefix });
  const order = { url, prefix, signingKey: SIGNING_KEY };
  children = await Promise.all([
    startChildInstance({ ...order, name: 'A' }),
    startChildInstance({ ...order, name: 'B' }),
  ]);
});
afterEach(async () => {
  await Promise.all(children.map((child) => child.kill()));
  await store.close();
});

describe('two redemptions of one code, at instances in two processes', () => {
  it('give one set of tokens, which keeps working, and one refusal', async () => {
    const [first, second] = children.map(({ origin }) => ({ app: origin }));
    const instances = [first!, second!] as const;
    const client_id = await registeredClientId(instances[0].app, { scope: SCOPE });
    const codes: string[] = [];
    const outcomes = await inRounds(async (round) => {
      const form = await approved(instances[round % 2]!.app, { client_id, round });
      codes[round] = form['code'] ?? '';
      const redeem = (at: At) => tokenRequest(at, form);
      const both = await atOnce(instances, round, redeem, redeem);
      const won = both.find(({ status }) => status === 200);
      const { refresh_token } = Object(won?.body) as Partial<Tokens>;
      const next = await refreshRequest(instances[(round + 1) % 2]!.app, client_id, refresh_token);
      return [...both.map(outcomeOf).sort(), outcomeOf(next)].join(', ');
    });
    expect(tally(outcomes)).toEqual({ '400 invalid_grant, tokens, tokens': ROUNDS });
    const grants = await Promise.all(codes.map((code) => store.grants.find(grantOf(code))));
    expect(tally(grants.map((grant) => String(grant?.generation)))).toEqual({ 2: ROUNDS });
    expect(await atKey((redis) => wrongInKeys(redis, prefix))).toEqual([]);
  });
});
