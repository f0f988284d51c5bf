/**
 * Waiting for what comes by itself: in another process, on another connection, or an instant after
 * something else was seen.
 *
 * @module
 */
import { setTimeout as wait } from 'node:timers/promises';
import { PATIENCE_MS } from './stores.ts';

const LOOK_EVERY_MS = 20;

/**
 * Looks until what is expected is so, and once more after the machine has stood still for too long.
 *
 * @param look - Expects it. What it sees is passed on. A matcher writes out what it was given each time
 *   it fails: it is given a number or a text, never a request or a socket, which take seconds to write.
 * @throws What the last look threw.
 */
export async function eventually<Seen>(look: () => Seen | Promise<Seen>): Promise<Seen> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const isLast = performance.now() > deadline;
    try {
      return await look();
    } catch (error) {
      if (isLast) throw error;
    }
    await wait(LOOK_EVERY_MS);
  }
}
