import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Express } from 'express';
import { createTestApp } from '../support/app.ts';
import { SIGNING_KEY } from '../support/deployment.ts';
import { register } from '../support/flow.ts';
import { createRedisBench, type RedisBench } from '../support/redis-bench.ts';
import { redisUrl } from '../support/redis-url.ts';

const LIMIT = 8192;

let bench: RedisBench;
let app: Express;

beforeAll(() => {
  bench = createRedisBench(redisUrl());
  const options = { store: bench.createStore(), signingKeys: SIGNING_KEY };
  app = createTestApp({ options }).app;
});
afterAll(async () => {
  await bench.close();
});

/** The bytes that a client with so much padding takes; `undefined` when it is refused. */
async function bytesOf(metadata: object, padding: number): Promise<number | undefined> {
  const lengths = [0, 1, 2, 3].map((nth) => Math.min(2000, Math.max(0, padding - nth * 2000)));
  const redirect_uris = lengths.map(
    (length, nth) => `https://app.example.com/${String(nth)}${'a'.repeat(length)}`,
  );
  const { status, body } = await register(app, { redirect_uris, ...metadata });
  if (status === 400) return undefined;
  const { client_id } = body as { client_id: string };
  return bench.redis.strlen(`${bench.prefix}client:{0}:${client_id}`);
}

describe('the largest client that is registered (REG-28)', () => {
  it.each([
    { name: 'public', metadata: {} },
    { name: 'confidential', metadata: { token_endpoint_auth_method: 'client_secret_basic' } },
    { name: 'with a name in another script', metadata: { client_name: '\u6F22'.repeat(256) } },
    { name: 'with a scope', metadata: { scope: 'openid profile email offline_access' } },
  ])('takes at most 8192 bytes: $name', async ({ metadata }) => {
    const room = LIMIT - ((await bytesOf(metadata, 0)) ?? Infinity);
    expect(await bytesOf(metadata, room + 1)).toBeUndefined();
    let padding = room;
    let bytes = await bytesOf(metadata, padding);
    while (bytes === undefined && padding > 0) bytes = await bytesOf(metadata, (padding -= 1));
    expect(bytes).toBeLessThanOrEqual(LIMIT);
    // Room is left for what an update adds: the credentials before, and a count.
    expect(bytes).toBeGreaterThan(LIMIT - 400);
  });
});
