/**
 * Looking again now and then, also when no request comes.
 *
 * @module
 */
import { randomInt } from 'node:crypto';

/**
 * Looks at once, and again after as long as each look says, which is spread, so that the instances do
 * not all come in the same moment. Keeps no process alive.
 *
 * @param look - Tells after how many milliseconds the next one is due; nothing when there is none. Never
 * rejects.
 * @returns Ends it.
 */
export function periodically(look: () => Promise<number | undefined>): () => void {
  let timer: NodeJS.Timeout | undefined;
  let isEnded = false;
  const run = async (): Promise<void> => {
    const waitMs = await look();
    if (isEnded || waitMs === undefined) return;
    timer = setTimeout(() => void run(), waitMs - randomInt(Math.ceil(waitMs / 5)));
    timer.unref();
  };
  void run();
  return () => {
    isEnded = true;
    clearTimeout(timer);
  };
}
