/**
 * What a process and a server hold, and whether that stays as it is.
 *
 * @module
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Redis } from 'ioredis';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

export const MIB = 2 ** 20;

/** What this process holds on to, without what is only not collected yet. */
export function heldBytes(): number {
  // What the first leaves behind for later, such as what has a finalizer, goes with the second.
  collect();
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** What Redis holds. */
export async function usedBytes(redis: Redis): Promise<number> {
  return Number(/used_memory:(\d+)/.exec(await redis.info('memory'))?.[1] ?? '0');
}
