/**
 * Looking for something that somebody else is about to do.
 *
 * @module
 */

export interface Looking {
  /** Milliseconds between one answer and the next look. */
  readonly everyMs: number;
  /** After so many milliseconds there is no further look. */
  readonly withinMs: number;
}

/**
 * Looks at once, and again until there is something to see.
 *
 * @returns What was seen; nothing when the time was over first.
 */
export async function untilSeen<Value>(
  look: () => Promise<Value | undefined>,
  { everyMs, withinMs }: Looking,
): Promise<Value | undefined> {
  const end = performance.now() + withinMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined || performance.now() + everyMs > end) return seen;
    await new Promise((resolve) => {
      setTimeout(resolve, everyMs);
    });
  }
}
