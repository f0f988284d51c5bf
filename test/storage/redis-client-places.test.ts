import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RedisStore } from '../../lib/storage/redis/redis-store.ts';
import { StoreUnavailableError } from '../../lib/storage/store.ts';
import { DAY, newClient } from '../contract/records.ts';
import { createRedisBench, type RedisBench } from '../support/redis-bench.ts';
import { redisUrl } from '../support/redis-url.ts';

let bench: RedisBench;
let store: RedisStore;

beforeAll(() => {
  bench = createRedisBench(redisUrl());
  store = bench.createStore();
});
afterAll(async () => {
  await bench.close();
});

const keysOfClients = (): Promise<string[]> => bench.redis.keys(`${bench.prefix}client:*`);

describe('a record that stands in the place of another client', () => {
  it.each([
    { name: 'both registered here', ids: [undefined, undefined] },
    { name: 'both of another server', ids: ['theirs-1', 'theirs-2'] },
    { name: 'a stranger in the place of an imported one', ids: ['theirs-3', undefined] },
    { name: 'an imported one in the place of a stranger', ids: [undefined, 'theirs-4'] },
  ])('is none: $name', async ({ ids }) => {
    const [asked, other] = ids.map((id) => newClient(id === undefined ? {} : { client_id: id }));
    if (!asked || !other) throw new Error('there are two');
    const before = new Set(await keysOfClients());
    await store.clients.insert(asked, DAY);
    const key = (await keysOfClients()).find((name) => !before.has(name)) ?? '';
    const stored = JSON.parse((await bench.redis.get(key)) ?? '') as object;
    const { client_id } = other;
    await bench.redis.set(key, JSON.stringify({ ...stored, client_id }));
    await expect(store.clients.find(asked.client_id)).rejects.toThrow(StoreUnavailableError);
    expect(await store.clients.find(client_id)).toBeUndefined();
  });
});
