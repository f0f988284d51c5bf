import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { RedisProcess } from '../support/redis-process.ts';
import type { FaultBench } from './support/bench.ts';
import { STANDALONE } from './support/benches.ts';
import { createHttpClient, type Answer, type HttpClient } from './support/http-client.ts';
import { startInstance, type Instance } from './support/instances.ts';
import { apiRequest } from './support/load.ts';
import { createRecorder, type Recorder } from './support/recorder.ts';
import type { StatefulEndpoint } from './support/record.ts';
import { startRun } from './support/run.ts';
import { createStallMeter, type StallMeter } from '../support/stalls.ts';
import { Story } from './support/story.ts';

const WITHOUT_PERSISTENCE: readonly string[] = [];

let bench: FaultBench;
let server: RedisProcess;
let http: HttpClient;
let stalls: StallMeter;
let recorder: Recorder;
let instance: Instance;

async function start(options?: readonly string[]): Promise<void> {
  bench = await STANDALONE.start(options);
  const [node] = bench.nodes;
  if (!node) throw new Error('there is no server');
  server = node;
  instance = await startInstance('A', bench.createStore());
}
beforeEach(() => {
  http = createHttpClient();
  stalls = createStallMeter();
  recorder = createRecorder(http, stalls);
});
afterEach(async () => {
  http.close();
  stalls.stop();
  await instance.close();
  await bench.close();
});

async function storyAt(endpoint: StatefulEndpoint): Promise<Story> {
  const story = new Story(recorder);
  while (story.next !== endpoint) await story.attempt(instance);
  return story;
}

/** Asks again until there is another answer than 503. */
async function attempt(story: Story): Promise<Answer> {
  for (;;) {
    const answer = await story.attempt(instance);
    if (answer.status !== 503) return answer;
    await wait(50);
  }
}

describe('a server that has lost everything', () => {
  it('makes clients begin again, and those that do are served: the load goes on (rows 12, 14)', async () => {
    await start(WITHOUT_PERSISTENCE);
    const run = await startRun(bench);
    try {
      const span = await run.during({
        name: 'restarted without its data',
        ms: 500,
        loses: ({ to }) => ({ from: -Infinity, to }),
        inject: async () => {
          await server.kill();
          return () => server.restart();
        },
      });
      const { record, ledger } = await run.finish();
      expect(ledger.violations).toEqual([]);
      const after = record.entries.filter(({ startedAt }) => startedAt > span.to);
      expect(after.some((e) => e.error === 'invalid_client' && e.status === 401)).toBe(true);
      expect(after.some((e) => e.endpoint === 'authorize' && e.status === 400)).toBe(true);
      expect(after.some((e) => e.endpoint === 'refresh' && e.status === 200)).toBe(true);
    } finally {
      await run.close();
    }
  });

  it('leaves the keys of the operator as they are (row 14)', async () => {
    await start(WITHOUT_PERSISTENCE);
    const story = await storyAt('refresh');
    await server.kill();
    await server.restart();
    expect((await recorder.send(instance, apiRequest(story.accessToken))).status).toBe(200);
    const { status, text } = await attempt(story);
    expect(status).toBe(401);
    expect(JSON.parse(text)).toMatchObject({ error: 'invalid_client' });
  });
});

describe('a server with an older snapshot of its data (row 15)', () => {
  /** What the story does in between is what the servers forget. */
  async function forgetting(story: Story, between: () => Promise<void>): Promise<Answer> {
    const data = join(server.folder, 'appendonlydir');
    await server.kill();
    await cp(data, `${data}.old`, { recursive: true });
    await server.restart();
    await between();
    await server.kill();
    await rm(data, { recursive: true });
    await cp(`${data}.old`, data, { recursive: true });
    await server.restart();
    return attempt(story);
  }

  it('goes on with a refresh token that is newer than what it knows', async () => {
    await start();
    const story = await storyAt('refresh');
    const answer = await forgetting(story, async () => {
      expect((await attempt(story)).status).toBe(200);
      expect((await attempt(story)).status).toBe(200);
    });
    expect(answer.status).toBe(200);
    expect(refreshTokenOf(answer)).toContain('.4.');
  });

  it('does not know a token whose code it thinks is not redeemed, and redeems it once more', async () => {
    await start();
    const story = await storyAt('redeem');
    const code = story.request();
    let before: Answer | undefined;
    const refused = await forgetting(story, async () => {
      before = await attempt(story);
      expect(before.status).toBe(200);
    });
    expect(refused.status).toBe(400);
    const again = await recorder.send(instance, code);
    expect(again.status).toBe(200);
    // The same chain, not a second one.
    expect(refreshTokenOf(again)).toBe(before && refreshTokenOf(before));
    expect((await recorder.send(instance, code)).status).toBe(400);
  });

  it('has forgotten that a grant was ended: what was revoked since has to be revoked again', async () => {
    await start();
    const story = await storyAt('refresh');
    const oldest = story.request();
    await attempt(story);
    await attempt(story);
    const answer = await forgetting(story, async () => {
      let reused = await recorder.send(instance, oldest);
      while (reused.status === 503) reused = await recorder.send(instance, oldest);
      expect(reused.status).toBe(400);
      expect((await recorder.send(instance, story.request())).status).toBe(400);
    });
    expect(answer.status).toBe(200);
  });

  it('does not know a client that registered since, which registers again', async () => {
    await start();
    const story = new Story(recorder);
    await attempt(await storyAt('authorize'));
    const answer = await forgetting(story, async () => {
      expect((await attempt(story)).status).toBe(201);
    });
    expect(answer.status).toBe(400);
    expect(answer.headers['content-type']).toContain('text/html');
    expect(story.next).toBe('register');
    expect((await attempt(story)).status).toBe(201);
  });
});

function refreshTokenOf({ text }: Answer): string {
  return (JSON.parse(text) as { refresh_token: string }).refresh_token;
}
