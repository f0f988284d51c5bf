import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { setTimeout as wait } from 'node:timers/promises';
import { SIGNING_KEY } from '../support/deployment.ts';
import type { FaultBench } from './support/bench.ts';
import { STANDALONE } from './support/benches.ts';
import { startChildInstance, type ChildInstance } from './support/child-instance.ts';
import { createRandom } from './support/random.ts';
import { startRun, type Run } from './support/run.ts';

const KILLS = 12;

let bench: FaultBench;
let children: ChildInstance[];
let run: Run;

beforeEach(async () => {
  bench = await STANDALONE.start();
  const { prefix, proxy } = bench;
  const order = { prefix, url: proxy?.url ?? '', signingKey: SIGNING_KEY };
  children = await Promise.all(['A', 'B'].map((name) => startChildInstance({ ...order, name })));
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
    const [doomed] = children;
    if (!doomed) throw new Error('an instance is needed');
    for (let kills = 0; kills < KILLS; kills += 1) {
      await wait(random.between(100, 900));
      const from = performance.now();
      await doomed.kill();
      await doomed.start();
      const to = performance.now();
      run.recorder.note({ name: 'killed', instance: 'A', from, since: from, until: to, to });
    }
    const { record, ledger } = await run.finish();
    const unanswered = record.entries.filter(({ status }) => status === 0);
    expect(unanswered.length).toBeGreaterThan(KILLS);
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
