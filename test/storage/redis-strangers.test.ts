import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestApp } from '../support/app.ts';
import { SIGNING_KEY } from '../support/deployment.ts';
import { register } from '../support/flow.ts';
import { createRedisBench, type RedisBench } from '../support/redis-bench.ts';
import { redisUrl } from '../support/redis-url.ts';

let bench: RedisBench;

beforeEach(() => {
  bench = createRedisBench(redisUrl());
});
afterEach(async () => {
  await bench.close();
});

/** Every key of this store, but for whose it is, and everything that is kept under it. */
async function everything(): Promise<{ keys: string[]; values: Buffer }> {
  const all = await bench.redis.keys(`${bench.prefix}*`);
  const keys = all.filter((key) => key !== `${bench.prefix}issuer`);
  const values = await Promise.all(keys.map((key) => bench.redis.dumpBuffer(key)));
  return { keys, values: Buffer.concat(values) };
}

describe('what a stranger registers', () => {
  it('takes no room in Redis where nobody knows what it is (REG-30)', async () => {
    const options = {
      store: bench.createStore(),
      signingKeys: SIGNING_KEY,
    };
    const { app } = createTestApp({ options });
    expect((await register(app)).status).toBe(201);
    const plain = (await everything()).values.length;
    // Dumps are packed: what repeats itself would hardly be seen.
    const noise = Array.from({ length: 10_000 }, (_, i) => `blob-${String(i)}`)
      .join('')
      .slice(0, 40_000);
    const answer = await register(app, {
      x_blob: noise,
      notes: { deep: { deeper: noise.slice(0, 5_000) } },
      'x-<img>': 1,
      software_statement: noise.slice(0, 5_000),
    });
    expect(answer.status).toBe(201);
    const { keys, values } = await everything();
    expect(values.toString('latin1')).not.toMatch(/blob-|deeper|<img>/);
    expect(values.length - plain).toBeLessThan(plain + 100);
    expect(keys.join()).not.toMatch(/blob|img/);
  });

  it('is one key beside the index, and both expire (REG-01)', async () => {
    const options = {
      store: bench.createStore(),
      signingKeys: SIGNING_KEY,
    };
    const { app } = createTestApp({ options });
    for (const count of [1, 2, 3]) {
      const { status, body } = await register(app);
      expect(status).toBe(201);
      const { keys } = await everything();
      expect(keys).toHaveLength(count + 1);
      expect(keys).toContain(
        `${bench.prefix}client:{0}:${(body as { client_id: string }).client_id}`,
      );
      for (const key of keys) expect(await bench.redis.ttl(key)).toBeGreaterThan(0);
    }
  });

  it('leaves nothing in Redis when it is refused (REG-13, SCOPE-16)', async () => {
    const options = {
      store: bench.createStore(),
      signingKeys: SIGNING_KEY,
    };
    const { app } = createTestApp({ options });
    for (const metadata of [
      { redirect_uris: [] },
      { redirect_uris: ['https://evil.example/#x'] },
      { scope: '__proto__ constructor' },
      { client_name: '\u202Eevil' },
    ]) {
      expect((await register(app, metadata)).status).toBe(400);
    }
    expect(await everything()).toEqual({ keys: [], values: Buffer.alloc(0) });
  });
});
