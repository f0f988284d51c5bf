import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RedisStore } from '../../lib/storage/redis/redis-store.ts';
import { StoreUnavailableError } from '../../lib/storage/store.ts';
import {
  allowOf,
  DAY,
  MINUTE,
  newClient,
  newPending,
  newRequestId,
  redeemedGrant,
  redeemOf,
  rotateOf,
} from '../contract/records.ts';
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

const keyOf = {
  client: (id: string): string => `${bench.prefix}client:{0}:${id}`,
  authorization: (id: string): string => `${bench.prefix}authz:{${id}}`,
  grant: (id: string): string => `${bench.prefix}grant:{${id}}`,
};

describe('a record that is not what we write', () => {
  const change =
    (members: Record<string, unknown>) =>
    (record: string): string =>
      JSON.stringify({ ...(JSON.parse(record) as object), ...members });

  const clients: readonly { name: string; corrupt: (record: string) => string }[] = [
    { name: 'an empty text', corrupt: () => '' },
    { name: 'no JSON', corrupt: () => 'garbage' },
    { name: 'a truncated text', corrupt: (record) => record.slice(0, -20) },
    { name: 'null', corrupt: () => 'null' },
    { name: 'a list', corrupt: () => '[]' },
    { name: 'an empty object', corrupt: () => '{}' },
    { name: 'a future version', corrupt: change({ v: 2 }) },
    { name: 'a version in text', corrupt: change({ v: '1' }) },
    { name: 'the id of another client', corrupt: change({ client_id: newClient().client_id }) },
    { name: 'a trust class that we do not know', corrupt: change({ origin: 'trusted' }) },
    { name: 'metadata that are a text', corrupt: change({ metadata: 'x' }) },
    { name: 'metadata without redirect URIs', corrupt: change({ metadata: {} }) },
    { name: 'a registered note without scopes', corrupt: change({ registered: { policy: '' } }) },
    { name: 'an end in text', corrupt: change({ expires_at: 'never' }) },
    { name: 'no end', corrupt: change({ expires_at: undefined }) },
    { name: 'an end that is no whole number', corrupt: change({ expires_at: 1e300 }) },
    { name: 'a use that is no boolean', corrupt: change({ used: 'yes' }) },
    { name: 'a requested scope that is a number', corrupt: change({ requested: 7 }) },
  ];

  it.each(clients)('is neither a client nor none: $name', async ({ corrupt }) => {
    const client = newClient();
    await store.clients.insert(client, DAY);
    const key = keyOf.client(client.client_id);
    await bench.redis.set(key, corrupt((await bench.redis.get(key))!));
    await expect(store.clients.find(client.client_id)).rejects.toThrow(StoreUnavailableError);
  });

  const grants: readonly { name: string; fields: Record<string, string>; missing?: string }[] = [
    { name: 'a future version', fields: { v: '2' } },
    { name: 'no version', fields: {}, missing: 'v' },
    { name: 'no subject', fields: {}, missing: 'subject' },
    { name: 'a generation that is no number', fields: { generation: 'x' } },
    { name: 'a negative generation', fields: { generation: '-1' } },
    { name: 'a generation without a redemption', fields: {}, missing: 'redeemed_at' },
    { name: 'a redemption without a generation', fields: { generation: '0' } },
    { name: 'a later generation without a rotation', fields: { generation: '2' } },
    { name: 'a redemption at no time', fields: { redeemed_at: 'now' } },
    { name: 'a rotation at no time', fields: { rotated_at: '1e3' } },
    { name: 'no end', fields: {}, missing: 'expires_at' },
    { name: 'an infinite end', fields: { ends_at: 'inf' } },
    { name: 'an end that is not a number', fields: { expires_at: 'nan' } },
    { name: 'a flag that is neither', fields: { refreshable: 'true' } },
  ];

  it.each(grants)('is neither a grant nor none: $name', async ({ fields, missing }) => {
    const grantId = await redeemedGrant(store);
    const key = keyOf.grant(grantId);
    if (missing !== undefined) await bench.redis.hdel(key, missing);
    await bench.redis.hset(key, { redeemed_at: '1', ...fields });
    if (missing === 'redeemed_at') await bench.redis.hdel(key, missing);
    const before = await bench.redis.hgetall(key);
    await expect(store.grants.find(grantId)).rejects.toThrow(StoreUnavailableError);
    await expect(store.grants.redeem(redeemOf(grantId))).rejects.toThrow(StoreUnavailableError);
    await expect(store.grants.rotate(rotateOf(grantId, 1))).rejects.toThrow(StoreUnavailableError);
    expect(await bench.redis.hgetall(key)).toEqual(before);
  });

  it('is still removed when the grant is revoked', async () => {
    const grantId = await redeemedGrant(store);
    await bench.redis.hset(keyOf.grant(grantId), { v: '2' });
    await store.grants.revoke(grantId, { requestId: newRequestId() });
    expect(await store.grants.find(grantId)).toBeUndefined();
  });

  it.each([
    { name: 'a truncated grant, of which a member is missing', missing: 'salt' },
    { name: 'a grant under the id of another', missing: 'grant_id' },
  ])('is not half trusted: $name', async ({ missing }) => {
    const grantId = await redeemedGrant(store);
    await bench.redis.hdel(keyOf.grant(grantId), missing);
    await expect(store.grants.find(grantId)).rejects.toThrow(StoreUnavailableError);
  });

  const authorizations: readonly { name: string; fields: Record<string, string> }[] = [
    { name: 'a future version', fields: { v: '2' } },
    { name: 'an end that is no number', fields: { expires_at: '' } },
    { name: 'a decision that we do not know', fields: { decision: 'perhaps' } },
  ];

  it.each(authorizations)('is neither an authorization nor none: $name', async ({ fields }) => {
    const pending = newPending();
    await store.authorizations.insert(pending, MINUTE);
    await bench.redis.hset(keyOf.authorization(pending.grant_id), fields);
    const { grant_id } = pending;
    const deny = store.authorizations.deny(grant_id, { requestId: newRequestId() });
    await expect(deny).rejects.toThrow(StoreUnavailableError);
    await expect(store.authorizations.find(grant_id)).rejects.toThrow(StoreUnavailableError);
    await expect(store.authorizations.allow(allowOf(pending))).rejects.toThrow(
      StoreUnavailableError,
    );
    expect(await bench.redis.exists(keyOf.grant(grant_id))).toBe(0);
  });

  it.each(['garbage', '{}', '{"grant_id":"'])(
    'is no authorization whose request reads %s',
    async (record) => {
      const pending = newPending();
      await store.authorizations.insert(pending, MINUTE);
      await bench.redis.hset(keyOf.authorization(pending.grant_id), { record });
      const find = store.authorizations.find(pending.grant_id);
      await expect(find).rejects.toThrow(StoreUnavailableError);
    },
  );

  it('makes a key of another type unavailable, whatever is asked of it', async () => {
    const client = newClient();
    const pending = newPending();
    await bench.redis.hset(keyOf.client(client.client_id), { v: '1' });
    await bench.redis.set(keyOf.authorization(pending.grant_id), 'x');
    await bench.redis.set(keyOf.grant(pending.grant_id), 'x');
    const attempts = [
      store.clients.find(client.client_id),
      store.clients.insert(client, DAY),
      store.authorizations.find(pending.grant_id),
      store.authorizations.insert(pending, MINUTE),
      store.authorizations.allow(allowOf(pending)),
      store.grants.find(pending.grant_id),
      store.grants.redeem(redeemOf(pending.grant_id)),
      store.grants.rotate(rotateOf(pending.grant_id, 1)),
    ];
    for (const attempt of await Promise.allSettled(attempts)) {
      expect(attempt.status).toBe('rejected');
      expect(attempt).toHaveProperty('reason.message', 'the store is unavailable (WRONGTYPE)');
    }
  });

  it('never becomes a grant again once an allow has met one under its id', async () => {
    const pending = newPending();
    await store.authorizations.insert(pending, MINUTE);
    await store.authorizations.allow(allowOf(pending));
    await bench.redis.hdel(keyOf.authorization(pending.grant_id), 'decision', 'decided_by');
    expect(await store.authorizations.allow(allowOf(pending))).toBe('decided');
  });

  it('is reported by its key', async () => {
    const lines: unknown[] = [];
    const write = (...line: unknown[]): number => lines.push(line);
    const logger = { debug: write, info: write, warn: write, error: write };
    const client = newClient();
    await store.clients.insert(client, DAY);
    const key = keyOf.client(client.client_id);
    await bench.redis.set(key, 'SECRET');
    const watched = bench.createStore();
    watched.useLogger(logger);
    await watched.clients.find(client.client_id).catch(() => undefined);
    const code = 'ERR_DCR_RECORD_NOT_USABLE';
    expect(lines).toEqual([
      ['stored record not usable', { code, refusal: 'corrupt', keys: [key] }],
    ]);
  });
});
