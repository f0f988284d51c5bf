/**
 * Deadlines of many promises, with one timer for all of them: a timer for each costs more than what most
 * of them wait for.
 *
 * @module
 */
import {
  clearTimeout,
  LONGEST_TIMER_MS,
  monotonicNow,
  setImmediate,
  setTimeout,
} from './real-time.ts';
import { atEndOfTurn, thisTurn, type Turn } from './turn.ts';
import { TimedOutError } from './within.ts';

/** Somebody who waits for an answer. */
export interface Wait {
  /** How long at most. */
  readonly ms: number;
  /** Time begins when it is over, for only then can anything have been sent. */
  readonly turn: Turn;
  /** Whether it has ended, in whatever way. */
  readonly isOver: boolean;
}

/** Told how each wait ended, before whoever waited is. */
export interface Outcomes {
  answered(): void;
  /** @returns What the promise is rejected with. */
  failed(error: unknown, wait: Wait): Error;
}

interface Waiting extends Wait {
  readonly reject: (error: Error) => void;
  isOver: boolean;
}

export class Deadlines {
  readonly #outcomes: Outcomes;
  readonly #waiting = new Set<Waiting>();
  /** Of those that were asked for in this turn. */
  #shortestMs = Infinity;
  #timer: NodeJS.Timeout | undefined;
  #firesAt = Infinity;

  constructor(outcomes: Outcomes) {
    this.#outcomes = outcomes;
  }

  /**
   * As {@link within}: what the promise does later is ignored, and sockets are read before time is over.
   *
   * @param begin - What it throws is a failure as well.
   */
  within<Value>(begin: (wait: Wait) => Promise<Value>, ms: number): Promise<Value> {
    return new Promise((resolve, reject) => {
      const waiting: Waiting = { ms, turn: thisTurn(), reject, isOver: false };
      this.#add(waiting);
      const fail = (error: unknown): void => this.#fail(waiting, error);
      try {
        begin(waiting).then((value) => {
          if (!this.#end(waiting)) return;
          this.#outcomes.answered();
          resolve(value);
        }, fail);
      } catch (error) {
        fail(error);
      }
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

  /** Whatever comes of telling it, nobody waits any longer. */
  #fail(waiting: Waiting, error: unknown): void {
    if (!this.#end(waiting)) return;
    try {
      waiting.reject(this.#outcomes.failed(error, waiting));
    } catch (thrown) {
      waiting.reject(thrown as Error);
    }
  }

  /**
   * The timer stays, for others come soon; it alone keeps no process alive.
   *
   * @returns Whether it was not over before.
   */
  #end(waiting: Waiting): boolean {
    if (waiting.isOver) return false;
    waiting.isOver = true;
    this.#waiting.delete(waiting);
    if (this.#waiting.size === 0) this.#timer?.unref();
    return true;
  }

  /** What is further away than a timer can count is looked at before, and found to be not over. */
  #fireAt(time: number): void {
    clearTimeout(this.#timer);
    this.#firesAt = time;
    this.#timer = setTimeout(
      () => setImmediate(() => this.#expire()),
      Math.min(Math.max(time - monotonicNow(), 0), LONGEST_TIMER_MS),
    );
    if (this.#waiting.size === 0) this.#timer.unref();
  }

  #expire(): void {
    this.#firesAt = Infinity;
    const now = monotonicNow();
    let next = Infinity;
    for (const waiting of this.#waiting) {
      const endsAt = waiting.turn.endedAt + waiting.ms;
      if (endsAt <= now) {
        this.#fail(waiting, new TimedOutError());
      } else {
        next = Math.min(next, endsAt);
      }
    }
    if (next < Infinity) this.#fireAt(next);
  }
}
