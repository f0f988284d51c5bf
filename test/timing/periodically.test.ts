import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { periodically } from '../../lib/timing/periodically.ts';

describe('looking now and then', () => {
  let looks: number;
  let isAway: boolean;
  let end: () => void;

  beforeEach(() => {
    jest.useFakeTimers();
    looks = 0;
    isAway = false;
    end = periodically(async () => {
      looks += 1;
      return isAway ? 1_000 : 30_000;
    });
  });
  afterEach(() => {
    end();
    jest.useRealTimers();
  });

  it('begins at once, and goes on by the period, a fifth of it sooner at most', async () => {
    expect(looks).toBe(1);
    await jest.advanceTimersByTimeAsync(23_999);
    expect(looks).toBe(1);
    await jest.advanceTimersByTimeAsync(6_001);
    expect(looks).toBe(2);
    await jest.advanceTimersByTimeAsync(10 * 30_000);
    expect(looks).toBeGreaterThanOrEqual(12);
    expect(looks).toBeLessThanOrEqual(15);
  });

  it('comes again as soon as the last look said', async () => {
    isAway = true;
    await jest.advanceTimersByTimeAsync(30_000);
    const before = looks;
    expect(before).toBeGreaterThanOrEqual(2);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(looks - before).toBeGreaterThanOrEqual(10);
    expect(looks - before).toBeLessThanOrEqual(13);
    isAway = false;
    await jest.advanceTimersByTimeAsync(1_000);
    const after = looks;
    await jest.advanceTimersByTimeAsync(20_000);
    expect(looks).toBe(after);
  });

  it('is over when a look says that there is nothing more', async () => {
    let more = 0;
    periodically(async () => {
      more += 1;
      return undefined;
    });
    await jest.advanceTimersByTimeAsync(100_000);
    expect(more).toBe(1);
  });

  it('ends', async () => {
    end();
    await jest.advanceTimersByTimeAsync(100_000);
    expect(looks).toBe(1);
  });
});
