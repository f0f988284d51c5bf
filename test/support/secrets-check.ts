/**
 * Runs at the end of every test file: nothing that was logged on the way, and nothing that Redis
 * holds by then, is a secret.
 */
import { afterAll, expect } from '@jest/globals';
import { everyLogLine } from './log-recorder.ts';
import { emptyRedis, redisContents, secretsIn } from './secrets.ts';
import { currentTopology } from './topology.ts';

afterAll(async () => {
  expect(secretsIn(everyLogLine.map((line) => [line, line]))).toEqual([]);
  if (process.env['TEST_REDIS_URL'] !== undefined || currentTopology()) {
    const contents = await redisContents();
    await emptyRedis();
    expect(secretsIn(contents)).toEqual([]);
  }
});
