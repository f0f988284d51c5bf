/**
 * Sending together what is asked at the same time: all commands of one turn of the event loop go out in
 * one write, for each write costs a call of the system here and wakes Redis there. Nobody waits longer
 * for that: no answer is read before the turn is over.
 *
 * @module
 */
import { atEndOfTurn } from '../../timing/turn.ts';
import { mastersOf, type RedisClient } from './ioredis.ts';

/** @returns Called before commands are sent: holds them back until the turn is over. */
export function gathering(client: RedisClient): () => void {
  let isHolding = false;
  return () => {
    if (isHolding) return;
    isHolding = true;
    atEndOfTurn(() => {
      isHolding = false;
    });
    for (const { stream } of mastersOf(client)) {
      if (!stream) continue;
      stream.cork();
      // Each by itself: one that fails holds up no other.
      atEndOfTurn(() => stream.uncork());
    }
  };
}
