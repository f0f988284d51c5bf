import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { RedisStore } from '../../lib/storage/redis/redis-store.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { Browser, locationOf } from '../support/flow.ts';
import { allowAt, allowHosted, askFrom, fateOf, registerHosted } from '../support/hosted.ts';
import { startRedisServer, type RedisServer } from '../support/redis-server.ts';
import { PATIENCE_MS } from '../support/stores.ts';

describe('a consent that is remembered, when Redis has forgotten the scripts', () => {
  let redis: RedisServer;
  let admin: Redis;
  let made: TestApp;

  beforeEach(async () => {
    redis = await startRedisServer();
    admin = new Redis(redis.url);
    const store = new RedisStore({ url: redis.url, commandTimeoutMs: PATIENCE_MS });
    made = createTestApp({ options: { store } });
  });
  afterEach(async () => {
    await made.server.close();
    admin.disconnect();
    await redis.stop();
  });

  it.each([{ prompt: 'none' }, {}])(
    'answers also when the request is allowed before it is kept: %j',
    async (query) => {
      const browser = new Browser(made.app, 'alice');
      const id = await registerHosted(made.app);
      await allowHosted(browser, id, { scope: 'openid' });
      const open = locationOf(await askFrom(browser, id, { scope: 'openid profile' }));
      await admin.script('FLUSH');
      // Makes known again what allows a request, and not what keeps one.
      expect(fateOf(await allowAt(browser, open))).toBe('code');
      expect(fateOf(await askFrom(browser, id, { scope: 'openid', ...query }))).toBe('code');
    },
  );
});
