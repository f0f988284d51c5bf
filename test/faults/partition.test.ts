import { describe, expect, it } from '@jest/globals';
import { PERSISTENT } from '../support/redis-server.ts';
import { SENTINEL } from './support/benches.ts';
import { BEHIND_MS } from './support/faults/fault.ts';
import { cutOff } from './support/partition.ts';
import type { Entry } from './support/record.ts';
import { startRun } from './support/run.ts';

describe('a master that is cut off from its replicas and asks for none', () => {
  it('loses all that it still takes, and nothing else, when one of them takes over (row 8)', async () => {
    const bench = await SENTINEL.start([...PERSISTENT, '--appendfsync', 'no']);
    const run = await startRun(bench);
    try {
      const { since, until } = await run.during({
        name: 'a master that asks for no replicas is cut off from them',
        ms: 5_000,
        // In the moments before, too: what was on its way. Afterwards, until the Sentinels tell it.
        loses: (span) => ({ from: span.since - BEHIND_MS, to: span.to }),
        inject: async ({ sentinel }) => {
          if (!sentinel) throw new Error('there are no Sentinels');
          return (await cutOff(sentinel)).promote;
        },
      });
      const { record, examination, ledger } = await run.finish();
      expect(ledger.violations).toEqual([]);
      const isMeanwhile = ({ startedAt, endedAt }: Entry): boolean =>
        startedAt > since && endedAt < until;
      const meanwhile = record.entries.filter(isMeanwhile);
      expect(meanwhile.filter(({ status }) => status === 503)).toEqual([]);
      const given = new Set(
        meanwhile.flatMap(({ endpoint, got }) => (endpoint === 'register' ? [got.client_id] : [])),
      );
      given.delete(undefined);
      const known = examination.clients.filter(({ isKnown }) => isKnown);
      expect(given.size).toBeGreaterThan(10);
      expect(known.filter(({ client_id }) => given.has(client_id))).toEqual([]);
    } finally {
      await run.close();
      await bench.close();
    }
  });
});
