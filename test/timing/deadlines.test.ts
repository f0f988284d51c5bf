import { stat } from 'node:fs/promises';
import { describe, expect, it, jest } from '@jest/globals';
import { Deadlines } from '../../lib/timing/deadlines.ts';
import { TimedOutError } from '../../lib/timing/within.ts';

const LONG_MS = 60_000;

/** That tell nobody. */
function newDeadlines(): Deadlines {
  return new Deadlines({ answered: () => undefined, failed: (error) => error as Error });
}

/** Never settles. */
function silent(): Promise<never> {
  return new Promise(() => {});
}

/** Settles when it is told. */
function open(): { readonly promise: Promise<string>; readonly settle: (value: string) => void } {
  let settle: (value: string) => void = () => undefined;
  const promise = new Promise<string>((resolve) => {
    settle = resolve;
  });
  return { promise, settle };
}

describe('deadlines with one timer', () => {
  it('give what comes in time, also what has failed', async () => {
    const deadlines = newDeadlines();
    await expect(deadlines.within(() => Promise.resolve('here'), LONG_MS)).resolves.toBe('here');
    const failed = new Error('away');
    await expect(deadlines.within(() => Promise.reject(failed), LONG_MS)).rejects.toBe(failed);
  });

  it('take what is thrown at once for a failure', async () => {
    const thrown = new Error('at once');
    const begin = (): never => {
      throw thrown;
    };
    await expect(newDeadlines().within(begin, LONG_MS)).rejects.toBe(thrown);
  });

  it.each([1, 0, -1])('end what does not come within %i ms', async (ms) => {
    await expect(newDeadlines().within(silent, ms)).rejects.toBeInstanceOf(TimedOutError);
  });

  it('end the shorter one first, also when it was asked for last', async () => {
    const deadlines = newDeadlines();
    const ended: string[] = [];
    const all = [
      { name: 'long', ms: 60 },
      { name: 'middle', ms: 40 },
      { name: 'short', ms: 20 },
    ].map(({ name, ms }) => deadlines.within(silent, ms).catch(() => ended.push(name)));
    await Promise.all(all);
    expect(ended).toEqual(['short', 'middle', 'long']);
  });

  it('end those alone whose time is over', async () => {
    const deadlines = newDeadlines();
    const { promise, settle } = open();
    const answered = deadlines.within(() => promise, LONG_MS);
    await expect(deadlines.within(silent, 5)).rejects.toBeInstanceOf(TimedOutError);
    settle('later');
    await expect(answered).resolves.toBe('later');
  });

  it('hold for those that come when nobody waits any more', async () => {
    const deadlines = newDeadlines();
    await deadlines.within(() => Promise.resolve(), 5);
    await expect(deadlines.within(silent, 10)).rejects.toBeInstanceOf(TimedOutError);
    await expect(deadlines.within(silent, 5)).rejects.toBeInstanceOf(TimedOutError);
  });

  it('end all the same when a failure cannot be told', async () => {
    const failed = (): never => {
      throw new Error('the log is broken');
    };
    const deadlines = new Deadlines({ answered: () => undefined, failed });
    const all = [5, 10].map((ms) => deadlines.within(silent, ms));
    for (const one of all) await expect(one).rejects.toThrow('the log is broken');
  });

  it('go by the real time, whatever a test has put in its place meanwhile', async () => {
    const deadlines = newDeadlines();
    jest.useFakeTimers({ now: 0 });
    const faked = deadlines.within(silent, 10);
    await expect(faked).rejects.toBeInstanceOf(TimedOutError);
    jest.useRealTimers();
    await expect(deadlines.within(silent, 10)).rejects.toBeInstanceOf(TimedOutError);
  });

  it('do not count the time in which the process stood still', async () => {
    const answered = newDeadlines().within(() => stat('.'), 20);
    const until = performance.now() + 60;
    while (performance.now() < until);
    // The answer came meanwhile, and is read after the timers.
    await expect(answered).resolves.toBeDefined();
  });
});
