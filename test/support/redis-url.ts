/**
 * The Redis server of the run, and a corner of it for one test file.
 *
 * @module
 */
import { randomBytes } from 'node:crypto';

/** What every key of a test begins with; the user of a topology may touch no others. */
export const TEST_KEYS = 'dcr-test-';

/** What every key of this test file begins with. */
export const CORNER = `${TEST_KEYS}${randomBytes(8).toString('hex')}`;

let corners = 0;

/** A database for each worker of Jest, so that one can be emptied while the others are at work. */
export function redisUrl(): string {
  const url = process.env['TEST_REDIS_URL'];
  if (!url) throw new Error('TEST_REDIS_URL is not set: run the tests with npm test');
  return `${url}/${process.env['JEST_WORKER_ID'] ?? '0'}`;
}

/** A key prefix that nobody else has. */
export function randomPrefix(): string {
  corners += 1;
  return `${CORNER}-${String(corners)}:`;
}
