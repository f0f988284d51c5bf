/**
 * Going out of service without losing a request: first no new ones are wanted, then none are taken,
 * and what is under way is finished.
 *
 * @module
 */

export class Drain {
  #isDraining = false;
  #isClosing = false;
  readonly #underWay = new Set<Request>();
  #settle: () => void = () => undefined;

  /** No new requests are wanted; those that come all the same are served. */
  get isDraining(): boolean {
    return this.#isDraining;
  }

  /** No new requests are taken. */
  get isClosing(): boolean {
    return this.#isClosing;
  }

  begin(): void {
    this.#isDraining = true;
  }

  /**
   * Counts a request in.
   *
   * @param onClosing - Told when no new requests are taken any more, while this one is under way.
   * @returns Counts it out; more than once is once.
   */
  enter(onClosing: () => void): () => void {
    const request = { onClosing };
    this.#underWay.add(request);
    return () => {
      this.#underWay.delete(request);
      if (this.#underWay.size === 0) this.#settle();
    };
  }

  /** Takes no new requests. Resolves when none is under way. */
  close(): Promise<void> {
    this.#isDraining = true;
    this.#isClosing = true;
    for (const { onClosing } of this.#underWay) onClosing();
    if (this.#underWay.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#settle = resolve;
    });
  }
}

interface Request {
  readonly onClosing: () => void;
}
