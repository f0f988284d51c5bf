import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RedisStore } from '../../lib/storage/redis/redis-store.ts';
import {
  allowOf,
  DAY,
  MINUTE,
  newAttempt,
  newClient,
  newConsent,
  newClientId,
  newDigest,
  newInitialAccessToken,
  newLogin,
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
  upstreamTokens: (id: string): string => `${bench.prefix}upstream:{${id}}`,
  upstreamLock: (id: string): string => `${bench.prefix}upstream-lock:{${id}}`,
};

describe('keys', () => {
  /** Milliseconds that a key still has, beyond the end of its record and the minute after it. */
  const beyond = async (key: string, lifetimeMs: number): Promise<number> =>
    (await bench.redis.pttl(key)) - lifetimeMs - MINUTE;
  const expectEnd = async (key: string, lifetimeMs: number): Promise<void> => {
    const difference = await beyond(key, lifetimeMs);
    expect(difference).toBeLessThanOrEqual(0);
    expect(difference).toBeGreaterThan(-20_000);
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

  it('of a login elsewhere end with the authorization, its tokens with the grant', async () => {
    const [pending, login] = [newPending(), newLogin()];
    const { grant_id } = pending;
    const { authorizations, upstreamTokens, grants } = store;
    const requestId = newRequestId();
    await authorizations.insert(pending, 10 * MINUTE, newAttempt());
    await authorizations.beginLogin(grant_id, newAttempt());
    await authorizations.completeLogin(grant_id, login, { requestId });
    await expectEnd(keyOf.authorization(grant_id), 10 * MINUTE);
    await authorizations.allow({ ...allowOf(pending), login });
    await expectEnd(keyOf.upstreamTokens(grant_id), MINUTE);
    await grants.redeem(redeemOf(grant_id));
    await expectEnd(keyOf.upstreamTokens(grant_id), 7 * DAY);
    await grants.rotate({ ...rotateOf(grant_id, 1), idleTtlMs: 90 * DAY });
    await expectEnd(keyOf.upstreamTokens(grant_id), 30 * DAY);
    await upstreamTokens.lock(grant_id, 'owner', 30 * MINUTE);
    await expectEnd(keyOf.upstreamLock(grant_id), 30 * MINUTE);
    await upstreamTokens.replace(grant_id, { owner: 'owner', sealed: 'sealed', requestId });
    await expectEnd(keyOf.upstreamTokens(grant_id), 30 * DAY);
    expect(await bench.redis.exists(keyOf.upstreamLock(grant_id))).toBe(0);
  });

  it('of upstream tokens are left for a minute, however the grant ended', async () => {
    const withTokens = (): Promise<string> => redeemedGrant(store, {}, { login: newLogin() });
    const [revoked, replayed, reused] = [
      await withTokens(),
      await withTokens(),
      await withTokens(),
    ];
    await store.grants.revoke(revoked, { requestId: newRequestId() });
    const again = { ...redeemOf(replayed), doubledWithinMs: -1 };
    expect(await store.grants.redeem(again)).toBe('replayed');
    await store.grants.rotate(rotateOf(reused, 1));
    const late = { ...rotateOf(reused, 1), graceMs: -1 };
    expect((await store.grants.rotate(late)).outcome).toBe('reused');
    for (const grantId of [revoked, replayed, reused]) {
      await expectEnd(keyOf.upstreamTokens(grantId), 0);
      expect(await store.upstreamTokens.take(grantId)).toBeDefined();
      expect(await bench.redis.exists(keyOf.upstreamTokens(grantId))).toBe(0);
    }
  });

  it("of a person's grants end with the last of them, whichever end is told last", async () => {
    const subjectDigest = newDigest();
    const [grantId, other] = [await redeemedGrant(store), await redeemedGrant(store)];
    const key = `${bench.prefix}subject:{${subjectDigest}}:grants`;
    const entry = { grantId, subjectDigest, clientId: newClientId(), ttlMs: 7 * DAY };
    await store.grants.index(entry);
    await expectEnd(key, 7 * DAY);
    await store.grants.index({ ...entry, grantId: other, ttlMs: DAY });
    await store.grants.index({ ...entry, ttlMs: MINUTE });
    await expectEnd(key, 7 * DAY);
  });

  it('of remembered consents end with the last of them, and go when they are forgotten', async () => {
    const [subject, client] = [newDigest(), newDigest()];
    const key = `${bench.prefix}subject:{${subject}}:consent:${client}`;
    await store.consents.remember(subject, client, newConsent(), DAY);
    await expectEnd(key, DAY);
    await store.consents.remember(subject, client, newConsent(), 2 * DAY);
    await expectEnd(key, 2 * DAY);
    await store.consents.remember(subject, client, newConsent(), MINUTE);
    await expectEnd(key, 2 * DAY);
    await store.consents.forget(subject, client);
    expect(await bench.redis.exists(key)).toBe(0);
    await store.consents.remember(subject, client, newConsent(), DAY);
    await store.consents.forgetAll(subject, 2 * DAY);
    await expectEnd(`${bench.prefix}subject:{${subject}}:forgotten`, 2 * DAY);
  });

  it('of initial access tokens end with them, used up or not, and their list with the last', async () => {
    const [brief, lasting] = [newInitialAccessToken(), newInitialAccessToken()];
    const index = `${bench.prefix}initials:{0}`;
    const keyOfToken = (digest: string): string => `${bench.prefix}initial:{0}:${digest}`;
    await store.initialAccessTokens.insert(lasting, 2 * DAY);
    await store.initialAccessTokens.insert(brief, DAY);
    await store.initialAccessTokens.use(brief.digest, { requestId: newRequestId() });
    await expectEnd(keyOfToken(brief.digest), DAY);
    await expectEnd(keyOfToken(lasting.digest), 2 * DAY);
    await expectEnd(index, 2 * DAY);
    expect(await bench.redis.zrange(index, '0', '-1')).toEqual([brief.digest, lasting.digest]);
    await store.initialAccessTokens.remove(lasting.digest);
    expect(await bench.redis.exists(keyOfToken(lasting.digest))).toBe(0);
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
    await store.switches.raise(7);
    expect(await bench.redis.hgetall(issuer)).toMatchObject({ v: '1', revoked_before: '7' });
    expect(await bench.redis.pttl(issuer)).toBe(-1);
    await bench.redis.del(keys, issuer);
  });

  it('all others expire, and there are no more', async () => {
    const keys = await bench.redis.keys(`${bench.prefix}*`);
    expect(keys.length).toBeGreaterThan(0);
    for (const key of keys) {
      expect(key.slice(bench.prefix.length)).toMatch(
        /^(client:\{0\}:[0-9a-f-]{36}|clients:\{0\}:(un)?used|(authz|grant|upstream(-lock)?):\{[\w-]{22}\}|subject:\{[\w-]{43}\}:(grants|forgotten|consent:[\w-]{43})|client-state:\{0\}:([0-9a-f-]{36}|[\w-]{43})|initial:\{0\}:[\w-]{43}|initials:\{0\})$/,
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

  it('let one of fifty who come back from a login elsewhere use its state up', async () => {
    const other = bench.createStore();
    const [pending, { state, ...rest }] = [newPending(), newAttempt()];
    const { grant_id } = pending;
    await store.authorizations.insert(pending, 10 * MINUTE, { state, ...rest });
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, (_, nth) =>
        [store, other][nth % 2]!.authorizations.takeLogin(grant_id, state, {
          requestId: newRequestId(),
        }),
      ),
    );
    expect(outcomes.filter((outcome) => outcome === 'taken')).toHaveLength(1);
  });

  it('let one of fifty refresh the tokens of a login elsewhere', async () => {
    const other = bench.createStore();
    const grantId = await redeemedGrant(store, {}, { login: newLogin() });
    const owners = Array.from({ length: 50 }, newRequestId);
    const held = await Promise.all(
      owners.map((owner, nth) =>
        [store, other][nth % 2]!.upstreamTokens.lock(grantId, owner, MINUTE),
      ),
    );
    expect(held.filter(Boolean)).toHaveLength(1);
    const owner = owners[held.indexOf(true)]!;
    const replace = { owner, sealed: 'new', requestId: newRequestId() };
    expect(await other.upstreamTokens.replace(grantId, replace)).toBe('done');
    expect(await store.upstreamTokens.find(grantId)).toBe('new');
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
