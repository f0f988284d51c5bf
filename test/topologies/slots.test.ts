import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { RedisStore } from '../../lib/storage/redis/redis-store.ts';
import { filesOf } from '../house/files.ts';
import { createTestApp } from '../support/app.ts';
import { createClock } from '../support/clock.ts';
import { SIGNING_KEY } from '../support/deployment.ts';
import { everyTransition } from '../support/every-transition.ts';
import { obtainTokens, refreshRequest } from '../support/flow.ts';
import { startRedisCluster, type RedisCluster } from '../support/redis-cluster.ts';
import { keysOf, monitor, slotsOf, type Executed } from '../support/redis-monitor.ts';
import type { RedisProcess } from '../support/redis-process.ts';
import { randomPrefix } from '../support/redis-url.ts';
import { PATIENCE_MS } from '../support/stores.ts';

const FLOWS = 500;
const AT_ONCE = 10;
const WITHIN_MS = 240_000;

/** Never on a request: what they cost grows with what is stored. */
const FORBIDDEN = ['keys', 'scan', 'smembers', 'sscan', 'hscan', 'zscan', 'flushall', 'flushdb'];

/** The names of all scripts, as they stand in the sources. */
const SCRIPTS = filesOf('lib/storage/redis').flatMap(({ text }) =>
  [...text.matchAll(/= script\(\s*'(dcr\w+)'/g)].map(([, name]) => name),
);

describe('what is sent to a Cluster, for hundreds of ids (REDIS-03)', () => {
  let cluster: RedisCluster;
  let store: RedisStore;
  let seen: Executed[];
  const prefix = randomPrefix();
  const anyNode = (): RedisProcess => {
    const [node] = cluster.nodes;
    if (!node) throw new Error('the Cluster is empty');
    return node;
  };

  beforeAll(async () => {
    cluster = await startRedisCluster();
    const clusterNodes = cluster.nodes.map(({ port }) => `127.0.0.1:${String(port)}`);
    store = new RedisStore({ clusterNodes, prefix, commandTimeoutMs: PATIENCE_MS });
    // Replicas execute what their masters tell them.
    const monitors = await Promise.all((await cluster.masters()).map(monitor));
    await wholeFlows(store);
    for (let i = 0; i < FLOWS; i += 1) await everyTransition(store);
    seen = (await Promise.all(monitors.map((watch) => watch.stop()))).flat();
  }, WITHIN_MS);
  afterAll(async () => {
    await store.close();
    await cluster.stop();
  });

  it('is every script there is', () => {
    expect(SCRIPTS.length).toBeGreaterThan(8);
    const digests = seen.filter(isScript).map(({ name, args }) => digestOf(name, args[0]));
    // And the one of the library that counts requests.
    expect(new Set(digests).size).toBe(SCRIPTS.length + 1);
  });

  it('names keys of ours, and of one slot in each command', async () => {
    const keys = await keysOf(anyNode(), seen);
    const slots = await slotsOf(anyNode(), new Set(keys.flat()));
    expect(new Set(keys.flat()).size).toBeGreaterThan(2 * FLOWS);
    const strangers = keys.flat().filter((key) => !key.startsWith(prefix));
    const crossing = keys.filter((some) => new Set(some.map((key) => slots.get(key))).size > 1);
    expect({ strangers, crossing }).toEqual({ strangers: [], crossing: [] });
    // Not all in one place either.
    expect(new Set(slots.values()).size).toBeGreaterThan(FLOWS);
  });

  it('touches from a script only keys that it declares, or that stand beside them', async () => {
    const scripts = seen.filter(isScript);
    const declared = await keysOf(anyNode(), scripts);
    const touched = await keysOf(
      anyNode(),
      scripts.flatMap(({ calls }) => calls),
    );
    expect(touched.flat().length).toBeGreaterThan(10 * FLOWS);
    const slots = await slotsOf(anyNode(), new Set([...declared.flat(), ...touched.flat()]));
    let next = 0;
    const undeclared = scripts.flatMap(({ calls }, i) => {
      const keys = touched.slice(next, (next += calls.length)).flat();
      return keys
        .filter((key) => declared[i]?.includes(key) !== true)
        .map((key) => ({ key, from: declared[i]?.[0] ?? '' }));
    });
    const elsewhere = undeclared.filter(({ key, from }) => slots.get(key) !== slots.get(from));
    expect(elsewhere).toEqual([]);
    // The clients that a new one evicts: which they are, only the script finds out.
    const isClient = (key: string): boolean => key.startsWith(`${prefix}client:`);
    expect(undeclared.filter(({ key, from }) => !isClient(key) || !isClient(from))).toEqual([]);
    expect(undeclared.length).toBeGreaterThan(0);
  });

  it('is no transaction, and nothing that looks through all keys (REDIS-05)', () => {
    const names = seen.flatMap(({ name, calls }) => [name, ...calls.map((call) => call.name)]);
    const found = ['multi', ...FORBIDDEN].filter((name) => names.includes(name));
    expect(found).toEqual([]);
  });
});

/** Registration, consent, code, rotation and the reuse that ends it, each over HTTP. */
async function wholeFlows(store: RedisStore): Promise<void> {
  const { app } = createTestApp({
    clock: createClock(Date.now()),
    options: { store, signingKeys: SIGNING_KEY, baselineClientScopes: ['offline_access'] },
  });
  const oneAfterAnother = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i += 1) {
      const tokens = await obtainTokens(app, 'openid offline_access', { scope: 'openid' });
      const { client_id, refresh_token } = tokens;
      const { status, body } = await refreshRequest(app, client_id, refresh_token);
      expect(status).toBe(200);
      const next = (body as { refresh_token: string }).refresh_token;
      expect((await refreshRequest(app, client_id, next)).status).toBe(200);
      // Two generations old: no double of a request.
      expect((await refreshRequest(app, client_id, refresh_token)).status).toBe(400);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, () => oneAfterAnother(FLOWS / AT_ONCE)));
}

function isScript({ name }: Executed): boolean {
  return name === 'eval' || name === 'evalsha';
}

/** What Redis knows a script by. */
function digestOf(name: string, script = ''): string {
  return name === 'evalsha' ? script : createHash('sha1').update(script).digest('hex');
}
