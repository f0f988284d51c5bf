import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MAX_GRANTS_PER_SUBJECT, type GrantRecord } from '../../lib/storage/store.ts';
import { surplusGrants } from '../../lib/storage/surplus-grants.ts';
import { runs } from './runs.ts';

/** How many of each client there are, some of them more than may be: an older server allowed it. */
const counts = fc.array(fc.integer({ min: 0, max: 90 }), { minLength: 1, maxLength: 12 });

/** Mixed, in the order of their ends, which their ids tell. */
function grantsOf(clients: readonly number[], seed: number): GrantRecord[] {
  const ids = clients.flatMap((count, client) => Array<string>(count).fill(`client-${client}`));
  const mixed = ids.map((client_id, nth) => ({ client_id, at: (nth * seed) % 7919 }));
  return mixed
    .sort((one, other) => one.at - other.at)
    .map(({ client_id }, nth) => ({ client_id, grant_id: String(nth) }) as GrantRecord);
}

function countOf(grants: readonly GrantRecord[], client: string): number {
  return grants.filter(({ client_id }) => client_id === client).length;
}

describe('the grants that make room for one more', () => {
  it('are as many as are too many, and the even share of a client is its own', () => {
    fc.assert(
      fc.property(counts, fc.nat(12), fc.integer({ min: 1, max: 7918 }), (clients, nth, seed) => {
        const others = grantsOf(clients, seed);
        const clientId = `client-${nth}`;
        const surplus = surplusGrants(others, clientId);
        const left = others.filter((grant) => !surplus.includes(grant));
        expect(left.length).toBe(Math.min(others.length, MAX_GRANTS_PER_SUBJECT - 1));
        expect(new Set(surplus).size).toBe(surplus.length);

        const all = [...new Set([clientId, ...others.map(({ client_id }) => client_id)])];
        const after = (client: string): number =>
          countOf(left, client) + (client === clientId ? 1 : 0);
        const most = Math.max(...all.map(after));
        const share = Math.floor(MAX_GRANTS_PER_SUBJECT / all.length);
        for (const client of all) {
          const ofClient = others.filter(({ client_id }) => client_id === client);
          const lost = countOf(surplus, client);
          if (lost === 0) continue;
          // Nobody who lost has less than others have still, but for the one that was taken last.
          expect(after(client)).toBeGreaterThanOrEqual(Math.max(most - 1, share));
          // Those that would have ended first.
          expect(ofClient.slice(0, lost).every((grant) => surplus.includes(grant))).toBe(true);
        }
      }),
      runs(200),
    );
  });
});
