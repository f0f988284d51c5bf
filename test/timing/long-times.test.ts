import { describe, expect, it } from '@jest/globals';
import { Deadlines } from '../../lib/timing/deadlines.ts';
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

function newDeadlines(): Deadlines {
  return new Deadlines({ answered: () => undefined, failed: (error) => error as Error });
}

describe('a time that is longer than a timer can count', () => {
  it.each([
    { name: 'by itself', wait: (promise: Promise<string>) => within(promise, MONTH_MS) },
    {
      name: 'among others',
      wait: (promise: Promise<string>) => newDeadlines().within(() => promise, MONTH_MS),
    },
  ])('is waited for all the same: $name', async ({ wait }) => {
    const { promise, settle } = open();
    const outcome = wait(promise).catch((error: unknown) => error);
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

  it('keeps no shorter one from ending', async () => {
    const deadlines = newDeadlines();
    const { promise, settle } = open();
    const long = deadlines.within(() => promise, MONTH_MS).catch((error: unknown) => error);
    await expect(deadlines.within(silent, 10)).rejects.toBeInstanceOf(TimedOutError);
    await aWhile();
    settle('later');
    expect(await long).toBe('later');
  });
});
