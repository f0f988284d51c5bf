/**
 * What this store says about itself, and to whom.
 *
 * @module
 */
import type { StoreLogger } from '../store.ts';

/** A logger that can be told later whom to tell. Says nothing until then. */
export class LateLogger implements StoreLogger {
  #logger: StoreLogger | undefined;

  constructor(logger?: StoreLogger) {
    this.#logger = logger;
  }

  /** The first one counts: a logger that was chosen for the store stays. */
  use(logger: StoreLogger): void {
    this.#logger ??= logger;
  }

  debug(message: string, fields?: Readonly<Record<string, unknown>>): void {
    this.#logger?.debug(message, fields);
  }

  info(message: string, fields?: Readonly<Record<string, unknown>>): void {
    this.#logger?.info(message, fields);
  }

  warn(message: string, fields?: Readonly<Record<string, unknown>>): void {
    this.#logger?.warn(message, fields);
  }

  error(message: string, fields?: Readonly<Record<string, unknown>>): void {
    this.#logger?.error(message, fields);
  }
}
