import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestApp } from '../support/app.ts';
import { SIGNING_KEY } from '../support/deployment.ts';
import { Browser, createPkce, obtainCode, registeredClientId } from '../support/flow.ts';
import { createRedisBench, type RedisBench } from '../support/redis-bench.ts';
import { redisUrl } from '../support/redis-url.ts';

/** The one client that they all ask for, and the index that it stands in. */
const CLIENT_AND_INDEX = 2;
const REQUESTS = 200;
const STATE_LENGTH = 1024;
const PENDING_SECONDS = 10 * 60;
const GARBAGE_SECONDS = 60;

let bench: RedisBench;

beforeEach(() => {
  bench = createRedisBench(redisUrl());
});
afterEach(async () => {
  await bench.close();
});

describe('authorization requests of strangers who never come back', () => {
  it('take one small key each that ends in time, and lock nobody out (AUTHZ-30)', async () => {
    const options = { store: bench.createStore(), signingKeys: SIGNING_KEY };
    const { app, log } = createTestApp({ options });
    const id = await registeredClientId(app);
    for (let sent = 0; sent < REQUESTS; sent += 20) {
      const answers = await Promise.all(
        Array.from({ length: 20 }, async () => {
          const state = randomBytes(STATE_LENGTH).toString('base64url').slice(0, STATE_LENGTH);
          return new Browser(app).authorize(id, createPkce(), { state });
        }),
      );
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([302]));
    }
    const keys = await bench.redis.keys(`${bench.prefix}*`);
    // And whose the prefix is.
    expect(keys).toHaveLength(REQUESTS + CLIENT_AND_INDEX + 1);
    for (const key of keys.filter((name) => name.includes('authz'))) {
      const seconds = await bench.redis.ttl(key);
      expect(seconds).toBeGreaterThan(0);
      expect(seconds).toBeLessThanOrEqual(PENDING_SECONDS + GARBAGE_SECONDS);
      expect(await bench.redis.memory('USAGE', key)).toBeLessThan(STATE_LENGTH + 1536);
    }
    expect(await obtainCode(app, id, createPkce())).toMatch(/^[\w-]{22}\.[\w-]{43}$/);
    expect(log.at('error')).toEqual([]);
  });
});
