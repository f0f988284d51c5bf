/**
 * Looks at a Redis process from outside, as an operator with `redis-cli` does.
 *
 * @module
 */
import { Redis } from 'ioredis';
import { setTimeout as wait } from 'node:timers/promises';
import type { RedisProcess } from './redis-process.ts';

/** Where a process can be asked. */
export type Place = Pick<RedisProcess, 'socket' | 'password'>;

const PATIENCE_MS = 30_000;
/** A process that is frozen takes the connection and says nothing. */
const ANSWER_WITHIN_MS = 2_000;

/** A connection past TLS, proxies and the rules for users. */
export function lookInto({ socket, password }: Place): Redis {
  const redis = new Redis({
    path: socket,
    ...(password !== undefined && { password }),
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
    commandTimeout: ANSWER_WITHIN_MS,
    enableReadyCheck: false,
    disableClientInfo: true,
    disconnectTimeout: 100,
  });
  // Whoever asks is told by what was asked.
  redis.on('error', () => undefined);
  return redis;
}

/** Asks one question. */
export async function ask(place: Place, command: string, ...args: string[]): Promise<unknown> {
  const redis = lookInto(place);
  try {
    return await redis.call(command, ...args);
  } finally {
    redis.disconnect();
  }
}

/** The fields of a section of `INFO`. */
export async function info(place: Place, section: string): Promise<Record<string, string>> {
  const text = String(await ask(place, 'INFO', section));
  return Object.fromEntries(
    text
      .split('\r\n')
      .filter((line) => line.includes(':'))
      .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]),
  );
}

/**
 * Asks again until it is so; a process that does not answer is not there yet.
 *
 * @throws Says in its text what the last attempt threw.
 */
export async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    let why = '';
    const itHolds = await holds().catch((error: unknown) => {
      why = ` (${String(error)})`;
      return false;
    });
    if (itHolds) return;
    if (Date.now() > deadline) throw new Error(`still waiting for this: ${what}${why}`);
    await wait(50);
  }
}
