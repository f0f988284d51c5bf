import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Response } from 'supertest';
import { atOnce, outcomeOf } from '../support/at-once.ts';
import { authorizationQuery, Browser, createPkce, refreshRequest } from '../support/flow.ts';
import { manage, registered, update, type Registration } from '../support/management.ts';
import { redeemed, SCOPE } from './support/approvals.ts';
import { startRaceBench, type RaceBench } from './support/bench.ts';
import { expectEach, inRounds, ROUNDS, tally } from './support/rounds.ts';

let bench: RaceBench;
beforeEach(async () => {
  bench = await startRaceBench();
});
afterEach(() => bench.close());

const statusOf = ({ status }: Response): number => status;

/** The registration as the answer has it, or as it was. */
const after = ({ status, body }: Response, before: Registration): Registration =>
  status === 200 ? (body as Registration) : before;

describe('an update and a deletion of one registration (RFC 7592), at two instances', () => {
  it('leave nothing: neither the record, nor what manages it, nor its tokens', async () => {
    const { instances } = bench;
    const [{ app: first }, { app: second }] = instances;
    const outcomes = await inRounds(async (round) => {
      const registration = await registered(first, { scope: SCOPE });
      const { client_id } = registration;
      const { refresh_token } = await redeemed(second, { client_id, round });
      const [updated, deleted] = await atOnce(
        instances,
        round,
        (at) => update(at, registration, { scope: SCOPE, client_name: 'Renamed' }),
        (at) => manage(at, 'delete', registration),
      );
      const ends = await Promise.all([
        manage(first, 'get', after(updated, registration)).then(statusOf),
        manage(second, 'get', registration).then(statusOf),
        refreshRequest(first, client_id, refresh_token).then(outcomeOf),
        refreshRequest(second, client_id, refresh_token).then(outcomeOf),
      ]);
      return [updated.status, deleted.status, ...ends].join(', ');
    });
    const end = '204, 401, 401, 401 invalid_client, 401 invalid_client';
    expectEach(outcomes, [`200, ${end}`, `401, ${end}`]);
    const updates = outcomes.filter((outcome) => outcome.startsWith('200')).length;
    expect(await bench.kinds()).toEqual({
      authz: ROUNDS,
      grant: ROUNDS,
      'subject grants': ROUNDS,
    });
    expect(bench.events()).toEqual({
      'client.registered': ROUNDS,
      'client.updated': updates,
      'client.deleted': ROUNDS,
      'grant.created': ROUNDS,
    });
  });
});

describe('two updates of one registration, at two instances', () => {
  it('leave one of them, whole, and the other one is told so or came before', async () => {
    const { instances } = bench;
    const [{ app: first }] = instances;
    const states = ['one', 'other'].map((name) => ({
      client_name: `The ${name}`,
      redirect_uris: [`https://${name}.example/cb`],
      scope: name === 'one' ? 'openid' : SCOPE,
    }));
    /** Whether the client is answered at the address of this state. */
    const isAt = async (client_id: string, state: number): Promise<boolean> => {
      const query = { redirect_uri: states[state]?.redirect_uris[0], scope: 'openid' };
      const asked = `/oauth/authorize?${authorizationQuery(client_id, createPkce(), query)}`;
      return (await new Browser(first, 'alice').get(asked)).status === 302;
    };
    const outcomes = await inRounds(async (round) => {
      const registration = await registered(first);
      const { client_id } = registration;
      const answers = await atOnce(
        instances,
        round,
        (at) => update(at, registration, states[0]),
        (at) => update(at, registration, states[1]),
      );
      const won = answers.find(({ status }) => status === 200);
      const read = await manage(first, 'get', after(won!, registration));
      const told = answers.filter(({ status }) => status === 200).map(({ body }) => body as object);
      const which = answers.findIndex((answer) => same(answer.body, read.body));
      const reached = [await isAt(client_id, which), await isAt(client_id, 1 - which)];
      return [
        ...answers.map(statusOf).sort(),
        told.some((body) => same(body, read.body)) ? 'whole' : 'mixed',
        ...reached,
      ].join(', ');
    });
    expectEach(outcomes, ['200, 200, whole, true, false', '200, 409, whole, true, false']);
    const losses = outcomes.filter((outcome) => outcome.startsWith('200, 409')).length;
    expect(bench.events()).toEqual({
      'client.registered': ROUNDS,
      'client.updated': 2 * ROUNDS - losses,
    });
    expect(tally(await bench.wrong())).toEqual({});
  });
});

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
