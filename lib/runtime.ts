/**
 * What comes from outside the program: time and randomness. Tests pass their own.
 *
 * @module
 */
import { randomBytes, randomUUID } from 'node:crypto';

export interface Runtime {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly randomBytes: (size: number) => Buffer;
  readonly randomUUID: () => string;
}

export const SYSTEM_RUNTIME: Runtime = { now: () => Date.now(), randomBytes, randomUUID };
