/**
 * The Redis server of the run, and a corner of it for one test file.
 *
 * @module
 */
import { randomBytes } from 'node:crypto';

export function testRedisUrl(): string {
  const url = process.env['TEST_REDIS_URL'];
  if (!url) throw new Error('TEST_REDIS_URL is not set: run the tests through jest.config.json');
  return url;
}

export function randomPrefix(): string {
  return `test-${randomBytes(8).toString('hex')}:`;
}
