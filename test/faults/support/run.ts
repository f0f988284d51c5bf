/**
 * A run: instances under load, faults in the middle of it, and the ledger at the end.
 *
 * @module
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { FaultBench } from './bench.ts';
import { examine, type Examination } from './examination.ts';
import { createHttpClient } from './http-client.ts';
import type { Fault } from './faults.ts';
import { BEHIND_MS } from './faults/fault.ts';
import { KEPT, startInstance, type Instance } from './instances.ts';
import { judge, RECOVER_WITHIN_MS, type Ledger } from './ledger.ts';
import { startLoad } from './load.ts';
import { createRandom } from './random.ts';
import { STATEFUL, type FaultSpan, type TrafficRecord } from './record.ts';
import { createRecorder, type Recorder, type Target } from './recorder.ts';
import { createStallMeter } from '../../support/stalls.ts';
import { Story } from './story.ts';

export interface Run {
  readonly instances: readonly Instance[];
  readonly recorder: Recorder;
  /** Does something to the servers while the load goes on, and lets it be over again. */
  during(fault: RunFault): Promise<FaultSpan>;
  /** Ends the load, examines what is left and judges. */
  finish(): Promise<{
    readonly record: TrafficRecord;
    readonly examination: Examination;
    readonly ledger: Ledger;
  }>;
  close(): Promise<void>;
}

export type RunFault = Pick<Fault, 'name' | 'ms' | 'loses' | 'inject'>;

export interface RunOptions {
  readonly seed?: number;
  readonly stories?: number;
  /** In place of instances in this process. */
  readonly targets?: readonly Target[];
}

/** Of peace, before what loses the last moments: something is there that must not be lost with them. */
const PEACE_MS = BEHIND_MS + 1_000;
/** What is not over after this long would never be. */
const PATIENCE_MS = 20_000;

export async function startRun(bench: FaultBench, options: RunOptions = {}): Promise<Run> {
  const { seed = 1, stories = 8 } = options;
  const stalls = createStallMeter();
  const http = createHttpClient();
  const recorder = createRecorder(http, stalls);
  const instances = options.targets
    ? []
    : [
        await startInstance('A', bench.createStore(), KEPT),
        await startInstance('B', bench.createStore(), KEPT),
      ];
  const targets = options.targets ?? instances;
  const load = startLoad({ recorder, targets, random: createRandom(seed), stories });
  const peace = wait(PEACE_MS);

  return {
    instances,
    recorder,
    async during({ name, inject, ms, loses }) {
      if (loses) await peace;
      // One story at each of the steps, so that every endpoint is asked at every instance.
      const ready = await readyStories(recorder, targets);
      const from = performance.now();
      const noted: Partial<FaultSpan>[] = [];
      const lift = await inject(bench, (more) => void noted.push(more));
      const since = performance.now();
      await Promise.all(ready.map(({ story, target }) => story.attempt(target)));
      await wait(Math.max(0, ms - (performance.now() - since)));
      const until = performance.now();
      await lift();
      const to = performance.now();
      const times = { name, from, since, until, to };
      const lost = loses && { lost: loses(times) };
      const span: FaultSpan = Object.assign(times, lost, ...noted);
      recorder.note(span);
      await recovered(recorder, ready);
      // What comes late, comes now.
      await wait(Math.max(0, RECOVER_WITHIN_MS / 2 - (performance.now() - to)));
      return span;
    },
    async finish() {
      await load.stop();
      const examination = await examine(recorder.record, http, targets);
      const { record } = recorder;
      return { record, examination, ledger: judge(record, examination) };
    },
    async close() {
      await load.stop();
      http.close();
      stalls.stop();
      await Promise.all(instances.map((instance) => instance.close()));
    },
  };
}

interface Ready {
  readonly story: Story;
  readonly target: Target;
}

/** For each instance and each endpoint, a story that is about to ask it. */
async function readyStories(recorder: Recorder, targets: readonly Target[]): Promise<Ready[]> {
  return Promise.all(
    targets.flatMap((target) =>
      STATEFUL.map(async (endpoint) => {
        const story = new Story(recorder);
        const started = performance.now();
        while (story.next !== endpoint) {
          // What kept it is in the ledger, and the endpoint counts as not asked.
          if (performance.now() - started > PATIENCE_MS) break;
          const { status } = await story.attempt(target);
          if (status === 503) await wait(50);
        }
        return { story, target };
      }),
    ),
  );
}

/** Each of these goes on until it was answered as asked. */
async function recovered(recorder: Recorder, ready: readonly Ready[]): Promise<void> {
  await Promise.all(
    ready.map(async ({ story, target }) => {
      const started = performance.now();
      for (;;) {
        const { status } = await story.attempt(target);
        if (status >= 200 && status < 400) return;
        // The ledger finds what it was answered meanwhile.
        if (performance.now() - started > PATIENCE_MS) return;
        await wait(50);
      }
    }),
  );
}
