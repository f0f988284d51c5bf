import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Express } from 'express';
import type { RedisStore } from '../../lib/storage/redis/redis-store.ts';
import { DAY, newConsent, newDigest, newLogin, redeemedGrant } from '../contract/records.ts';
import { createTestApp } from '../support/app.ts';
import { SIGNING_KEY } from '../support/deployment.ts';
import { obtainTokens, register } from '../support/flow.ts';
import { createRedisBench, type RedisBench } from '../support/redis-bench.ts';
import { redisUrl } from '../support/redis-url.ts';

/** What VS Code sends, as it was measured. */
const VS_CODE = {
  client_name: 'Visual Studio Code',
  client_uri: 'https://code.visualstudio.com',
  grant_types: [
    'authorization_code',
    'refresh_token',
    'urn:ietf:params:oauth:grant-type:device_code',
  ],
  response_types: ['code'],
  redirect_uris: [
    'https://insiders.vscode.dev/redirect',
    'https://vscode.dev/redirect',
    'http://127.0.0.1/',
    'http://127.0.0.1:33418/',
  ],
  token_endpoint_auth_method: 'none',
  application_type: 'native',
};
const COUNT = 500;

let bench: RedisBench;
let store: RedisStore;
let app: Express;

beforeAll(() => {
  bench = createRedisBench(redisUrl());
  store = bench.createStore();
  const options = {
    store,
    signingKeys: SIGNING_KEY,
    baselineClientScopes: ['offline_access'],
  };
  app = createTestApp({ options }).app;
});
afterAll(async () => {
  await bench.close();
});

/** Bytes of all keys whose names match, each with its part of everything it needs. */
async function memoryOf(pattern: string): Promise<{ bytes: number; keys: number }> {
  const keys = await bench.redis.keys(`${bench.prefix}${pattern}`);
  // Every element is looked at, for a few are no sample of a thing that is measured.
  const sizes = await Promise.all(
    keys.map((key) => bench.redis.memory('USAGE', key, 'SAMPLES', 0)),
  );
  return { bytes: sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0), keys: keys.length };
}

describe('the memory that Redis needs', () => {
  it("is at most 1.2 KB for VS Code's registration, the index included", async () => {
    for (let sent = 0; sent < COUNT; sent += 20) {
      await Promise.all(Array.from({ length: 20 }, () => register(app, VS_CODE)));
    }
    const records = await memoryOf('client:*');
    const indexes = await memoryOf('clients:*');
    expect(records.keys).toBe(COUNT);
    expect(indexes.keys).toBe(1);
    const each = (records.bytes + indexes.bytes) / COUNT;
    expect(each).toBeGreaterThan(600);
    expect(each).toBeLessThanOrEqual(1.2 * 1024);
  });

  it('is at most 1.2 KB for a grant, the list of its person included', async () => {
    await obtainTokens(app, 'openid offline_access');
    const grants = await memoryOf('grant:*');
    const lists = await memoryOf('subject:*:grants');
    expect([grants.keys, lists.keys]).toEqual([1, 1]);
    expect(grants.bytes + lists.bytes).toBeGreaterThan(500);
    expect(grants.bytes + lists.bytes).toBeLessThanOrEqual(1.2 * 1024);
  });

  it('is at most a fifth more than the sealed text for the tokens of a login elsewhere', async () => {
    // An access token, a refresh token and an ID token, as large providers make them, for one secret.
    const tokens = 's'.repeat(4_000);
    await redeemedGrant(store, {}, { login: newLogin({ tokens }) });
    const { bytes, keys } = await memoryOf('upstream:*');
    expect(keys).toBe(1);
    expect(bytes).toBeGreaterThan(4_000);
    expect(bytes).toBeLessThanOrEqual(1.2 * 4_000);
  });

  it('is at most 600 bytes for a remembered consent', async () => {
    const scope = 'openid profile email offline_access mcp:tools mcp:admin';
    await store.consents.remember(newDigest(), newDigest(), newConsent({ scope }), DAY);
    const { bytes, keys } = await memoryOf('subject:*:consent:*');
    expect(keys).toBe(1);
    expect(bytes).toBeGreaterThan(300);
    expect(bytes).toBeLessThanOrEqual(600);
  });
});
