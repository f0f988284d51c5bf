/**
 * The clock of the Redis server, as this instance knows it.
 *
 * Ends and deadlines are measured in Redis' time, so that instances whose wall clocks disagree still
 * agree about every record. Between two replies the estimate moves on with monotonic time.
 *
 * @module
 */
import { performance } from 'node:perf_hooks';

/** An estimate of a remote clock, in milliseconds since the epoch. */
export class RemoteClock {
  readonly #monotonic: () => number;
  /** Remote time minus monotonic time; absent until the remote clock has been heard. */
  #difference: number | undefined;

  constructor(monotonic: () => number = () => performance.now()) {
    this.#monotonic = monotonic;
  }

  /** A point on the monotonic clock, to be taken before a question is sent. */
  mark(): number {
    return this.#monotonic();
  }

  /**
   * Takes in a reading of the remote clock that was made somewhere between a mark and now. An
   * estimate that fits is kept: a reply that waited in a busy event loop says little and spoils nothing.
   */
  heard(remote: number, mark: number): void {
    const earliest = remote - this.#monotonic();
    const latest = remote - mark;
    this.#difference = Math.min(Math.max(this.#difference ?? earliest, earliest), latest);
  }

  /** The wall clock of this instance stands in until the remote clock has been heard. */
  now(): number {
    if (this.#difference === undefined) return Date.now();
    return Math.floor(this.#monotonic() + this.#difference);
  }
}
