/**
 * A promise with a deadline.
 *
 * @module
 */

/** The deadline passed first. */
export class TimedOutError extends Error {
  override readonly name = 'TimedOutError';
}

/** Waits for a promise at most so long. What it does later is ignored, also if it fails. */
export async function within<Value>(promise: Promise<Value>, ms: number): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new TimedOutError()), Math.max(ms, 0));
  });
  try {
    return await Promise.race([promise, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
