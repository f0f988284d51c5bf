/**
 * The store that the environment names, opened when a command needs it.
 *
 * @module
 */
import { storeOptionsFromEnv } from '../env/store.ts';
import type { Environment } from '../env/values.ts';
import { RedisStore } from '../storage/redis/redis-store.ts';
import type { Store } from '../storage/store.ts';
import { CommandError } from './command.ts';

/** Nobody but the operator waits, and a connection has to be made first. */
const COMMAND_TIMEOUT_MS = 5_000;

const NO_REDIS =
  'there is no store that a command could reach: set DCR_REDIS_URL, DCR_REDIS_SENTINELS or DCR_REDIS_CLUSTER_NODES as for the server. A server without Redis keeps everything in the memory of its own process.';

/** The variable that names the store. */
export function storeVariable(env: Environment): string {
  const names = ['DCR_REDIS_SENTINELS', 'DCR_REDIS_CLUSTER_NODES'];
  return names.find((name) => env[name]) ?? 'DCR_REDIS_URL';
}

export interface OpenedStore {
  /**
   * @throws {CommandError} When it would be a store in memory.
   * @throws {ConfigurationError} When a variable is wrong.
   */
  store(): Store;
  close(): Promise<void>;
}

export function openStore(env: Environment): OpenedStore {
  let opened: RedisStore | undefined;
  return {
    store() {
      if (opened) return opened;
      const options = storeOptionsFromEnv(env);
      if (!options) throw new CommandError(NO_REDIS);
      opened = new RedisStore({ ...options, commandTimeoutMs: COMMAND_TIMEOUT_MS });
      return opened;
    },
    close: async () => opened?.close(),
  };
}
