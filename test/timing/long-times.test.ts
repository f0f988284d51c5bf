import { describe, expect, it } from '@jest/globals';
import { Waiting } from '../../lib/timing/waiting.ts';
import { TimedOutError, within } from '../../lib/timing/within.ts';

/** A timer of Node that is set to more than 2,147,483,647 ms ends at once. */
const MONTH_MS = 30 * 24 * 60 * 60_000;

/** Never settles. */
const silent = (): Promise<never> => new Promise(() => {});

/** Settles when it is told. */
function open() {
  let settle: (value: string) => void = () => undefined;
  const promise = new Promise<string>((resolve) => {
    settle = resolve;
  });
  return { promise, settle: (value: string) => settle(value) };
}

/** Far longer than it takes a timer that ends at once. */
async function aWhile(): Promise<void> {
  await expect(within(silent(), 30)).rejects.toBeInstanceOf(TimedOutError);
}

describe('a time that is longer than a timer can count', () => {
  it('is waited for all the same', async () => {
    const { promise, settle } = open();
    const outcome = within(promise, MONTH_MS).catch((error: unknown) => error);
    await aWhile();
    settle('later');
    expect(await outcome).toBe('later');
  });

  it('is waited for until what was waited for is so', async () => {
    const waiting = new Waiting();
    let isSo = false;
    const became = waiting.until(() => isSo, MONTH_MS);
    await aWhile();
    isSo = true;
    waiting.wake();
    expect(await became).toBe(true);
  });
});
