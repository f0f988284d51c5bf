import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { setTimeout as wait } from 'node:timers/promises';
import { RedisStore } from '../../lib/storage/redis/redis-store.ts';
import { info } from '../support/redis-ask.ts';
import { recovered } from '../support/redis-bench.ts';
import type { RedisProxy } from '../support/redis-proxy.ts';
import type { FaultBench } from './support/bench.ts';
import { STANDALONE } from './support/benches.ts';
import { examine } from './support/examination.ts';
import { createHttpClient } from './support/http-client.ts';
import { startInstance, type Instance } from './support/instances.ts';
import { judge } from './support/ledger.ts';
import { STATEFUL, type StatefulEndpoint } from './support/record.ts';
import { createRecorder, type Recorder } from './support/recorder.ts';
import { createStallMeter } from '../support/stalls.ts';
import { Story } from './support/story.ts';

const REFUSALS = [
  'OOM command not allowed when used memory > maxmemory.',
  "READONLY You can't write against a read only replica.",
  'LOADING Redis is loading the dataset in memory',
  'NOREPLICAS Not enough good replicas to write.',
  'MISCONF Redis is configured to save RDB snapshots, but it is currently unable to.',
  'BUSY Redis is busy running a script.',
  'NOAUTH Authentication required.',
  'ERR something that nobody has heard of',
];

let bench: FaultBench;
let proxy: RedisProxy;
let behindProxy: RedisStore;
let met: Instance;
let healthy: Instance;
let recorder: Recorder;
const http = createHttpClient();
const stalls = createStallMeter();

beforeEach(async () => {
  bench = await STANDALONE.start();
  const [server] = bench.nodes;
  if (!bench.proxy || !server) throw new Error('one server with a proxy is needed');
  proxy = bench.proxy;
  behindProxy = bench.createStore();
  met = await startInstance('A', behindProxy);
  const direct = { url: `redis://127.0.0.1:${server.port}`, prefix: bench.prefix };
  healthy = await startInstance('B', new RedisStore(direct));
  recorder = createRecorder(http, stalls);
  // Redis knows every script from here on.
  const story = new Story(recorder);
  for (let steps = 0; steps <= STATEFUL.length; steps += 1) await story.attempt(met);
});
afterEach(async () => {
  await met.close();
  await healthy.close();
  await bench.close();
});

async function storyAt(endpoint: StatefulEndpoint): Promise<Story> {
  const story = new Story(recorder);
  while (story.next !== endpoint) await story.attempt(healthy);
  await recovered(behindProxy);
  return story;
}

/** How many scripts the server has run. */
async function scriptRuns(): Promise<number> {
  const [server] = bench.nodes;
  if (!server) throw new Error('there is no server');
  const statistics = await info(server, 'commandstats');
  return ['cmdstat_eval', 'cmdstat_evalsha'].reduce((sum, name) => {
    return sum + Number(/calls=(\d+)/.exec(statistics[name] ?? '')?.[1] ?? 0);
  }, 0);
}

/**
 * Makes a request once for each of its commands, and something happens to that command; then the
 * client goes on as it should. Returns what was answered first, and what the client had to do again.
 */
async function eachCommand(
  endpoint: StatefulEndpoint,
  happen: (nth: number) => () => boolean,
): Promise<{ statuses: number[]; runs: number[]; begunAgain: number }> {
  const statuses: number[] = [];
  const runs: number[] = [];
  let begunAgain = 0;
  const from = performance.now();
  for (let nth = 1, happened = true; happened; nth += 1) {
    const story = await storyAt(endpoint);
    const before = await scriptRuns();
    const hasHappened = happen(nth);
    const { status } = await story.attempt(met);
    happened = hasHappened();
    happen(Infinity);
    statuses.push(status);
    runs.push((await scriptRuns()) - before);
    for (let { next } = story; ;) {
      const answer = await story.attempt(met);
      if (answer.status < 400) break;
      if (answer.status === 503) await wait(20);
      else if (story.next !== next) begunAgain += 1;
      next = story.next;
    }
  }
  const until = performance.now();
  recorder.note({ name: endpoint, from, since: from, until, to: until });
  return { statuses, runs, begunAgain };
}

async function violations(): Promise<unknown> {
  const { record } = recorder;
  return judge(record, await examine(record, http, [met, healthy])).violations;
}

describe.each(STATEFUL)('one command of %s', (endpoint) => {
  it('is done once when its answer is lost, and asking again is safe (row 3)', async () => {
    const { statuses, runs, begunAgain } = await eachCommand(endpoint, proxy.loseAnswer);
    const undisturbed = runs.pop() ?? 0;
    expect(statuses.pop()).toBeLessThan(400);
    expect(statuses.length).toBeGreaterThan(0);
    expect(statuses).toEqual(statuses.map(() => 503));
    expect(runs.filter((count) => count > undisturbed)).toEqual([]);
    // The one price there is: the code is spent, and the person starts again.
    expect(begunAgain).toBe(endpoint === 'redeem' ? 1 : 0);
    expect(await violations()).toEqual([]);
  });

  it.each(REFUSALS)(
    'is not done when it is refused, and nothing is lost: %s (row 25)',
    async (error) => {
      const { statuses, begunAgain } = await eachCommand(endpoint, (nth) =>
        proxy.refuse(nth, error),
      );
      expect(statuses.pop()).toBeLessThan(400);
      expect(statuses.length).toBeGreaterThan(0);
      expect(statuses).toEqual(statuses.map(() => 503));
      expect(begunAgain).toBe(0);
      expect(await violations()).toEqual([]);
    },
  );
});
