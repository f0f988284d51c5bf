/** A clock that stands still until it is moved. */
export interface Clock {
  readonly now: () => number;
  advance(milliseconds: number): void;
}

export function createClock(start = Date.UTC(2026, 10, 23, 12)): Clock {
  let time = start;
  return {
    now: () => time,
    advance(milliseconds) {
      time += milliseconds;
    },
  };
}
