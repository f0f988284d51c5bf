import { describe, expect, it } from '@jest/globals';
import { BENCHES, SENTINEL } from './support/benches.ts';
import { FAULTS } from './support/faults.ts';
import { wrongOutcomes } from './support/outcomes.ts';
import { startRun } from './support/run.ts';

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
