import { beforeEach, describe, expect, it } from '@jest/globals';
import { RemoteClock } from '../../lib/storage/redis/clock.ts';

describe('RemoteClock', () => {
  let monotonic: number;
  let clock: RemoteClock;

  beforeEach(() => {
    monotonic = 1_000;
    clock = new RemoteClock(() => monotonic);
    clock.heard(1_800_000_000_000, clock.mark());
  });

  it('moves on with monotonic time between two replies', () => {
    monotonic += 250;
    expect(clock.now()).toBe(1_800_000_000_250);
  });

  it('keeps an estimate that a slow reply does not contradict', () => {
    const mark = clock.mark();
    monotonic += 5_000;
    clock.heard(1_800_000_000_010, mark);
    expect(clock.now()).toBe(1_800_000_005_000);
  });

  it('follows a remote clock that was put forward or back', () => {
    const mark = clock.mark();
    monotonic += 10;
    clock.heard(1_800_000_060_000, mark);
    expect(clock.now()).toBe(1_800_000_060_000);
    clock.heard(1_800_000_000_000, clock.mark());
    expect(clock.now()).toBe(1_800_000_000_000);
  });

  it('goes by the wall clock until it has heard anything', () => {
    expect(Math.abs(new RemoteClock().now() - Date.now())).toBeLessThan(1_000);
  });
});
