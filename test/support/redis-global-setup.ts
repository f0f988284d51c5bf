/**
 * Starts one Redis server for the whole run. The test files keep apart by random key prefixes.
 *
 * Jest compiles this file and nothing that it imports, hence the loader.
 *
 * @module
 */
import { tsImport } from 'tsx/esm/api';

export default async function setUp(): Promise<void> {
  const { startRedisServer } = (await tsImport(
    './redis-server.ts',
    import.meta.url,
  )) as typeof import('./redis-server.ts');
  // As an operator should have it: a log line about its persistence would be in every test.
  const server = await startRedisServer(['--appendonly', 'yes', '--appendfsync', 'no']);
  // Where the teardown finds it; both run in the same process.
  Reflect.set(globalThis, '__testRedisServer', server);
  // The workers are started after this and inherit it.
  process.env['TEST_REDIS_URL'] = server.url;
}
