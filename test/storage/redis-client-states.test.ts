import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { clientPlaceOf } from '../../lib/storage/ids.ts';
import { createKeys } from '../../lib/storage/redis/keys.ts';
import type { RedisStore } from '../../lib/storage/redis/redis-store.ts';
import { sha256 } from '../../lib/tokens/digest.ts';
import { DAY, MINUTE } from '../contract/records.ts';
import { slotOf } from '../support/key-slot.ts';
import { createRedisBench, type RedisBench } from '../support/redis-bench.ts';
import { redisUrl } from '../support/redis-url.ts';

const SPOILT_STATE = { v: '1', client_id: 'x', blocked_at: 'soon', revoked_before: 'never' };

let bench: RedisBench;
let store: RedisStore;

beforeAll(() => {
  bench = createRedisBench(redisUrl());
  store = bench.createStore();
});
afterAll(async () => {
  await bench.close();
});

const keyOfState = (id: string): string => `${bench.prefix}client-state:{0}:${sha256(id)}`;

async function expectEnd(key: string, lifetimeMs: number): Promise<void> {
  const difference = (await bench.redis.pttl(key)) - lifetimeMs - MINUTE;
  expect(difference).toBeLessThanOrEqual(0);
  expect(difference).toBeGreaterThan(-20_000);
}

describe('the keys of what was decided about a client', () => {
  it('have no end while it is blocked, and one afterwards', async () => {
    const [client, other] = ['an id of theirs', 'https://app.example.com/client.json'];
    await store.clientStates.endGrants(other, 2 * DAY);
    await expectEnd(keyOfState(other), 2 * DAY);
    await store.clientStates.endGrants(client, DAY);
    await store.clientStates.block(client, 'stolen tokens');
    expect(await bench.redis.pttl(keyOfState(client))).toBe(-1);
    await store.clientStates.endGrants(client, DAY);
    expect(await bench.redis.pttl(keyOfState(client))).toBe(-1);
    const blocked = await bench.redis.hgetall(keyOfState(client));
    expect(Object.keys(blocked).sort()).toEqual([
      'blocked_at',
      'client_id',
      'reason',
      'revoked_before',
      'v',
    ]);
    await store.clientStates.unblock(client, DAY);
    await expectEnd(keyOfState(client), DAY);
    const left = await bench.redis.hgetall(keyOfState(client));
    expect(Object.keys(left).sort()).toEqual(['client_id', 'revoked_before', 'v']);
  });

  it.each([
    { what: 'a text', spoil: (key: string) => bench.redis.set(key, 'spoilt') },
    { what: 'times that are none', spoil: (key: string) => bench.redis.hset(key, SPOILT_STATE) },
  ])('are written over when they are not understood: $what', async ({ what, spoil }) => {
    const client = `spoilt by ${what}`;
    const key = keyOfState(client);
    await spoil(key);
    await expect(store.clientStates.find(client)).rejects.toMatchObject({
      code: 'ERR_DCR_STORE_UNAVAILABLE',
    });
    await store.clientStates.block(client, 'stolen tokens');
    expect(await store.clientStates.find(client)).toMatchObject({
      client_id: client,
      blocked: { reason: 'stolen tokens' },
    });
    await store.clientStates.unblock(client, DAY);
  });

  it('are in the store and nowhere else: a block is lost with the data', async () => {
    const client = 'https://lost.example.com/client.json';
    await store.clientStates.block(client, 'phishing');
    // As after FLUSHALL, or a backup from before: of this client alone, for others share the server.
    await bench.redis.del(keyOfState(client));
    expect(await store.clientStates.find(client)).toBeUndefined();
    expect(await store.clientStates.block(client, 'phishing')).toBe(true);
    await store.clientStates.unblock(client, DAY);
  });

  it.each([
    {
      id: '0f0e0d0c-0b0a-4909-8807-060504030201',
      key: 'client-state:{0}:0f0e0d0c-0b0a-4909-8807-060504030201',
    },
    {
      id: 'https://app.example.com/client.json',
      key: `client-state:{0}:${sha256('https://app.example.com/client.json')}`,
    },
  ])('name the place of a client, and the digest of one that has none ($id)', ({ id, key }) => {
    expect(createKeys('', { isSharded: false }).clientState(id)).toBe(key);
  });

  it.each(['0f0e0d0c-0b0a-4909-8807-060504030201', 'an.imported~id'])(
    'are in the slot of the client in a Cluster (%s)',
    (id) => {
      const keys = createKeys('dcr:', { isSharded: true });
      const record = keys.clientAt(clientPlaceOf(id) ?? '');
      expect(slotOf(keys.clientState(id))).toBe(slotOf(record));
    },
  );
});
