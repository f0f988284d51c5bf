/**
 * The Redis server of the run, and a corner of it for one test file.
 *
 * @module
 */
import { randomBytes } from 'node:crypto';

/** A database for each worker of Jest, so that one can be emptied while the others are at work. */
export function redisUrl(): string {
  const url = process.env['TEST_REDIS_URL'];
  if (!url) throw new Error('TEST_REDIS_URL is not set: run the tests with npm test');
  return `${url}/${process.env['JEST_WORKER_ID'] ?? '0'}`;
}

export function randomPrefix(): string {
  return `test-${randomBytes(8).toString('hex')}:`;
}
