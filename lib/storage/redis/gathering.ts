/**
 * Sending together what is asked at the same time: all commands of one turn go out in one write. Each
 * write costs a call of the system here and wakes Redis there. Not later than that: what else the
 * process has to do may take long, and is not to stand between a question and its answer.
 *
 * @module
 */
import { atEndOfTurn } from '../../timing/end-of-turn.ts';
import { mastersOf, type RedisClient } from './ioredis.ts';

/** @returns Called before commands are sent: holds them back until the turn is over. */
export function gathering(client: RedisClient): () => void {
  let isHolding = false;
  return () => {
    if (isHolding) return;
    isHolding = true;
    const streams = mastersOf(client).flatMap(({ stream }) => stream ?? []);
    for (const stream of streams) stream.cork();
    atEndOfTurn(() => {
      isHolding = false;
      for (const stream of streams) stream.uncork();
    });
  };
}
