import { describe, expect, it } from '@jest/globals';
import { BENCHES, SENTINEL } from './support/benches.ts';
import { FAULTS, type Fault } from './support/faults.ts';
import {
  STATEFUL,
  WRITING,
  type Entry,
  type FaultSpan,
  type TrafficRecord,
} from './support/record.ts';
import { startRun } from './support/run.ts';
import { isIn, slotsAskedBy } from './support/slots.ts';

/** Of requests in a few seconds: enough to see what befalls them. */
const SOME = 15;

describe.each(BENCHES)('under load on $name', (kind) => {
  it.each(FAULTS.filter(({ on }) => on.includes(kind.name)))(
    'nothing is lost, doubled or late while $name (row $row)',
    async (fault) => {
      const bench = await kind.start();
      const run = await startRun(bench);
      try {
        const span = await run.during(fault);
        const { record, ledger } = await run.finish();
        expect(ledger.violations).toEqual([]);
        expect(wrongOutcomes(fault, span, record)).toEqual([]);
        if (!fault.loses) expect(ledger.excused).toBeLessThan(10);
      } finally {
        await run.close();
        await bench.close();
      }
    },
  );
});

describe('failovers one after another, under load on sentinel', () => {
  it('leave every instance connected to whoever is the master (rows 7, 10)', async () => {
    const bench = await SENTINEL.start();
    const run = await startRun(bench);
    try {
      const failovers = FAULTS.filter(
        ({ on, row }) => on.includes(bench.name) && ['7', '10'].includes(row),
      );
      expect(failovers.length).toBeGreaterThan(1);
      for (const fault of [...failovers, ...failovers]) await run.during(fault);
      expect((await run.finish()).ledger.violations).toEqual([]);
    } finally {
      await run.close();
      await bench.close();
    }
  });
});

/** Outcomes that do not fit a fault: it did not stop what it stops, or more than that. */
function wrongOutcomes(
  { stops }: Fault,
  { since, until, slots }: FaultSpan,
  { entries }: TrafficRecord,
): string[] {
  const during = entries.filter(({ startedAt, endedAt }) => startedAt >= since && endedAt <= until);
  const stopped = stops === 'everything' ? STATEFUL : WRITING;
  const wrong = (['A', 'B'] as const).flatMap((instance) =>
    stopped.flatMap((endpoint) => {
      const asked = during.filter(
        (entry) => entry.endpoint === endpoint && entry.instance === instance && entry.isRight,
      );
      const works = ({ status }: Entry): boolean => status !== 503;
      if (stops === 'some' || stops === 'perhaps') return [];
      if (asked.length === 0) return [`${endpoint} at ${instance} was not asked`];
      const isRight = stops === 'nothing' ? asked.every(works) : !asked.some(works);
      return isRight ? [] : [`${endpoint} at ${instance}: ${String(asked.map((e) => e.status))}`];
    }),
  );
  if (stops === 'some' && !during.some(({ status }) => status === 503)) {
    wrong.push('nothing was stopped');
  }
  // Those that were not met are in the ledger; here, that there were some.
  const beside = during.filter((entry) => {
    const asked = slotsAskedBy(entry) ?? [];
    return slots && asked.length > 0 && !asked.some((slot) => isIn(slots, slot));
  });
  if (slots && beside.length < SOME) wrong.push(`${beside.length} requests were about other slots`);
  return wrong;
}
