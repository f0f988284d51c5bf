import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { setTimeout as wait } from 'node:timers/promises';
import { SIGNING_KEY } from '../support/deployment.ts';
import type { FaultBench } from './support/bench.ts';
import { STANDALONE } from './support/benches.ts';
import { startChildInstance, type ChildInstance } from './support/child-instance.ts';
import { createRandom } from './support/random.ts';
import { startRun, type Run } from './support/run.ts';

/** As many kills as fit into it, of each instance; on a machine that is busy it takes longer for the least. */
const KILLING_MS = 30_000;
const LEAST_KILLS = 5;

let bench: FaultBench;
let children: ChildInstance[];
let run: Run;

beforeEach(async () => {
  bench = await STANDALONE.start();
  const { prefix, proxy } = bench;
  const order = { prefix, url: proxy?.url ?? '', signingKey: SIGNING_KEY };
  children = await Promise.all(
    ['A', 'B', 'C'].map((name) => startChildInstance({ ...order, name })),
  );
  run = await startRun(bench, { targets: children });
});
afterEach(async () => {
  await run.close();
  await Promise.all(children.map((child) => child.kill()));
  await bench.close();
});

describe('an instance', () => {
  it('may be killed at any point: what is left is whole, and nothing stays locked (row 17)', async () => {
    const random = createRandom(17);
    const until = performance.now() + KILLING_MS;
    const killing = async (doomed: ChildInstance): Promise<number> => {
      const { name: instance } = doomed;
      let kills = 0;
      for (; performance.now() < until || kills < LEAST_KILLS; kills += 1) {
        await wait(random.between(50, 900));
        const from = performance.now();
        await doomed.kill();
        await doomed.start();
        const to = performance.now();
        run.recorder.note({ name: 'killed', instance, from, since: from, until: to, to });
      }
      return kills;
    };
    // Each at its own pace, sometimes both at once; the third is there all the time.
    const kills = await Promise.all(children.slice(0, 2).map(killing));
    const { record, ledger } = await run.finish();
    const unanswered = record.entries.filter(({ status }) => status === 0);
    expect(Math.min(...kills)).toBeGreaterThanOrEqual(LEAST_KILLS);
    expect(unanswered.length).toBeGreaterThan(2 * LEAST_KILLS);
    expect(ledger.violations).toEqual([]);
  });

  it('may stand still and go on: late, but with nothing done twice (row 26)', async () => {
    const [stopped] = children;
    if (!stopped) throw new Error('an instance is needed');
    for (const ms of [300, 1_500, 4_000]) {
      await wait(500);
      const from = performance.now();
      stopped.pause();
      await wait(ms);
      stopped.resume();
      // What had piled up before it is answered first.
      await wait(500);
      const to = performance.now();
      run.recorder.note({ name: 'stopped', instance: 'A', from, since: from, until: to, to });
    }
    const { record, ledger } = await run.finish();
    expect(record.entries.some(({ endedAt, startedAt }) => endedAt - startedAt > 2_000)).toBe(true);
    expect(ledger.violations).toEqual([]);
  });
});
