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

const keyOf = (id: string): string => `${bench.prefix}client:{0}:${id}`;

/** What somebody else may have made of one member of the metadata. */
const CORRUPTED: Readonly<Record<string, readonly unknown[]>> = {
  client_name: [1, null, ['x'], {}],
  tos_uri: [1, null, ['x']],
  localized: [
    'x',
    1,
    null,
    [],
    ['x'],
    { 'client_name#ja': 1 },
    { 'client_name#ja': null },
    { 'client_name#ja': ['x'] },
    { 'client_name#ja': 'x', 'client_name#fr': {} },
  ],
  contacts: ['x', 1, null, {}, [1], [null], ['x', ['y']]],
  jwks: [
    'x',
    1,
    null,
    [],
    {},
    { keys: null },
    { keys: 'x' },
    { keys: {} },
    { keys: ['x'] },
    { keys: [null] },
    { keys: [[]] },
    { keys: [{ kty: 1 }] },
    { keys: [{ kty: 'EC' }, { kty: 'EC', x: {} }] },
    { keys: [{ kty: 'EC', key_ops: ['verify'] }] },
  ],
  jwks_uri: [1, null, {}, ['https://app.example.com/jwks.json']],
};

const rows = Object.entries(CORRUPTED).flatMap(([name, values]) =>
  values.map((value) => ({ name, value })),
);

describe('the metadata of a stored client', () => {
  it.each(rows)('make it unreadable when $name is $value', async ({ name, value }) => {
    const client = newClient();
    await store.clients.insert(client, DAY);
    const key = keyOf(client.client_id);
    const record = JSON.parse((await bench.redis.get(key))!) as { metadata: object };
    const metadata = { ...record.metadata, [name]: value };
    await bench.redis.set(key, JSON.stringify({ ...record, metadata }));
    await expect(store.clients.find(client.client_id)).rejects.toThrow(StoreUnavailableError);
  });

  it('have no member that this version does not know', async () => {
    const client = newClient();
    await store.clients.insert(client, DAY);
    const key = keyOf(client.client_id);
    const record = JSON.parse((await bench.redis.get(key))!) as { metadata: object };
    const metadata = { ...record.metadata, skip_consent: true, __proto__x: 'x' };
    await bench.redis.set(key, JSON.stringify({ ...record, metadata }));
    expect((await store.clients.find(client.client_id))?.metadata).toEqual(client.metadata);
  });

  it('take no place when they are not there', async () => {
    const client = newClient();
    await store.clients.insert(client, DAY);
    const text = (await bench.redis.get(keyOf(client.client_id)))!;
    expect(text).not.toMatch(/localized|contacts|jwks|secret_digest|null/);
  });
});

describe('the note of a stored client', () => {
  it('may be written in another order, which is no reason to refuse an update', async () => {
    const client = newClient();
    await store.clients.insert(client, DAY);
    const stored = (await bench.redis.get(keyOf(client.client_id))) ?? '';
    const { registered } = client;
    const turned = JSON.stringify({ policy: registered.policy, scopes: registered.scopes });
    const other = stored.replace(JSON.stringify(registered), turned);
    expect(other).not.toBe(stored);
    await bench.redis.set(keyOf(client.client_id), other);
    const read = (await store.clients.find(client.client_id))!;
    expect(await store.clients.update(read, { ...client, requested: 'write' })).toBe('updated');
    const updated = await store.clients.find(client.client_id);
    expect(updated).toMatchObject({ requested: 'write', registered });
  });
});
