/**
 * Deadlines of many promises, with one timer for all of them: a timer for each costs more than what most
 * of them wait for.
 *
 * @module
 */
import { atEndOfTurn } from './end-of-turn.ts';
import { TimedOutError } from './within.ts';

interface Waiting {
  readonly ms: number;
  /** By the clock that never turns back. */
  endsAt: number;
  readonly expire: (error: TimedOutError) => void;
}

export class Deadlines {
  readonly #waiting = new Set<Waiting>();
  /** Those of this turn: their time begins at its end. */
  #begun: Waiting[] = [];
  #timer: NodeJS.Timeout | undefined;
  #firesAt = Infinity;

  /**
   * As {@link within}: what the promise does later is ignored, and sockets are read before time is over.
   * The time begins when this turn is over, for only then can anything have been sent.
   *
   * @param begin - What it throws is what the promise is rejected with.
   */
  within<Value>(begin: () => Promise<Value>, ms: number): Promise<Value> {
    return new Promise((resolve, reject) => {
      const promise = begin();
      const waiting = { ms, endsAt: Infinity, expire: reject };
      this.#add(waiting);
      const remove = (): void => this.#remove(waiting);
      promise.then(remove, remove);
      promise.then(resolve, reject);
    });
  }

  #add(waiting: Waiting): void {
    this.#waiting.add(waiting);
    if (this.#waiting.size === 1) this.#timer?.ref();
    if (this.#begun.length === 0) atEndOfTurn(() => this.#begin());
    this.#begun.push(waiting);
  }

  #begin(): void {
    const now = performance.now();
    let first = this.#firesAt;
    for (const waiting of this.#begun) {
      waiting.endsAt = now + waiting.ms;
      if (this.#waiting.has(waiting)) first = Math.min(first, waiting.endsAt);
    }
    this.#begun = [];
    if (first < this.#firesAt) this.#fireAt(first);
  }

  /** The timer stays, for others come soon; it alone keeps no process alive. */
  #remove(waiting: Waiting): void {
    this.#waiting.delete(waiting);
    if (this.#waiting.size === 0) this.#timer?.unref();
  }

  #fireAt(time: number): void {
    clearTimeout(this.#timer);
    this.#firesAt = time;
    this.#timer = setTimeout(
      () => setImmediate(() => this.#expire()),
      Math.max(time - performance.now(), 0),
    );
  }

  #expire(): void {
    this.#firesAt = Infinity;
    const now = performance.now();
    let next = Infinity;
    for (const waiting of this.#waiting) {
      if (waiting.endsAt <= now) {
        this.#waiting.delete(waiting);
        waiting.expire(new TimedOutError());
      } else {
        next = Math.min(next, waiting.endsAt);
      }
    }
    if (next < Infinity) this.#fireAt(next);
  }
}
