import { describe, expect, it } from '@jest/globals';
import { setTimeout as wait } from 'node:timers/promises';
import { RedisStore, type RedisSource } from '../../lib/storage/redis/redis-store.ts';
import { withCpuTime } from '../support/cpu-time.ts';
import { eventually } from '../support/eventually.ts';
import { createLogRecorder } from '../support/log-recorder.ts';
import { failure } from '../support/redis-bench.ts';

/** Reserved, so that nobody has it (RFC 2606 section 2). */
const NOWHERE = 'redis-of-nobody.invalid';

const SOURCES: readonly { name: string; source: RedisSource; reason: string }[] = [
  { name: 'one server', source: { url: `redis://dcr:a-password@${NOWHERE}` }, reason: 'ENOTFOUND' },
  {
    name: 'Sentinels',
    source: { sentinels: [NOWHERE], sentinelName: 'main', password: 'a-password' },
    reason: 'no Sentinel answers',
  },
  {
    name: 'a Cluster',
    source: { clusterNodes: [NOWHERE], password: 'a-password' },
    reason: 'ENOTFOUND',
  },
];

describe('a name that stands for no address (row 16)', () => {
  it.each(SOURCES)(
    'of $name is an outage, with its reason in the log',
    async ({ source, reason }) => {
      const store = new RedisStore(source);
      const log = createLogRecorder();
      store.useLogger(log.logger);
      try {
        await failure(store.grants.find('a'.repeat(22)));
        // It is looked up again and again, and not all the time.
        const { cpuMs } = await withCpuTime(() => wait(2_000));
        expect(cpuMs).toBeLessThan(1_500);
        await failure(store.grants.find('a'.repeat(22)));
        await eventually(() =>
          expect(log.entries).toEqual([
            {
              level: 'warn',
              message: 'store connection lost',
              fields: { code: 'ERR_DCR_STORE_CONNECTION_LOST', reason },
            },
          ]),
        );
      } finally {
        await store.close();
      }
    },
  );
});
