/**
 * One call of the store at a time, in an order that fast-check chooses.
 *
 * A call waits until every request under way is at a call or has been answered, so that the choice
 * is always among the same ones: a failure can be seen again by its seed.
 */
import type fc from 'fast-check';
import type { Around } from '../../lib/storage/around.ts';
import type { PartName } from '../../lib/storage/store-methods.ts';

/** What requests ask for. Instances look at the rest by themselves, now and then. */
const IN_TURN: readonly PartName[] = [
  'clients',
  'clientStates',
  'authorizations',
  'grants',
  'consents',
];

interface Waiting {
  readonly place: number;
  readonly label: string;
  readonly go: () => Promise<unknown>;
}

export class Turns {
  readonly #scheduler: fc.Scheduler;
  #waiting: Waiting[] = [];
  /** Those that are chosen among. */
  readonly #scheduled = new Map<number, number>();
  #active = new Set<number>();
  #slow: number | undefined;
  #calling = 0;
  #wake: () => void = () => undefined;

  constructor(scheduler: fc.Scheduler) {
    this.#scheduler = scheduler;
  }

  /** Around each call of the instance at this place. */
  at(place: number): (part: PartName) => Around {
    return (part) => (name, run) =>
      IN_TURN.includes(part)
        ? (...given) => this.#call(place, `${String(place)}: ${part}.${name}`, () => run(...given))
        : run;
  }

  /**
   * Sends all of them, each to the instance at its place, and gives every call its turn.
   *
   * @param slow - The one that only looks until the others have been answered.
   */
  async inTurn<Answer>(
    sending: readonly (() => Promise<Answer>)[],
    slow?: number,
  ): Promise<Answer[]> {
    this.#active = new Set(sending.keys());
    this.#slow = slow;
    const answers = Promise.all(
      sending.map(async (send, place) =>
        send().finally(() => {
          this.#active.delete(place);
          this.#wake();
        }),
      ),
    );
    // Told by whoever awaits the answers.
    answers.catch(() => undefined);
    while (this.#active.size > 0) {
      await this.#standstill();
      this.#schedule();
      if (this.#scheduler.count() > 0) await this.#scheduler.waitNext(1);
    }
    // What nobody waits for goes on all the same.
    this.#schedule();
    await this.#scheduler.waitNext(this.#scheduler.count());
    return answers;
  }

  async #call(place: number, label: string, run: () => unknown): Promise<unknown> {
    if (!this.#active.has(place)) return run();
    return new Promise((resolve) => {
      const go = async (): Promise<void> => {
        this.#count(place, -1);
        this.#calling += 1;
        const answer = Promise.resolve().then(run);
        resolve(answer);
        // Told by whoever made the call.
        await answer.catch(() => undefined);
        this.#calling -= 1;
        this.#wake();
      };
      this.#waiting.push({ place, label, go });
      this.#count(place, 1);
      this.#wake();
    });
  }

  #count(place: number, more: number): void {
    this.#scheduled.set(place, (this.#scheduled.get(place) ?? 0) + more);
  }

  /** Nothing goes on but what waits for its turn. */
  async #standstill(): Promise<void> {
    for (;;) {
      // Calls that are made together are there together.
      await new Promise(setImmediate);
      const isMoving = [...this.#active].some((place) => !this.#scheduled.get(place));
      if (this.#calling === 0 && !isMoving) return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #schedule(): void {
    const isHeld = ({ place, label }: Waiting): boolean =>
      place === this.#slow && this.#active.size > 1 && !label.endsWith('.find');
    const next = this.#waiting
      .filter((call) => !isHeld(call))
      .sort((one, other) => one.place - other.place);
    this.#waiting = this.#waiting.filter(isHeld);
    for (const { label, go } of next) {
      void this.#scheduler.schedule(Promise.resolve(), label).then(go);
    }
  }
}
