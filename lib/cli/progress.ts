/**
 * How far a long command has come: one line that is written over, on a terminal and nowhere else.
 *
 * @module
 */

const WIDTH = 30;
const EVERY_MS = 100;

/** Where it is shown. */
export interface ProgressPlace {
  readonly isTerminal: boolean;
  readonly write: (text: string) => void;
  readonly now: () => number;
}

export interface Progress {
  /** @param by - How much more is done. */
  advance(by: number): void;
  /** Takes the line away. */
  end(): void;
}

/** @param total - As far as it is known; there may turn out to be more. */
export function beginProgress(place: ProgressPlace, label: string, total: number): Progress {
  if (!place.isTerminal) return { advance: () => undefined, end: () => undefined };
  let done = 0;
  let shownAt = -Infinity;
  const show = (): void => {
    const share = total > 0 ? Math.min(done / total, 1) : 1;
    const filled = Math.round(share * WIDTH);
    const bar = `${'#'.repeat(filled)}${'.'.repeat(WIDTH - filled)}`;
    const counts = `${String(done)} of ${String(Math.max(total, done))}`;
    place.write(`\r\u001B[2K${label} [${bar}] ${String(Math.floor(share * 100))} % (${counts})`);
  };
  return {
    advance(by) {
      done += by;
      if (place.now() - shownAt < EVERY_MS) return;
      shownAt = place.now();
      show();
    },
    end() {
      place.write('\r\u001B[2K');
    },
  };
}
