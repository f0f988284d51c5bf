/**
 * What comes from outside the program: time, randomness and other servers. Tests pass their own.
 *
 * @module
 */
import { randomUUID } from 'node:crypto';
import type { Outside } from './outbound/port.ts';
import { createRandomBytes } from './random-bytes.ts';

/** Clock, randomness and what lies outside of the process. Only tests pass their own. */
export interface Runtime {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** So many bytes that nobody can guess. */
  readonly randomBytes: (size: number) => Buffer;
  /** A UUID of version 4. */
  readonly randomUUID: () => string;
  /** The internet, when it is absent. */
  readonly outside?: Outside;
}

export const SYSTEM_RUNTIME: Runtime = {
  now: () => Date.now(),
  randomBytes: createRandomBytes(),
  randomUUID,
};
