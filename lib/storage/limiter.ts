/**
 * Counting requests: how many of one caller in one window of time.
 *
 * A window begins with the first request that is counted and ends a fixed time later, whatever comes
 * in between. Its time is the real one: a clock that a test moves does not move it.
 *
 * @module
 */
import { isStoreUnavailable } from './store.ts';

/** What may be asked for, and how often. */
export interface Quota {
  /** Tells limits apart that count the same caller; lower case letters and hyphens. */
  readonly name: string;
  /** Requests in a window. */
  readonly limit: number;
  readonly windowSeconds: number;
}

/** Where a caller stands after a request. */
export interface Count {
  /** Whether the request is one of those that the quota allows. */
  readonly isWithin: boolean;
  /** How many more it allows in this window. */
  readonly remaining: number;
  /** Until the window ends, in milliseconds. */
  readonly resetMs: number;
}

/** The counts of one quota. Keys are made by us: short, opaque, and safe in the name of a key. */
export interface Limiter {
  /**
   * Counts a request, also one that is too many.
   *
   * @throws {StoreUnavailableError} When it cannot be known.
   */
  consume(key: string): Promise<Count>;
  /** Takes back a request that was counted. */
  refund(key: string): Promise<void>;
  /** The refusal that still stands, where it is known without asking anybody. */
  refusal(key: string): Count | undefined;
}

/**
 * A limiter that goes on when the store is away: each instance then counts for itself, so that the
 * limit is as many times as high as there are instances, and still there.
 */
export function insured(limiter: Limiter, local: Limiter): Limiter {
  const orLocally = async <Value>(ask: (one: Limiter) => Promise<Value>): Promise<Value> => {
    try {
      return await ask(limiter);
    } catch (error) {
      if (!isStoreUnavailable(error)) throw error;
      return await ask(local);
    }
  };
  return {
    consume: (key) => orLocally((one) => one.consume(key)),
    refund: (key) => orLocally((one) => one.refund(key)),
    refusal: (key) => limiter.refusal(key),
  };
}
