/**
 * The store alone, for what works on it without a server.
 *
 * @module
 */
import { ConfigurationError, type ConfigurationProblem } from '../options/configuration-error.ts';
import type { RedisStoreOptions } from '../storage/redis/redis-store.ts';
import { readRedis } from './redis.ts';
import { ValueError, type Environment } from './values.ts';

/**
 * Where the store is, by the same variables as for a server. No other variable is looked at.
 *
 * @returns `undefined` when no Redis is named.
 * @throws {ConfigurationError} With every problem.
 */
export function storeOptionsFromEnv(env: Environment): RedisStoreOptions | undefined {
  const problems: ConfigurationProblem[] = [];
  const options = readRedis(env, (variable, run) => {
    try {
      return run();
    } catch (error) {
      if (!(error instanceof ValueError)) throw error;
      const { code, message } = error;
      problems.push({ option: 'store', variable, code, message });
      return undefined;
    }
  });
  if (problems.length > 0) throw new ConfigurationError(problems);
  return options;
}
