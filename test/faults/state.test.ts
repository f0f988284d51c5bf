import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Redis } from 'ioredis';
import { createTestApp } from '../support/app.ts';
import { createClock } from '../support/clock.ts';
import { SIGNING_KEY } from '../support/deployment.ts';
import { createPkce, obtainCode, obtainTokens, register } from '../support/flow.ts';
import { createRedisBench, type RedisBench } from '../support/redis-bench.ts';
import { startRedisServer, type RedisServer } from '../support/redis-server.ts';
import { wrongInState } from './support/state.ts';

let server: RedisServer;
let bench: RedisBench;

beforeEach(async () => {
  server = await startRedisServer();
  bench = createRedisBench(server.url);
  const options = {
    store: bench.createStore(),
    signingKeys: SIGNING_KEY,
    baselineClientScopes: ['offline_access'],
  };
  const { app } = createTestApp({ clock: createClock(Date.now()), options });
  await register(app);
  const { client_id } = await obtainTokens(app, 'openid offline_access');
  await obtainCode(app, client_id, createPkce());
});
afterEach(async () => {
  await bench.close();
  await server.stop();
});

/** The first key whose name begins so. */
async function keyOf(kind: string): Promise<string> {
  const [key = ''] = await bench.redis.keys(`${bench.prefix}${kind}:*`);
  return key;
}

interface Planted {
  readonly wrong: string;
  readonly plant: (redis: Redis) => Promise<unknown>;
}

const PLANTED: readonly Planted[] = [
  {
    wrong: 'a key without an end: client',
    plant: async (redis) => redis.persist(await keyOf('client')),
  },
  {
    wrong: 'a client in no index',
    plant: async (redis) => redis.del(`${bench.prefix}clients:{0}:unused`),
  },
  {
    wrong: 'an index of a client that is gone',
    plant: (redis) => redis.zadd(`${bench.prefix}clients:{0}:unused`, 1, 'nobody'),
  },
  {
    wrong: 'a client in two indexes',
    plant: async (redis) => {
      const [id = ''] = await redis.zrange(`${bench.prefix}clients:{0}:used`, '0', '0');
      return redis.zadd(`${bench.prefix}clients:{0}:unused`, 1, id);
    },
  },
  {
    wrong: 'a decision without its grant, or a grant without',
    plant: async (redis) => redis.del(await keyOf('grant')),
  },
  {
    wrong: 'a decision without its grant, or a grant without',
    plant: async (redis) => redis.hdel(await keyOf('authz'), 'decision'),
  },
  {
    wrong: 'a code that is half spent',
    plant: async (redis) => redis.hset(await keyOf('grant'), { generation: '0', redeemed_at: '1' }),
  },
  {
    wrong: 'a grant of nobody',
    plant: async (redis) => redis.hset(await keyOf('grant'), { client_id: 'nobody' }),
  },
  {
    wrong: 'a list that outlives its grants',
    plant: async (redis) => redis.pexpire(await keyOf('subject'), 1_000_000_000),
  },
];

describe('the examination of what Redis holds', () => {
  it('finds nothing wrong in what was not disturbed', async () => {
    expect(await wrongInState(server, bench.prefix)).toEqual([]);
  });

  it.each(PLANTED)('sees what is planted: $wrong', async ({ wrong, plant }) => {
    await plant(bench.redis);
    expect(await wrongInState(server, bench.prefix)).toContain(wrong);
  });
});
