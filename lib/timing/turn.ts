/**
 * One turn of the event loop: what has come is looked at, one after the other, and then the process
 * asks for more. What comes meanwhile is not seen before the turn is over, but for what is asked while
 * `setImmediate` has its turn: that one is over a round later.
 *
 * @module
 */
import { monotonicNow, setImmediate } from './real-time.ts';
import { runAll } from './run-all.ts';

export interface Turn {
  /** By `monotonicNow`; `Infinity` as long as it is not over. */
  readonly endedAt: number;
}

class RunningTurn implements Turn {
  endedAt = Infinity;
  readonly last: ((endedAt: number) => void)[] = [];

  /** What is held back until now is let go, also when something else fails. */
  end(): void {
    this.endedAt = monotonicNow();
    runAll(this.last, this.endedAt);
  }
}

let running: RunningTurn | undefined;

/** The same for all who ask in this turn. */
export function thisTurn(): Turn {
  return runningTurn();
}

/**
 * Runs something when this turn is over, in the order in which it was asked for, also when something else
 * that runs then fails. What it throws is thrown after all: nobody would see it otherwise.
 */
export function atEndOfTurn(run: (endedAt: number) => void): void {
  runningTurn().last.push(run);
}

function runningTurn(): RunningTurn {
  if (running) return running;
  const turn = new RunningTurn();
  running = turn;
  setImmediate(() => {
    running = undefined;
    turn.end();
  });
  return turn;
}
