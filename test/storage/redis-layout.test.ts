import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RedisStore } from '../../lib/storage/redis/redis-store.ts';
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

describe('keys', () => {
  /** Milliseconds that a key still has, beyond the end of its record and the minute after it. */
  const beyond = async (key: string, lifetimeMs: number): Promise<number> =>
    (await bench.redis.pttl(key)) - lifetimeMs - MINUTE;
  const expectEnd = async (key: string, lifetimeMs: number): Promise<void> => {
    const difference = await beyond(key, lifetimeMs);
    expect(difference).toBeLessThanOrEqual(0);
    expect(difference).toBeGreaterThan(-5_000);
  };

  it('have the documented names and end a minute after their record', async () => {
    const client = newClient();
    await store.clients.insert(client, DAY);
    await expectEnd(keyOf.client(client.client_id), DAY);
    await store.clients.renew((await store.clients.find(client.client_id))!, 2 * DAY);
    await expectEnd(keyOf.client(client.client_id), 2 * DAY);

    const pending = newPending();
    await store.authorizations.insert(pending, 10 * MINUTE);
    await expectEnd(keyOf.authorization(pending.grant_id), 10 * MINUTE);
    await store.authorizations.allow(allowOf(pending));
    await expectEnd(keyOf.authorization(pending.grant_id), 10 * MINUTE);
    await expectEnd(keyOf.grant(pending.grant_id), MINUTE);
    await store.grants.redeem(redeemOf(pending.grant_id));
    await expectEnd(keyOf.grant(pending.grant_id), 7 * DAY);
    await store.grants.rotate({ ...rotateOf(pending.grant_id, 1), idleTtlMs: 90 * DAY });
    await expectEnd(keyOf.grant(pending.grant_id), 30 * DAY);

    const denied = newPending();
    await store.authorizations.insert(denied, 10 * MINUTE);
    await store.authorizations.deny(denied.grant_id, { requestId: newRequestId() });
    await expectEnd(keyOf.authorization(denied.grant_id), 10 * MINUTE);
  });

  it('have no end where they belong to the server: its keys, and whose the prefix is', async () => {
    const requestId = newRequestId();
    await store.keys.replace({ text: 'sealed', expected: undefined, requestId });
    await store.claim('https://auth.example.com');
    const [keys, issuer] = [`${bench.prefix}keys`, `${bench.prefix}issuer`];
    expect(await bench.redis.hgetall(keys)).toEqual({
      v: '1',
      revision: requestId,
      keys: 'sealed',
    });
    expect(await bench.redis.hgetall(issuer)).toEqual({
      v: '1',
      issuer: 'https://auth.example.com',
    });
    expect(await bench.redis.pttl(keys)).toBe(-1);
    expect(await bench.redis.pttl(issuer)).toBe(-1);
    await bench.redis.del(keys, issuer);
  });

  it('all others expire, and there are no more', async () => {
    const keys = await bench.redis.keys(`${bench.prefix}*`);
    expect(keys.length).toBeGreaterThan(0);
    for (const key of keys) {
      expect(key.slice(bench.prefix.length)).toMatch(
        /^(client:\{0\}:[0-9a-f-]{36}|clients:\{0\}:(un)?used|(authz|grant):\{[\w-]{22}\}|subject:\{[\w-]{43}\}:grants)$/,
      );
      expect(await bench.redis.pttl(key)).toBeGreaterThan(0);
    }
  });

  it('go away when a grant is revoked', async () => {
    const grantId = await redeemedGrant(store);
    await store.grants.revoke(grantId, { requestId: newRequestId() });
    expect(await bench.redis.exists(keyOf.grant(grantId))).toBe(0);
  });

  it('start with dcr: unless told otherwise', async () => {
    const client = newClient();
    await bench.createStore({ prefix: 'dcr:' }).clients.insert(client, DAY);
    expect(await bench.redis.del(`dcr:client:{0}:${client.client_id}`)).toBe(1);
  });
});

describe('instances', () => {
  it('see the same records and go on where another stopped', async () => {
    const other = bench.createStore();
    const pending = newPending();
    await store.authorizations.insert(pending, 10 * MINUTE);
    expect(await other.authorizations.allow(allowOf(pending))).toBe('done');
    expect(await store.grants.redeem(redeemOf(pending.grant_id))).toBe('redeemed');
    expect(await other.grants.redeem(redeemOf(pending.grant_id))).toBe('doubled');
    const both = [store, other].map((one) => one.grants.rotate(rotateOf(pending.grant_id, 1)));
    const outcomes = (await Promise.all(both)).map(({ outcome }) => outcome).sort();
    expect(outcomes).toEqual(['repeated', 'rotated']);
    await other.grants.revoke(pending.grant_id, { requestId: newRequestId() });
    expect(await store.grants.find(pending.grant_id)).toBeUndefined();
  });

  it('let one of two renewals count', async () => {
    const other = bench.createStore();
    const client = newClient();
    await store.clients.insert(client, DAY);
    const read = (await other.clients.find(client.client_id))!;
    await Promise.all([store.clients.renew(read, 2 * DAY), other.clients.renew(read, 2 * DAY)]);
    expect(await store.clients.find(client.client_id)).toMatchObject({ used: true });
  });

  it('keep apart under different prefixes', async () => {
    const client = newClient();
    await store.clients.insert(client, DAY);
    const other = bench.createStore({ prefix: `${bench.prefix}other:` });
    expect(await other.clients.find(client.client_id)).toBeUndefined();
  });
});
