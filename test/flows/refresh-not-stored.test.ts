import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestApp, type TestApp } from '../support/app.ts';
import { createClock } from '../support/clock.ts';
import { SIGNING_KEY } from '../support/deployment.ts';
import { obtainTokens, refreshRequest } from '../support/flow.ts';
import { createRedisBench, recovered, type RedisBench } from '../support/redis-bench.ts';
import { startRedisServer, type RedisServer } from '../support/redis-server.ts';
import type { RedisStore } from '../../lib/storage/redis/redis-store.ts';
import { expectApiError } from '../http/support/expect.ts';

let server: RedisServer;
let bench: RedisBench;
let store: RedisStore;
let app: TestApp['app'];

beforeEach(async () => {
  server = await startRedisServer();
  bench = createRedisBench(server.url);
  store = bench.createImpatientStore();
  await recovered(store);
  const clock = createClock(Date.now());
  ({ app } = createTestApp({ clock, options: { store, signingKeys: SIGNING_KEY } }));
});
afterEach(async () => {
  server.resume();
  await bench.close();
  await server.stop();
});

interface Fault {
  readonly name: string;
  readonly begin: () => unknown;
  readonly end: () => unknown;
}

function setting(name: string, parameter: string): Fault {
  return {
    name,
    begin: () => bench.redis.config('SET', parameter, '1'),
    end: () => bench.redis.config('SET', parameter, '0'),
  };
}

const FAULTS: readonly Fault[] = [
  setting('is full', 'maxmemory'),
  setting('has lost its replicas', 'min-replicas-to-write'),
  {
    name: 'does not answer',
    begin: () => {
      server.pause();
    },
    end: () => {
      server.resume();
    },
  },
];

describe('a refresh that Redis does not keep', () => {
  it.each(FAULTS)(
    'gives no token, and the old one stays good: Redis $name (REFRESH-11)',
    async (fault) => {
      const { client_id, refresh_token } = await obtainTokens(app, 'openid offline_access');
      await fault.begin();
      const answer = await refreshRequest(app, client_id, refresh_token);
      expectApiError(answer, 503, 'temporarily_unavailable');
      expect(answer.headers).toHaveProperty('retry-after', expect.stringMatching(/^[2-8]$/));
      expect(answer.text).not.toContain('_token"');
      await fault.end();
      await recovered(store);
      const { status, body } = await refreshRequest(app, client_id, refresh_token);
      expect({ status, body }).toMatchObject({
        status: 200,
        body: { refresh_token: expect.stringMatching(/\.2\.[\w-]{43}$/) },
      });
    },
  );
});
