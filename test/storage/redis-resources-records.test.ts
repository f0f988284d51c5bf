import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RedisStore } from '../../lib/storage/redis/redis-store.ts';
import { StoreUnavailableError } from '../../lib/storage/store.ts';
import { allowOf, MINUTE, newPending } from '../contract/records.ts';
import { createRedisBench, type RedisBench } from '../support/redis-bench.ts';
import { redisUrl } from '../support/redis-url.ts';

const ONE = ['https://mcp.example/mcp'];
const TWO = [...ONE, 'https://api.example/v1'];

let bench: RedisBench;
let store: RedisStore;

beforeAll(() => {
  bench = createRedisBench(redisUrl());
  store = bench.createStore();
});
afterAll(async () => {
  await bench.close();
});

/** A grant and the request that it came from; ids, and what is stored. */
async function kept(resources: readonly string[]) {
  const pending = newPending({ resources });
  await store.authorizations.insert(pending, 10 * MINUTE);
  await store.authorizations.allow(allowOf(pending));
  const grantKey = `${bench.prefix}grant:{${pending.grant_id}}`;
  const requestKey = `${bench.prefix}authz:{${pending.grant_id}}`;
  return { id: pending.grant_id, grantKey, requestKey };
}

describe('the resources of a record', () => {
  it.each([
    { name: 'one, as the version before wrote it', resources: ONE, stored: { resource: ONE[0] } },
    {
      name: 'several, of which the version before knows the first',
      resources: TWO,
      stored: { resource: ONE[0], resources: TWO.join(' ') },
    },
  ])('are $name', async ({ resources, stored }) => {
    const { id, grantKey, requestKey } = await kept(resources);
    const membersOf = (record: object): unknown =>
      Object.fromEntries(Object.entries(record).filter(([name]) => name.startsWith('resource')));
    expect(membersOf(await bench.redis.hgetall(grantKey))).toEqual(stored);
    const record = JSON.parse((await bench.redis.hget(requestKey, 'record')) ?? '') as object;
    expect(membersOf(record)).toEqual(stored);
    expect(await store.grants.find(id)).toMatchObject({ resources });
    expect(await store.authorizations.find(id)).toMatchObject({ pending: { resources } });
  });

  it.each(['', ONE.join(' '), TWO.toReversed().join(' '), `${TWO.join(' ')} `, TWO.join('  ')])(
    'are none and not some of them when they are not what we write: %j',
    async (resources) => {
      const { id, grantKey, requestKey } = await kept(TWO);
      await bench.redis.hset(grantKey, { resources });
      await expect(store.grants.find(id)).rejects.toThrow(StoreUnavailableError);
      const record = JSON.parse((await bench.redis.hget(requestKey, 'record')) ?? '') as object;
      await bench.redis.hset(requestKey, { record: JSON.stringify({ ...record, resources }) });
      await expect(store.authorizations.find(id)).rejects.toThrow(StoreUnavailableError);
    },
  );
});
