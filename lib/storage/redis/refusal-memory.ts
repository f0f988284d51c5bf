/**
 * Who has been refused, until the end of the window: whoever goes on asking costs Redis nothing.
 *
 * @module
 */

/** More callers than that are asked about again, which is only slower. */
const MAX_REFUSALS = 10_000;

export class RefusalMemory {
  readonly #ends = new Map<string, number>();
  readonly #mark: () => number;

  /** @param mark - A monotonic clock, in milliseconds. */
  constructor(mark: () => number) {
    this.#mark = mark;
  }

  get size(): number {
    return this.#ends.size;
  }

  add(key: string, ms: number): void {
    // The longest known one gives way.
    const [oldest] = this.#ends.keys();
    if (oldest !== undefined && this.#ends.size >= MAX_REFUSALS) this.#ends.delete(oldest);
    this.#ends.set(key, this.#mark() + ms);
  }

  /** Milliseconds until the caller may ask again; `undefined` when nothing is known against it. */
  leftMs(key: string): number | undefined {
    const end = this.#ends.get(key);
    if (end === undefined) return undefined;
    const left = end - this.#mark();
    if (left > 0) return left;
    this.#ends.delete(key);
    return undefined;
  }
}
