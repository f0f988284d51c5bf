/**
 * A map whose entries go away by themselves, without a timer that would keep the process alive.
 *
 * @module
 */

/**
 * How long an entry outlives the record in it: as long as a key in Redis, so that both stores answer
 * alike about what has just ended.
 */
const GARBAGE_AFTER_MS = 60_000;

/** Sweeping looks at every entry, so it is done now and then. */
const SWEEP_EVERY_MS = 60_000;

interface Entry<Value> {
  readonly value: Value;
  readonly gone_at: number;
}

export class ExpiringMap<Value> {
  readonly #entries = new Map<string, Entry<Value>>();
  readonly #now: () => number;
  #sweepAt = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): Value | undefined {
    const entry = this.#entries.get(key);
    return entry && this.#now() < entry.gone_at ? entry.value : undefined;
  }

  values(): Value[] {
    return [...this.#entries.values()].map(({ value }) => value);
  }

  /** @param endsAt - End of the record; the entry stays a little longer. */
  set(key: string, value: Value, endsAt: number): void {
    this.#sweep();
    this.#entries.set(key, { value, gone_at: endsAt + GARBAGE_AFTER_MS });
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }

  #sweep(): void {
    const now = this.#now();
    if (now < this.#sweepAt) return;
    this.#sweepAt = now + SWEEP_EVERY_MS;
    for (const [key, { gone_at }] of this.#entries) if (now >= gone_at) this.#entries.delete(key);
  }
}
