/**
 * How many are under way, for whoever has to wait until none is.
 *
 * @module
 */

export class UnderWay {
  #count = 0;
  #settle: () => void = () => undefined;

  enter(): void {
    this.#count += 1;
  }

  leave(): void {
    this.#count -= 1;
    if (this.#count === 0) this.#settle();
  }

  /** Resolves when none is. For one who asks once, when no more enter. */
  none(): Promise<void> {
    if (this.#count === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#settle = resolve;
    });
  }
}
