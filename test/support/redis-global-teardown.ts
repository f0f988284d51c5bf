/**
 * Stops the Redis server of the run.
 *
 * @module
 */
export default async function tearDown(): Promise<void> {
  await globalThis.__testRedisServer?.stop();
}
