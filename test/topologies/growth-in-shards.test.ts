import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RedisStore } from '../../lib/storage/redis/redis-store.ts';
import type { InsertOutcome, UnusedBound } from '../../lib/storage/store.ts';
import { DAY, newClient } from '../contract/records.ts';
import { lookInto } from '../support/redis-ask.ts';
import { startRedisCluster, type RedisCluster } from '../support/redis-cluster.ts';
import { randomPrefix } from '../support/redis-url.ts';
import { PATIENCE_MS } from '../support/stores.ts';

const SHARDS = 256;
const MAX = 12_800;
/** What a shard may hold of it: its part, and three standard deviations. */
const OF_A_SHARD = 50 + Math.ceil(3 * Math.sqrt(50));
const AT_ONCE = 400;
const WITHIN_MS = 120_000;

describe('unused clients in the shards of a Cluster', () => {
  let cluster: RedisCluster;
  let opened: RedisStore[];

  beforeAll(async () => {
    cluster = await startRedisCluster();
    opened = [];
  }, WITHIN_MS);
  afterAll(async () => {
    await Promise.all(opened.map((store) => store.close()));
    await cluster.stop();
  });

  /** Registers so many, whose ids are as random as those of a server. */
  async function flood(
    prefix: string,
    count: number,
    bound: UnusedBound,
  ): Promise<InsertOutcome[]> {
    const clusterNodes = cluster.nodes.map(({ port }) => `127.0.0.1:${String(port)}`);
    const store = new RedisStore({ clusterNodes, prefix, commandTimeoutMs: PATIENCE_MS });
    opened.push(store);
    const outcomes: InsertOutcome[] = [];
    // Older ones would not be protected.
    const client_id_issued_at = Math.floor(Date.now() / 1000);
    while (outcomes.length < count) {
      const some = Array.from({ length: AT_ONCE }, () =>
        store.clients.insert(newClient({ client_id_issued_at }), DAY, bound),
      );
      outcomes.push(...(await Promise.all(some)));
    }
    return outcomes;
  }

  /** How many clients there are in each shard, by its index and by the records themselves. */
  async function fill(prefix: string): Promise<{ indexed: number[]; records: number }> {
    const indexed: number[] = [];
    let records = 0;
    for (const master of await cluster.masters()) {
      const redis = lookInto(master);
      const keys = await redis.keys(`${prefix}*`);
      records += keys.filter((key) => key.startsWith(`${prefix}client:`)).length;
      const indexes = keys.filter((key) => key.startsWith(`${prefix}clients:`));
      indexed.push(...(await Promise.all(indexes.map((key) => redis.zcard(key)))));
      redis.disconnect();
    }
    return { indexed, records };
  }

  it(
    'are bounded in each of them, and the oldest make room (ABUSE-06)',
    async () => {
      const prefix = randomPrefix();
      const outcomes = await flood(prefix, 3 * MAX, { max: MAX, protectedMs: 0 });
      expect(outcomes.filter(({ outcome }) => outcome !== 'inserted')).toEqual([]);
      const { indexed, records } = await fill(prefix);
      expect(indexed).toHaveLength(SHARDS);
      expect(Math.max(...indexed)).toBe(OF_A_SHARD);
      expect(records).toBe(indexed.reduce((sum, count) => sum + count, 0));
      // The room for chance is the most that there can be beyond what the operator said.
      expect(records).toBeGreaterThan(MAX);
      expect(records).toBeLessThanOrEqual(SHARDS * OF_A_SHARD);
    },
    WITHIN_MS,
  );

  it(
    'turn hardly anybody away before there are as many as the operator said (ABUSE-06)',
    async () => {
      const prefix = randomPrefix();
      const outcomes = await flood(prefix, MAX, { max: MAX, protectedMs: DAY });
      const refused = outcomes.filter(({ outcome }) => outcome === 'full').length;
      // By chance alone: one in a thousand finds its shard full, not one in a hundred.
      expect(refused).toBeLessThan(MAX / 100);
      const { records } = await fill(prefix);
      expect(records).toBe(MAX - refused);
    },
    WITHIN_MS,
  );
});
