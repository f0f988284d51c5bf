/**
 * What a Redis server says of itself.
 *
 * @module
 */
import type { Redis } from 'ioredis';

export interface RedisServerUsage {
  /** Microseconds, user and system, since it started. */
  readonly cpuMicros: number;
  /** Bytes that its allocator gave out. */
  readonly usedMemory: number;
  /** How many commands it has executed, those within scripts as well. */
  readonly commands: number;
}

export async function redisServerUsage(redis: Redis): Promise<RedisServerUsage> {
  const said = await redis.info();
  const number = (name: string): number => {
    const [, value] = new RegExp(`^${name}:([\\d.]+)`, 'm').exec(said) ?? [];
    if (value === undefined) throw new Error(`Redis does not say ${name}`);
    return Number(value);
  };
  return {
    cpuMicros: (number('used_cpu_user') + number('used_cpu_sys')) * 1_000_000,
    usedMemory: number('used_memory'),
    commands: number('total_commands_processed'),
  };
}
