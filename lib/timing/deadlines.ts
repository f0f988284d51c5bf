/**
 * Deadlines of many promises, with one timer for all of them: a timer for each costs more than what most
 * of them wait for.
 *
 * @module
 */
import { atEndOfTurn, thisTurn, type Turn } from './turn.ts';
import { TimedOutError } from './within.ts';

/** Somebody who waits for an answer. */
export interface Wait {
  readonly isOver: boolean;
}

interface Waiting extends Wait {
  readonly ms: number;
  /** Time begins when it is over, for only then can anything have been sent. */
  readonly turn: Turn;
  readonly fail: (error: unknown) => void;
  isOver: boolean;
}

export class Deadlines {
  readonly #waiting = new Set<Waiting>();
  /** Of those that were asked for in this turn. */
  #shortestMs = Infinity;
  #timer: NodeJS.Timeout | undefined;
  #firesAt = Infinity;

  /**
   * As {@link within}: what the promise does later is ignored, and sockets are read before time is over.
   *
   * @param begin - What it throws is what the promise is rejected with.
   */
  within<Value>(begin: (wait: Wait) => Promise<Value>, ms: number): Promise<Value> {
    return new Promise((resolve, reject) => {
      const waiting: Waiting = { ms, turn: thisTurn(), fail: reject, isOver: false };
      begin(waiting).then(
        (value) => {
          this.#remove(waiting);
          resolve(value);
        },
        (error: unknown) => {
          this.#remove(waiting);
          waiting.fail(error);
        },
      );
      this.#add(waiting);
    });
  }

  #add(waiting: Waiting): void {
    this.#waiting.add(waiting);
    if (this.#waiting.size === 1) this.#timer?.ref();
    if (this.#shortestMs === Infinity) atEndOfTurn((endedAt) => this.#begin(endedAt));
    this.#shortestMs = Math.min(this.#shortestMs, waiting.ms);
  }

  #begin(now: number): void {
    const first = now + this.#shortestMs;
    this.#shortestMs = Infinity;
    if (first < this.#firesAt) this.#fireAt(first);
  }

  /** The timer stays, for others come soon; it alone keeps no process alive. */
  #remove(waiting: Waiting): void {
    waiting.isOver = true;
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
    if (this.#waiting.size === 0) this.#timer.unref();
  }

  #expire(): void {
    this.#firesAt = Infinity;
    const now = performance.now();
    let next = Infinity;
    for (const waiting of this.#waiting) {
      const endsAt = waiting.turn.endedAt + waiting.ms;
      if (endsAt <= now) {
        this.#remove(waiting);
        waiting.fail(new TimedOutError());
      } else {
        next = Math.min(next, endsAt);
      }
    }
    if (next < Infinity) this.#fireAt(next);
  }
}
