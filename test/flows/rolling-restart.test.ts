import { afterEach, describe, expect, it } from '@jest/globals';
import { spawnExample, type SpawnedExample } from '../../example-app/spawn-example.ts';
import { startBalancer, type Balancer } from '../support/balancer.ts';
import { redisEnvironment } from '../support/example.ts';

const METADATA = { redirect_uris: ['http://127.0.0.1:8765/callback'], scope: 'notes:read' };
const WORKERS = 4;

let balancer: Balancer | undefined;
const examples: SpawnedExample[] = [];

afterEach(async () => {
  await balancer?.close();
  balancer = undefined;
  await Promise.all(examples.splice(0).map((example) => example.stop()));
});

async function start(env: Readonly<Record<string, string>>): Promise<SpawnedExample> {
  const example = await spawnExample({ ...env, STOP_DELAY: '2' });
  examples.push(example);
  return example;
}

/** Registers and discovers without a pause until it is told to stop; counts the answers. */
function load(url: string): { stop(): Promise<Record<string, number>> } {
  const answers: Record<string, number> = {};
  let isOver = false;
  const work = async (): Promise<void> => {
    while (!isOver) {
      const registered = await fetch(`${url}/oauth/register`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(METADATA),
      });
      const discovered = await fetch(`${url}/oauth/jwks`);
      for (const { status } of [registered, discovered]) {
        answers[status] = (answers[status] ?? 0) + 1;
      }
      await Promise.all([registered.text(), discovered.text()]);
    }
  };
  const working = Array.from({ length: WORKERS }, work);
  return {
    async stop() {
      isOver = true;
      await Promise.all(working);
      return answers;
    },
  };
}

describe('a rolling restart under load', () => {
  it('loses no request: each instance says that it goes, goes on for a while, and ends with 0', async () => {
    balancer = await startBalancer();
    const env = {
      ...redisEnvironment(),
      DCR_ISSUER: balancer.url,
      // All of the load comes from one address.
      DCR_RATE_LIMIT_EXEMPT: '127.0.0.0/8 ::1/128',
      DCR_RATE_LIMIT_REGISTER_TOTAL: 'off',
    };
    const old = [await start(env), await start(env)];
    for (const { url } of old) await balancer.add(url);
    const loaded = load(balancer.url);
    for (const instance of old) {
      const successor = await start(env);
      await balancer.add(successor.url);
      const ended = instance.signal('SIGTERM');
      await balancer.gone(instance.url);
      expect(await ended).toBe(0);
    }
    const answers = await loaded.stop();
    expect(Object.keys(answers).sort()).toEqual(['200', '201']);
    expect(answers['201']).toBeGreaterThan(50);
  }, 120_000);

  it('is ended by a second signal, with 1', async () => {
    const example = await spawnExample({ STOP_DELAY: '10' });
    const first = example.signal('SIGTERM');
    // Not ready means that the first one has arrived.
    for (;;) {
      const { status } = await fetch(`${example.url}/readyz`);
      if (status === 503) break;
    }
    expect((await fetch(`${example.url}/livez`)).status).toBe(200);
    await example.signal('SIGTERM');
    expect(await first).toBe(1);
  }, 60_000);
});
