/**
 * What this store says about itself, and to whom.
 *
 * @module
 */
import type { StoreLogger } from '../store.ts';

type Level = keyof StoreLogger;
type Fields = Readonly<Record<string, unknown>>;

/** Enough for what a connection can say before there is a server. */
const MAX_KEPT = 10;

/** A logger that can be told later whom to tell. Until then it keeps what is said. */
export class LateLogger implements StoreLogger {
  #logger: StoreLogger | undefined;
  #kept: (readonly [Level, string, Fields | undefined])[] = [];

  /** The first one counts: a store that two servers share speaks to the one that was made first. */
  use(logger: StoreLogger): void {
    this.#logger ??= logger;
    for (const [level, message, fields] of this.#kept) this.#logger[level](message, fields);
    this.#kept = [];
  }

  debug(message: string, fields?: Fields): void {
    this.#say('debug', message, fields);
  }

  info(message: string, fields?: Fields): void {
    this.#say('info', message, fields);
  }

  warn(message: string, fields?: Fields): void {
    this.#say('warn', message, fields);
  }

  error(message: string, fields?: Fields): void {
    this.#say('error', message, fields);
  }

  #say(level: Level, message: string, fields: Fields | undefined): void {
    if (this.#logger) this.#logger[level](message, fields);
    else if (this.#kept.length < MAX_KEPT) this.#kept.push([level, message, fields]);
  }
}
