import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RedisStore } from '../../lib/storage/redis/redis-store.ts';
import { StoreUnavailableError } from '../../lib/storage/store.ts';
import {
  allowOf,
  DAY,
  MINUTE,
  newAttempt,
  newConsent,
  newDigest,
  newLogin,
  newPending,
  newRequestId,
  redeemedGrant,
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

const attemptOf = (): { requestId: string } => ({ requestId: newRequestId() });

describe('an authorization whose login elsewhere is not what we write', () => {
  /** What a script looks at, so that it changes nothing either. */
  const LOOKED_AT = [
    'attempt_state',
    'attempt_taken_by',
    'login_person',
    'login_tokens',
    'login_by',
  ];

  async function loggedIn() {
    const [pending, attempt, login] = [newPending(), newAttempt(), newLogin()];
    const { grant_id } = pending;
    await store.authorizations.insert(pending, 10 * MINUTE, attempt);
    await store.authorizations.completeLogin(grant_id, login, attemptOf());
    return { pending, grant_id, attempt, login, key: `${bench.prefix}authz:{${grant_id}}` };
  }

  it.each(LOOKED_AT)('is neither an authorization nor none: no %s', async (field) => {
    const { pending, grant_id, attempt, login, key } = await loggedIn();
    await bench.redis.hdel(key, field);
    const before = await bench.redis.hgetall(key);
    const { authorizations } = store;
    const attempts = [
      authorizations.beginLogin(grant_id, newAttempt()),
      authorizations.takeLogin(grant_id, attempt.state, attemptOf()),
      authorizations.completeLogin(grant_id, newLogin(), attemptOf()),
      authorizations.allow({ ...allowOf(pending), login }),
      authorizations.deny(grant_id, attemptOf()),
    ];
    for (const outcome of await Promise.allSettled(attempts)) {
      expect(outcome).toHaveProperty('reason.message', 'the store is unavailable (corrupt)');
    }
    expect(await bench.redis.hgetall(key)).toEqual(before);
    expect(await bench.redis.exists(`${bench.prefix}grant:{${grant_id}}`)).toBe(0);
  });

  it.each([
    { name: 'a state that is no digest', fields: { attempt_state: 'state' } },
    { name: 'an attempt with no state', missing: 'attempt_state' },
    { name: 'an attempt with no login', missing: 'attempt_upstream' },
    { name: 'an attempt with no secrets', missing: 'attempt_secrets' },
    { name: 'a person of no login', missing: 'login_upstream' },
    { name: 'a login of nobody', missing: 'login_person' },
    { name: 'a login with no word of tokens', missing: 'login_tokens' },
    { name: 'a login that somebody emptied', fields: { login_person: '' } },
    { name: 'a login with no name', fields: { login_upstream: '' } },
  ])('is not found and not absent: $name', async ({ fields, missing }) => {
    const { grant_id, key } = await loggedIn();
    if (fields) await bench.redis.hset(key, fields);
    if (missing !== undefined) await bench.redis.hdel(key, missing);
    await expect(store.authorizations.find(grant_id)).rejects.toThrow(StoreUnavailableError);
  });

  it.each([
    { name: 'languages in a list', members: { ui_locales: ['de'] } },
    { name: 'a requested login in text', members: { login_request: 'login' } },
    { name: 'a prompt that we do not know', members: { login_request: { prompt: 'consent' } } },
    { name: 'a negative age', members: { login_request: { max_age: -1 } } },
    { name: 'a hint that is a number', members: { login_request: { login_hint: 1 } } },
    { name: 'a prompt for consent that was not', members: { consent_prompted: false } },
  ])('is not found and not absent: $name', async ({ members }) => {
    const { grant_id, key } = await loggedIn();
    const record = JSON.parse((await bench.redis.hget(key, 'record')) ?? '') as object;
    await bench.redis.hset(key, { record: JSON.stringify({ ...record, ...members }) });
    await expect(store.authorizations.find(grant_id)).rejects.toThrow(StoreUnavailableError);
  });
});

describe('upstream tokens that are not what we write', () => {
  const withTokens = async (): Promise<{ grantId: string; key: string }> => {
    const grantId = await redeemedGrant(store, {}, { login: newLogin() });
    return { grantId, key: `${bench.prefix}upstream:{${grantId}}` };
  };
  const replaceOf = (owner: string) => ({ owner, sealed: 'new', requestId: newRequestId() });

  it.each([
    { name: 'a future version', fields: { v: '2' } },
    { name: 'no version', missing: 'v' },
    { name: 'no tokens', missing: 'tokens' },
    { name: 'empty tokens', fields: { tokens: '' } },
  ])('are neither there nor absent: $name', async ({ fields, missing }) => {
    const { grantId, key } = await withTokens();
    if (fields) await bench.redis.hset(key, fields);
    if (missing !== undefined) await bench.redis.hdel(key, missing);
    const { upstreamTokens } = store;
    await expect(upstreamTokens.find(grantId)).rejects.toThrow(StoreUnavailableError);
    await expect(upstreamTokens.take(grantId)).rejects.toThrow(StoreUnavailableError);
    expect(await bench.redis.exists(key)).toBe(1);
  });

  it('are not replaced where the version is another', async () => {
    const { grantId, key } = await withTokens();
    await store.upstreamTokens.lock(grantId, 'one', MINUTE);
    await bench.redis.hset(key, { v: '2' });
    const replace = store.upstreamTokens.replace(grantId, replaceOf('one'));
    await expect(replace).rejects.toThrow('the store is unavailable (corrupt)');
  });

  it('are not there while the grant cannot be read', async () => {
    const { grantId } = await withTokens();
    await store.upstreamTokens.lock(grantId, 'one', MINUTE);
    await bench.redis.hset(`${bench.prefix}grant:{${grantId}}`, { v: '2' });
    await expect(store.upstreamTokens.find(grantId)).rejects.toThrow(StoreUnavailableError);
    const replace = store.upstreamTokens.replace(grantId, replaceOf('one'));
    await expect(replace).rejects.toThrow('the store is unavailable (corrupt)');
  });

  it('of another type keep nobody from revoking the grant', async () => {
    const { grantId, key } = await withTokens();
    await bench.redis.set(key, 'x');
    await store.grants.revoke(grantId, attemptOf());
    expect(await store.grants.find(grantId)).toBeUndefined();
    expect(await bench.redis.pttl(key)).toBeGreaterThan(0);
  });

  it('are refreshed past a lock that nobody can read', async () => {
    const { grantId } = await withTokens();
    const lock = `${bench.prefix}upstream-lock:{${grantId}}`;
    await bench.redis.hset(lock, { v: '1', owner: 'other', expires_at: 'never' });
    expect(await store.upstreamTokens.lock(grantId, 'one', MINUTE)).toBe(true);
    expect(await store.upstreamTokens.replace(grantId, replaceOf('one'))).toBe('done');
  });
});

describe('a remembered consent that is not what we write', () => {
  const SHOWN = newDigest();

  it.each([
    { name: 'no JSON', text: 'garbage' },
    { name: 'a future version', text: `{"v":2,"scope":"","shown":"${SHOWN}","expires_at":9e14}` },
    { name: 'no scope', text: `{"v":1,"shown":"${SHOWN}","expires_at":900000000000000}` },
    { name: 'nothing shown', text: '{"v":1,"scope":"read","expires_at":900000000000000}' },
    { name: 'no end', text: `{"v":1,"scope":"read","shown":"${SHOWN}"}` },
    { name: 'a target that is no digest', target: 'x' },
  ])('is not found, and neither are those beside it: $name', async ({ text, target }) => {
    const [subject, client, consent] = [newDigest(), newDigest(), newConsent()];
    await store.consents.remember(subject, client, consent, DAY);
    const key = `${bench.prefix}subject:{${subject}}:consent:${client}`;
    const [stored = ''] = Object.values(await bench.redis.hgetall(key));
    await bench.redis.hset(key, target ?? newDigest(), text ?? stored);
    await expect(store.consents.find(subject, client)).rejects.toThrow(StoreUnavailableError);
    await store.consents.forget(subject, client);
    expect(await store.consents.find(subject, client)).toEqual([]);
  });

  it.each([
    { name: 'no time', set: (key: string) => bench.redis.set(key, 'garbage') },
    { name: 'no text', set: (key: string) => bench.redis.hset(key, 'v', '1') },
  ])(
    'is not found where it cannot be read until when all are forgotten: $name',
    async ({ set }) => {
      const [subject, client] = [newDigest(), newDigest()];
      await store.consents.remember(subject, client, newConsent(), DAY);
      await set(`${bench.prefix}subject:{${subject}}:forgotten`);
      await expect(store.consents.find(subject, client)).rejects.toThrow(StoreUnavailableError);
      await store.consents.forgetAll(subject, DAY);
      expect(await store.consents.find(subject, client)).toEqual([]);
    },
  );

  it('is over, where all are forgotten and it does not say when it was given', async () => {
    const [subject, client] = [newDigest(), newDigest()];
    await store.consents.remember(subject, client, newConsent(), DAY);
    const key = `${bench.prefix}subject:{${subject}}:consent:${client}`;
    const [[target, stored] = ['', '']] = Object.entries(await bench.redis.hgetall(key));
    await bench.redis.hset(key, target, stored.replace(/"remembered_at":\d+,/, ''));
    expect(await store.consents.find(subject, client)).toHaveLength(1);
    await store.consents.forgetAll(subject, DAY);
    expect(await store.consents.find(subject, client)).toEqual([]);
  });
});
