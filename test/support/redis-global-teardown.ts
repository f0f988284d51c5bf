/**
 * Stops the Redis server of the run.
 *
 * @module
 */
import type { RedisServer } from './redis-server.ts';

export default async function tearDown(): Promise<void> {
  const server = Reflect.get(globalThis, '__testRedisServer') as RedisServer | undefined;
  await server?.stop();
}
