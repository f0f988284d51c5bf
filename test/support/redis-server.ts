/**
 * A Redis server of our own on a free port of the loopback interface, gone without a trace after.
 *
 * @module
 */
import { startRedisProcess, type ProcessOptions, type RedisProcess } from './redis-process.ts';

/** Loses its data when it is killed, unless it was started with {@link PERSISTENT}. */
export interface RedisServer extends RedisProcess {
  readonly url: string;
}

/** An option with which a server keeps its data when it is killed. */
export const PERSISTENT = ['--appendonly', 'yes'] as const;

/** What every process that keeps data begins with. */
export const SERVER_OPTIONS = [
  ...['--save', '', '--appendonly', 'no'],
  // A master waits for more replicas before it sends its data; here they are all there.
  ...['--repl-diskless-sync-delay', '0'],
] as const;

/** @param options - More arguments, such as `['--maxmemory', '4mb']`. */
export async function startRedisServer(
  options: readonly string[] = [],
  more: Pick<ProcessOptions, 'maxFileBytes'> = {},
): Promise<RedisServer> {
  // A database for each worker of Jest, whose numbers begin with 1.
  const databases = ['--databases', '129'];
  const process = await startRedisProcess({
    ...more,
    options: [...SERVER_OPTIONS, ...databases, ...options],
  });
  // Not spread: its pid changes when it is started again.
  return Object.assign(process, { url: `redis://127.0.0.1:${String(process.port)}` });
}
