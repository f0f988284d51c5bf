import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { isStoreUnavailable } from '../../lib/storage/store.ts';
import { METADATA, register } from '../support/flow.ts';
import { atOnce } from '../support/at-once.ts';
import { startRaceBench, type RaceBench, type RaceInstance } from './support/bench.ts';
import { inRounds, ROUNDS, SIDE_BY_SIDE, tally } from './support/rounds.ts';

const MAX_UNUSED = 100;
/** The bound is reached within the time that it takes until a newcomer can be put out. */
const BETWEEN_MS = 60_000;

let bench: RaceBench;
beforeEach(async () => {
  bench = await startRaceBench({ maxUnusedClients: MAX_UNUSED });
});
afterEach(() => bench.close());

interface Known {
  readonly client_id: string;
  readonly client_id_issued_at: number;
}

/** Whoever comes too late is told to do it again, which does no harm. */
async function imported({ server }: RaceInstance, client: object): Promise<string> {
  try {
    return (await server.clients.import(client)).outcome;
  } catch (error) {
    if (!isStoreUnavailable(error)) throw error;
    return (await server.clients.import(client)).outcome;
  }
}

describe('an import at two instances, and a registration that puts another one out', () => {
  it('lose neither: all that were imported are there, and the newest that registered', async () => {
    const { instances, clock, store } = bench;
    const known: string[] = [];
    const registrations: Known[] = [];
    const outcomes = await inRounds(async (round) => {
      clock.advance(BETWEEN_MS);
      // Older than all that are there: it would be the first to go.
      const client_id = randomUUID();
      const client = { ...METADATA, client_id, client_id_issued_at: 1_700_000_000 };
      known[round] = client_id;
      const [both, registration] = await atOnce(
        [{ app: instances }, { app: instances }],
        round,
        async ([one, other]) => Promise.all([imported(one, client), imported(other, client)]),
        async (at) => register(at[round % 2 === 0 ? 0 : 1].app),
      );
      registrations[round] = registration.body as Known;
      const isOne = both.includes('imported') && !both.includes('refused');
      return [isOne ? 'imported' : both.join(' and '), registration.status].join(', ');
    });
    expect(tally(outcomes)).toEqual({ 'imported, 201': ROUNDS });

    const clients = await Promise.all(known.map((client_id) => store.clients.find(client_id)));
    expect(tally(clients.map((client) => String(client?.used)))).toEqual({ true: ROUNDS });
    const isThere = await Promise.all(
      registrations.map(async ({ client_id }) => Boolean(await store.clients.find(client_id))),
    );
    const issuedAt = (kept: boolean): number[] =>
      registrations.filter((_, i) => isThere[i] === kept).map((one) => one.client_id_issued_at);
    const kept = issuedAt(true).length;
    expect(await store.clients.count()).toEqual({ used: ROUNDS, unused: kept });
    // An import that is under way counts as one that is not used yet.
    expect(kept).toBeGreaterThanOrEqual(Math.min(ROUNDS, MAX_UNUSED) - SIDE_BY_SIDE);
    expect(kept).toBeLessThanOrEqual(MAX_UNUSED);
    expect(Math.min(...issuedAt(true))).toBeGreaterThanOrEqual(Math.max(...issuedAt(false)));
    expect(await bench.kinds()).toEqual({
      client: ROUNDS + kept,
      'clients used': 1,
      'clients unused': 1,
    });
    expect(await bench.wrong()).toEqual([]);
    expect(bench.events()).toMatchObject({ 'client.registered': ROUNDS });
  });
});
