/**
 * Waiting for something to become so, by those who are told when to look.
 *
 * @module
 */
import { within } from './within.ts';

export class Waiting {
  readonly #wakes = new Set<() => void>();

  /** Whether it became so within the time. */
  async until(condition: () => boolean, ms: number): Promise<boolean> {
    let wake: () => void = () => undefined;
    const woken = new Promise<void>((resolve) => {
      wake = () => condition() && resolve();
    });
    this.#wakes.add(wake);
    try {
      await within(woken, ms);
    } catch {
      return false;
    } finally {
      this.#wakes.delete(wake);
    }
    return true;
  }

  /** Something has changed: all look. */
  wake(): void {
    for (const wake of this.#wakes) wake();
  }
}
