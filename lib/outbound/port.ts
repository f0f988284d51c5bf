/**
 * Asking addresses that strangers choose: what a use case knows of it.
 *
 * @module
 */

/** What an answer says about how long it may be kept, and what is in it. */
export interface JsonAnswer {
  readonly json: unknown;
  /** For how long the answer says it is good, in milliseconds; 0 when it is not to be kept. */
  readonly freshForMs: number;
}

/**
 * - `refused`: the address is none that may be asked, and nothing was sent.
 * - `unusable`: an answer came, and it is none that counts.
 * - `unknown_host`: there is no such name.
 * - `away`: no answer came in time, or one that says to come back later.
 */
export type FetchFailure = 'refused' | 'unusable' | 'unknown_host' | 'away';

/** Nothing was got. The message is a fixed sentence, and repeats neither address nor answer. */
export class FetchFailedError extends Error {
  override readonly name = 'FetchFailedError';
  readonly failure: FetchFailure;

  constructor(failure: FetchFailure, message: string, cause?: unknown) {
    super(message, { cause });
    this.failure = failure;
  }
}

/**
 * Gets a JSON document.
 *
 * @param url - Any text.
 * @throws {FetchFailedError} Whatever it is that went wrong.
 */
export type GetJson = (
  url: string,
  limits: {
    /** What is longer is not read to its end. */
    readonly maxBytes: number;
  },
) => Promise<JsonAnswer>;

/** What lies outside of the process. Tests pass their own; hosts have nothing to choose here. */
export interface Outside {
  /**
   * All addresses of a name, asked anew each time.
   *
   * @throws {FetchFailedError} `unknown_host` when it has none, `away` when that cannot be told.
   */
  readonly resolve: (hostname: string, signal: AbortSignal) => Promise<readonly string[]>;
  /** Whether an address is out there on the internet. */
  readonly isPublic: (address: string) => boolean;
  /** For name, connection, answer and body together. */
  readonly deadlineMs: number;
  /** Who is trusted for certificates, in PEM; those that Node knows when it is absent. */
  readonly ca?: string;
}

export interface Loaded<Value> {
  readonly value: Value;
  /** As the answer says, in milliseconds; brought within the bounds. */
  readonly freshForMs: number;
}

/**
 * - `final`: whoever answers there says no. What was remembered is forgotten.
 * - `passing`: nobody can tell at the moment.
 * - `ours`: we did not ask. Says nothing of the other side.
 * - `theirs`: whoever wants it has made us ask too often. Says nothing of the other side either, and they
 *   can bring it about as they like.
 */
export type LoadFailure = 'final' | 'passing' | 'ours' | 'theirs';

export interface Remembered<Value, Asking> {
  /**
   * @param needsFresh - Whether one that is not fresh any more will not do when nobody answers. It
   * still does when it was us who did not ask, and not when it was for what the caller has done.
   * @param isEnough - Whether one that is remembered does. For one that does not the other side is asked
   * again, though not within half a minute of the last time; all that are when it is absent.
   * @throws What the admission of `asking` throws, or the loading.
   */
  get(
    key: string,
    asking: Asking,
    needsFresh: boolean,
    isEnough?: (value: Value) => boolean,
  ): Promise<Value>;
  /** What may be used while nobody answers, for which nobody is asked. */
  recall(key: string): Value | undefined;
}
