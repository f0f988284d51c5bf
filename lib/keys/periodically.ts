/**
 * Looking again now and then, also when no request comes.
 *
 * @module
 */
import { randomInt } from 'node:crypto';

export interface Period {
  /** Absent: once is enough. */
  readonly everyMs: number | undefined;
  /** After a look that failed. */
  readonly retryMs: number;
}

/**
 * Looks at once and then on the period, which is spread, so that the instances do not all come in the
 * same moment. Keeps no process alive.
 *
 * @param look - Rejects when it has to be tried again soon.
 * @returns Ends it.
 */
export function periodically(look: () => Promise<void>, { everyMs, retryMs }: Period): () => void {
  let timer: NodeJS.Timeout | undefined;
  let isEnded = false;
  const run = async (): Promise<void> => {
    const waitMs = await look().then(
      () => everyMs,
      () => retryMs,
    );
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
