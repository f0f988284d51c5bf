import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { setTimeout as wait } from 'node:timers/promises';
import { RedisStore } from '../../lib/storage/redis/redis-store.ts';
import { SIGNING_KEY } from '../support/deployment.ts';
import type { RedisProcess } from '../support/redis-process.ts';
import type { FaultBench } from './support/bench.ts';
import { STANDALONE } from './support/benches.ts';
import { startChildInstance, type ChildInstance } from './support/child-instance.ts';
import { examine } from './support/examination.ts';
import { createHttpClient } from './support/http-client.ts';
import { startInstance, type Instance } from './support/instances.ts';
import { judge } from './support/ledger.ts';
import { STATEFUL, type StatefulEndpoint } from './support/record.ts';
import { createRecorder, type Recorder } from './support/recorder.ts';
import { createStallMeter } from '../support/stalls.ts';
import { wrongInState } from './support/state.ts';
import { Story } from './support/story.ts';

let bench: FaultBench;
let server: RedisProcess;
/** A process of its own, behind the proxy. */
let doomed: ChildInstance;
let healthy: Instance;
let recorder: Recorder;
const http = createHttpClient();

beforeEach(async () => {
  bench = await STANDALONE.start();
  const [node] = bench.nodes;
  if (!bench.proxy || !node) throw new Error('one server with a proxy is needed');
  server = node;
  const { prefix, proxy } = bench;
  const direct = new RedisStore({ url: `redis://127.0.0.1:${String(server.port)}`, prefix });
  healthy = await startInstance('B', direct);
  doomed = await startChildInstance({
    name: 'A',
    url: proxy.url,
    prefix,
    signingKey: SIGNING_KEY,
  });
  recorder = createRecorder(http, createStallMeter());
});
afterEach(async () => {
  await doomed.kill();
  await healthy.close();
  await bench.close();
});

/** Up to the request to that endpoint, at the healthy instance. */
async function storyAt(endpoint: StatefulEndpoint): Promise<Story> {
  const story = new Story(recorder);
  while (story.next !== endpoint) await story.attempt(healthy);
  return story;
}

/** The instance has its connection and knows what prefix it is on; Redis knows every script. */
async function warmUp(): Promise<void> {
  const story = new Story(recorder);
  for (let steps = 0; steps <= STATEFUL.length; steps += 1) await story.attempt(doomed);
}

/**
 * Kills the instance when all but the last commands of a request have arrived. Tells whether there
 * was such a command at all.
 */
async function killedAt(story: Story, nth: number): Promise<boolean> {
  const from = performance.now();
  const held = bench.proxy?.hold(nth).then(() => true);
  const answered = story.attempt(doomed);
  const wasHeld = await Promise.race([held, answered.then(() => false)]);
  if (wasHeld === true) {
    await doomed.kill();
    expect((await answered).status).toBe(0);
  }
  void bench.proxy?.hold(Infinity);
  if (wasHeld === true) await doomed.start();
  const to = performance.now();
  recorder.note({ name: 'killed', instance: 'A', from, since: from, until: to, to });
  return wasHeld === true;
}

describe.each(STATEFUL)('an instance that is killed in %s', (endpoint) => {
  it('between any two of its commands leaves what is whole, and the client goes on (FAULT-18)', async () => {
    const kills: { begunAgain: boolean; wrong: string[] }[] = [];
    for (let nth = 1; ; nth += 1) {
      await warmUp();
      const story = await storyAt(endpoint);
      if (!(await killedAt(story, nth))) break;
      const wrong = await wrongInState(server, bench.prefix);
      let begunAgain = false;
      // At the other instance, as a balancer would send it.
      for (let { next } = story; next !== 'refresh' || story.accessToken === ''; { next } = story) {
        const { status } = await story.attempt(healthy);
        if (status === 503) await wait(20);
        begunAgain ||= status >= 400 && status < 500;
      }
      expect((await story.attempt(healthy)).status).toBe(200);
      kills.push({ begunAgain, wrong: [...wrong, ...(await wrongInState(server, bench.prefix))] });
    }
    expect(kills.length).toBeGreaterThan(0);
    expect(kills.flatMap(({ wrong }) => wrong)).toEqual([]);
    // The one price there is: a code that was spent for nobody.
    const prices = kills.filter(({ begunAgain }) => begunAgain).length;
    if (endpoint === 'redeem') expect(prices).toBeGreaterThan(0);
    else expect(prices).toBe(0);
    const { record } = recorder;
    expect(judge(record, await examine(record, http, [doomed, healthy])).violations).toEqual([]);
  });
});
