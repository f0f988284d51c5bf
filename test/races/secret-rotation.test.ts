import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Response } from 'supertest';
import { atOnce, outcomeOf } from '../support/at-once.ts';
import {
  inHeader,
  obtainTokensAs,
  refreshForm,
  tokenRequestAs,
  WEB_REDIRECT_URI,
} from '../support/confidential.ts';
import type { At, Tokens } from '../support/flow.ts';
import { registered, registrationIn, update, type Registration } from '../support/management.ts';
import { SCOPE } from './support/approvals.ts';
import { startRaceBench, type RaceBench } from './support/bench.ts';
import { expectEach, inRounds, ROUNDS, SIDE_BY_SIDE, tally } from './support/rounds.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const WEB = {
  redirect_uris: [WEB_REDIRECT_URI],
  token_endpoint_auth_method: 'client_secret_basic',
  scope: SCOPE,
};

/** A client that changes its secret with each round of its lane. */
interface Client {
  registration: Registration;
  refresh_token: string;
  /** The newest last. */
  readonly secrets: string[];
}

let bench: RaceBench;
let clients: Client[];
beforeEach(async () => {
  bench = await startRaceBench();
  const [{ app }] = bench.instances;
  clients = await Promise.all(
    Array.from({ length: SIDE_BY_SIDE }, async () => {
      const registration = await registered(app, WEB);
      const { client_id, client_secret = '' } = registration;
      const { refresh_token } = await obtainTokensAs(app, { client_id, client_secret });
      return { registration, refresh_token, secrets: [client_secret] };
    }),
  );
});
afterEach(() => bench.close());

/** Refreshes with the secret that is so many before the newest one, and keeps what it gets. */
async function refreshAt(at: At, client: Client, before: number): Promise<Response> {
  const { registration, refresh_token, secrets } = client;
  const client_secret = secrets.at(-1 - before) ?? '';
  const presented = inHeader({ client_id: registration.client_id, client_secret });
  const answer = await tokenRequestAs(at, presented, refreshForm(refresh_token));
  return answer;
}

/** One after another: each refresh is with the token of the one before. */
async function outcomesOf(client: Client, tries: readonly (readonly [At, number])[]) {
  const outcomes: string[] = [];
  for (const [at, before] of tries) {
    const answer = await refreshAt(at, client, before);
    keep(client, answer);
    outcomes.push(outcomeOf(answer));
  }
  return outcomes;
}

function keep(client: Client, { status, body }: Response): void {
  if (status === 200) client.refresh_token = (body as Tokens).refresh_token ?? '';
}

describe('a secret that takes the place of another while one refreshes, at two instances', () => {
  it('counts from then on with the one before it, and with no other', async () => {
    const { instances, clock } = bench;
    const [{ app: first }, { app: second }] = instances;
    const outcomes = await inRounds(async (_round, lane) => {
      const client = clients[lane]!;
      const turn = client.secrets.length;
      // The first rotation: there is none yet that ends with another.
      if (turn === 1) await rotate(client, first);
      const [rotated, [stale, current]] = await atOnce(
        instances,
        turn,
        (at) => update(at, client.registration, WEB),
        (at) => Promise.all([refreshAt(at, client, 1), refreshAt(at, client, 0)]),
      );
      keep(client, current);
      take(client, rotated);
      // Now the three newest are: the one that was stale, the one that counts until tomorrow, the new one.
      const now = await outcomesOf(client, [
        [first, 2],
        [second, 2],
        [first, 1],
        [second, 0],
      ]);
      return [rotated.status, outcomeOf(stale), outcomeOf(current), ...now].join(', ');
    });
    const unknown = '401 invalid_client';
    const now = `tokens, ${unknown}, ${unknown}, tokens, tokens`;
    expectEach(outcomes, [`200, tokens, ${now}`, `200, ${unknown}, ${now}`]);
    expect(clients.flatMap(({ secrets }) => secrets)).toHaveLength(ROUNDS + 2 * SIDE_BY_SIDE);
    expect(new Set(clients.flatMap(({ secrets }) => secrets)).size).toBe(ROUNDS + 2 * SIDE_BY_SIDE);

    clock.advance(DAY_MS);
    const tomorrow = await Promise.all(
      clients.map((client) =>
        outcomesOf(client, [
          [first, 1],
          [second, 0],
        ]),
      ),
    );
    expect(tally(tomorrow.flat())).toEqual({ [unknown]: SIDE_BY_SIDE, tokens: SIDE_BY_SIDE });
    expect(await bench.kinds()).toMatchObject({ client: SIDE_BY_SIDE, grant: SIDE_BY_SIDE });
    expect(await bench.wrong()).toEqual([]);
  });
});

async function rotate(client: Client, at: At): Promise<void> {
  take(client, await update(at, client.registration, WEB));
}

function take(client: Client, answer: Response): void {
  client.registration = registrationIn(answer);
  client.secrets.push(client.registration.client_secret ?? '');
}
