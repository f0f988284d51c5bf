/**
 * A promise with a deadline.
 *
 * @module
 */

/** The deadline passed first. */
export class TimedOutError extends Error {
  override readonly name = 'TimedOutError';
}

/**
 * Waits for a promise at most so long. What it does later is ignored, also if it fails.
 *
 * Timers run before sockets are read: after a pause of the whole process, be it garbage collection
 * or work of the host, the deadline has passed although the answer is there. So sockets are read once
 * more before it counts.
 */
export async function within<Value>(promise: Promise<Value>, ms: number): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  let afterReading: NodeJS.Immediate | undefined;
  const deadline = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => {
        afterReading = setImmediate(() => reject(new TimedOutError()));
      },
      Math.max(ms, 0),
    );
  });
  try {
    return await Promise.race([promise, deadline]);
  } finally {
    clearTimeout(timer);
    clearImmediate(afterReading);
  }
}
